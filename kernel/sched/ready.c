/* The ready queues: for each domain and priority a ring of threads that wait for the CPU.
 *
 * Invariant: a thread's ready_next is non-NULL exactly while it is in a ring, and the bitmap has
 * the bit of a priority set exactly while that priority's ring is not empty. A ring is entered at
 * its first thread; the one before the first is the last, so both ends are at hand.
 */
#include "sched/sched.h"

#define WORDS (CONFIG_NUM_PRIORITIES / WORD_BITS)

static HOT_DATA struct {
    tcb_t *first[CONFIG_NUM_PRIORITIES];
    word_t bitmap[WORDS];
    word_t summary; /* bit n: word n of the bitmap is not 0 */
} ready[CONFIG_NUM_DOMAINS];

static void mark(unsigned domain, unsigned priority) {
    ready[domain].bitmap[priority / WORD_BITS] |= BIT(priority % WORD_BITS);
    ready[domain].summary |= BIT(priority / WORD_BITS);
}

static void unmark(unsigned domain, unsigned priority) {
    word_t *bits = &ready[domain].bitmap[priority / WORD_BITS];
    *bits &= ~BIT(priority % WORD_BITS);
    if (*bits == 0)
        ready[domain].summary &= ~BIT(priority / WORD_BITS);
}

/* Links @p tcb in before the first thread of its ring: the last place. Returns the ring's entry. */
static tcb_t **ring_insert(tcb_t *tcb) {
    tcb_t **first = &ready[tcb->domain].first[tcb->priority];
    if (*first == NULL) {
        tcb->ready_next = tcb->ready_prev = tcb;
        *first = tcb;
        mark(tcb->domain, tcb->priority);
        return first;
    }
    tcb->ready_next = *first;
    tcb->ready_prev = (*first)->ready_prev;
    tcb->ready_prev->ready_next = tcb;
    (*first)->ready_prev = tcb;
    return first;
}

void ready_append(tcb_t *tcb) {
    if (!ready_contains(tcb))
        ring_insert(tcb);
}

void ready_enqueue(tcb_t *tcb) {
    if (!ready_contains(tcb))
        *ring_insert(tcb) = tcb;
}

void ready_remove(tcb_t *tcb) {
    if (!ready_contains(tcb))
        return;
    tcb_t **first = &ready[tcb->domain].first[tcb->priority];
    tcb->ready_next->ready_prev = tcb->ready_prev;
    tcb->ready_prev->ready_next = tcb->ready_next;
    if (*first == tcb)
        *first = tcb->ready_next;
    if (*first == tcb) { /* it was alone */
        *first = NULL;
        unmark(tcb->domain, tcb->priority);
    }
    tcb->ready_next = tcb->ready_prev = NULL;
}

static int highest_bit(word_t bits) { return WORD_BITS - 1 - __builtin_clzl(bits); }

int ready_highest(void) {
    word_t summary = ready[domain_now()].summary;
    if (summary == 0)
        return -1;
    int word = highest_bit(summary);
    return word * WORD_BITS + highest_bit(ready[domain_now()].bitmap[word]);
}

tcb_t *ready_first(int priority) { return ready[domain_now()].first[priority]; }

bool ready_any(void) {
    for (unsigned domain = 0; domain < CONFIG_NUM_DOMAINS; domain++)
        if (ready[domain].summary != 0)
            return true;
    return false;
}
