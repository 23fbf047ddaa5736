/* The list of all threads, their names, and the table of them that DebugDumpScheduler prints.
 *
 * Invariant: every TCB object is on the list from its creation to its destruction, newest first.
 */
#include "debug/debug.h"

#include "sched/sched.h"

#if DEBUG_BUILD

static tcb_t *newest, *oldest;

tcb_t *debug_threads(void) { return newest; }

tcb_t *debug_oldest_thread(void) { return oldest; }

/* A name is set by users and printed within the kernel's lines: it may not break them. */
static char printable(char c) {
    bool is_control = (c >= 0 && c < ' ') || c == 0x7f;
    return is_control ? '?' : c;
}

void debug_thread_name(tcb_t *tcb, const char *name) {
    char *to = tcb_name(tcb), *end = to + TCB_NAME_BYTES - 1;
    while (*name != '\0' && to < end)
        *to++ = printable(*name++);
    *to = '\0';
}

void debug_thread_add(tcb_t *tcb) {
    tcb->all_prev = NULL;
    tcb->all_next = newest;
    if (newest != NULL)
        newest->all_prev = tcb;
    else
        oldest = tcb;
    newest = tcb;
}

void debug_thread_remove(tcb_t *tcb) {
    if (tcb->all_prev != NULL)
        tcb->all_prev->all_next = tcb->all_next;
    else
        newest = tcb->all_next;
    if (tcb->all_next != NULL)
        tcb->all_next->all_prev = tcb->all_prev;
    else
        oldest = tcb->all_prev;
}

const tcb_t *debug_replier(const tcb_t *tcb) {
    const slot_t *reply = slot_next(tcb_slot(tcb, tcb_reply));
    for (const tcb_t *holder = newest; holder != NULL; holder = holder->all_next)
        if (reply == tcb_slot(holder, tcb_caller))
            return holder;
    return NULL;
}

const void *debug_waits_on(const tcb_t *tcb) {
    switch (tcb->state) {
    case state_blocked_on_receive:
    case state_blocked_on_send:
    case state_blocked_on_notification:
        return tcb->wait.object;
    case state_blocked_on_reply:
        return debug_replier(tcb);
    default:
        return NULL;
    }
}

const char *thread_state_name(enum thread_state state) {
    static const char *const names[] = {
        [state_inactive] = "inactive",
        [state_running] = "running",
        [state_restart] = "restart",
        [state_blocked_on_receive] = "blocked on recv",
        [state_blocked_on_send] = "blocked on send",
        [state_blocked_on_reply] = "blocked on reply",
        [state_blocked_on_notification] = "blocked on ntfn",
        [state_idle] = "idle",
    };
    return names[state];
}

static void dump(const tcb_t *tcb) {
    kprintf("%-40s   %-16s   %-18p   %4lu\n", tcb_name(tcb), thread_state_name(tcb->state),
            (const void *)tcb->restart_ip, (word_t)tcb->priority);
}

/* The reference kernel makes its first thread before the idle thread, and so lists it last. */
void debug_dump_scheduler(void) {
    const tcb_t *first = oldest == idle_thread ? idle_thread->all_prev : oldest;
    kprintf("Dumping all tcbs!\n");
    kprintf("%-40s   %-16s   %-18s   %-4s\n", "Name", "State", "IP", "Prio");
    for (unsigned i = 0; i < 88; i++)
        kprintf("-");
    kprintf("\n");
    for (const tcb_t *tcb = newest; tcb != NULL; tcb = tcb->all_next)
        if (tcb != idle_thread && tcb != first)
            dump(tcb);
    dump(idle_thread);
    if (first != NULL)
        dump(first);
}

#endif
