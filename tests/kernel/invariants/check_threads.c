/* The invariants of threads and of the queues that they stand in: the other half of check.c.
 *
 * A queue is looked at from both sides: every thread that says it waits has neighbours that agree,
 * and an object's queue has as many members as there are threads that name the object.
 */
#include "check.h"

#include "boot/boot.h"
#include "debug/debug.h"
#include "sched/sched.h"
#include "x86/registers.h"
#include "x86/x86.h"

static bool is_thread(const tcb_t *tcb) {
    const tcb_t *at = debug_threads();
    while (at != NULL && at != tcb)
        at = at->all_next;
    return at != NULL;
}

void check_is_thread(const tcb_t *tcb) {
    must(is_thread(tcb), "who has a capability is on the list of all threads", tcb);
}

/* ---- queues of endpoints and notifications ---- */

/* Threads that say they wait in a queue, or are bound; objects that say so take them off again. */
static unsigned waiters, bound;

static unsigned count_waiting(const void *object, enum thread_state state) {
    unsigned count = 0;
    for (const tcb_t *tcb = debug_threads(); tcb != NULL; tcb = tcb->all_next) {
        if (tcb_waits_in_queue(tcb) && tcb->wait.object == object) {
            must(tcb->state == state, "all in a queue wait for the same", tcb);
            count++;
        }
    }
    return count;
}

static void check_queue(const struct queue *queue, enum thread_state state) {
    const void *object = queue; /* with which it begins */
    unsigned total = count_waiting(object, state), count = total;
    const tcb_t *before = NULL;
    for (const tcb_t *at = queue_first(queue); at != NULL; before = at, at = at->queue_next) {
        must(count-- > 0 && is_thread(at), "only threads that say so are in a queue", object);
        must(tcb_waits_in_queue(at) && at->wait.object == object, "who is in a queue waits", at);
        must(at->queue_prev == before, "the neighbours in a queue agree", at);
    }
    must(count == 0, "whoever waits is in the queue", object);
    waiters -= total;
    must(queue->tail == before, "a queue ends with its last thread", object);
}

void check_endpoint(const endpoint_t *ep) {
    enum endpoint_state state = endpoint_state(ep);
    must((state == endpoint_idle) == (queue_first(&ep->waiters) == NULL),
         "an idle endpoint is empty", ep);
    check_queue(&ep->waiters,
                state == endpoint_send ? state_blocked_on_send : state_blocked_on_receive);
}

void check_notification(const notification_t *ntfn) {
    bool waited_for = notification_state(ntfn) == notification_waiting;
    must(waited_for == (queue_first(&ntfn->waiters) != NULL), "waiting means: somebody does", ntfn);
    check_queue(&ntfn->waiters, state_blocked_on_notification);
    must(ntfn->bound == NULL || (is_thread(ntfn->bound) && ntfn->bound->bound == ntfn),
         "who is bound to a notification says so", ntfn);
    bound -= ntfn->bound != NULL;
}

void check_threads_objects(void) {
    must(waiters == 0, "whoever waits, waits on an object that exists", NULL);
    must(bound == 0, "whoever is bound, is bound to a notification that exists", NULL);
}

/* ---- ready queues ---- */

static unsigned count_ring(const tcb_t *first, unsigned priority) {
    unsigned count = 0;
    const tcb_t *at = first;
    do {
        must(at->priority == priority, "a ring's threads have its priority", at);
        must(at->ready_next != NULL && at->ready_next->ready_prev == at,
             "the neighbours in a ring agree", at);
        must(at != current_thread && tcb_is_runnable(at), "who is in a ring is ready", at);
        at = at->ready_next;
        count++;
    } while (at != first);
    return count;
}

/* Says how many threads are in rings. */
static unsigned check_rings(void) {
    unsigned count = 0;
    int highest = -1;
    for (int priority = 0; priority < CONFIG_NUM_PRIORITIES; priority++) {
        const tcb_t *first = ready_first(priority);
        if (first != NULL) {
            count += count_ring(first, (unsigned)priority);
            highest = priority;
        }
    }
    must(highest == ready_highest(), "the bitmap knows the highest ready priority", NULL);
    return count;
}

/* ---- threads ---- */

static void check_slot(const tcb_t *tcb, enum tcb_slot which, enum cap_type type) {
    enum cap_type found = cap_type(tcb_slot(tcb, which)->cap);
    must(found == cap_null || found == cap_zombie || found == type,
         "a TCB's slots hold what they are for", tcb_slot(tcb, which));
}

static void check_slots(const tcb_t *tcb) {
    check_slot(tcb, tcb_cspace, cap_cnode);
    check_slot(tcb, tcb_vspace, cap_pml4);
    check_slot(tcb, tcb_reply, cap_reply);
    check_slot(tcb, tcb_caller, cap_reply);
    check_slot(tcb, tcb_buffer, cap_frame);
}

static void check_thread(const tcb_t *tcb) {
    must(tcb->all_next == NULL || tcb->all_next->all_prev == tcb, "the list of all links", tcb);
    must(tcb->state <= state_blocked_on_notification, "a thread has a state", tcb);
    must(ready_contains(tcb) == (tcb_is_runnable(tcb) && tcb != current_thread),
         "a thread is in a ring if it is ready and not running", tcb);
    must(tcb->bound == NULL || tcb->bound->bound == tcb, "a bound notification says so", tcb);
    check_slots(tcb);
}

/* Who runs, and what the CPU is set up for. */
static void check_current(void) {
    const tcb_t *tcb = current_thread;
    must(tcb == idle_thread || tcb->state == state_running, "the current thread runs", tcb);
    must(idle_thread->state == state_idle && !ready_contains(idle_thread), "idle is idle", tcb);
    must(ready_highest() <= (tcb == idle_thread ? -1 : tcb->priority), "nobody above waits", tcb);
    must(fpu_owner == NULL || is_thread(fpu_owner), "a thread owns the FPU", fpu_owner);
    must(fpu_owner == NULL || !(fpu_owner->flags & TCB_FLAG_FPU_DISABLED), "it may", fpu_owner);
    must((tcb == fpu_owner) == !(cr0_read() & CR0_TS), "the FPU is its owner's alone", tcb);
}

void check_threads(void) {
    unsigned ready = check_rings();
    for (const tcb_t *tcb = debug_threads(); tcb != NULL; tcb = tcb->all_next) {
        if (tcb != idle_thread) {
            check_thread(tcb);
            ready -= ready_contains(tcb);
            waiters += tcb_waits_in_queue(tcb);
            bound += tcb->bound != NULL;
        }
    }
    must(ready == 0, "rings have threads of the list only", NULL);
    check_current();
}
