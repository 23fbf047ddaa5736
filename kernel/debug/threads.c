/* The list of all threads, their names, and what is printed about all of them: the table of
 * DebugDumpScheduler, the snapshot, and, when nothing can ever run again, who waits for what.
 *
 * Invariant: every TCB object is on the list from its creation to its destruction, newest first.
 */
#include "debug/debug.h"

#include "sched/sched.h"

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

static void name_child(tcb_t *tcb) {
    const char *parent = current_thread != NULL ? tcb_name(current_thread) : "";
    const char *const parts[] = {"child of: '", parent, "'"};
    char *name = tcb_name(tcb);
    unsigned n = 0;
    for (unsigned i = 0; i < 3; i++) /* a long name is cut, so that the last quote fits in */
        for (const char *c = parts[i]; *c != '\0' && n < TCB_NAME_BYTES - (i < 2 ? 2 : 1); c++)
            name[n++] = *c;
    name[n] = '\0';
}

void debug_thread_add(tcb_t *tcb) {
    name_child(tcb);
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

/* The thread that can answer @p tcb; NULL if the right to do so was put away or is gone. */
static const tcb_t *replier_of(const tcb_t *tcb) {
    const slot_t *reply = slot_next(tcb_slot(tcb, tcb_reply));
    for (const tcb_t *holder = newest; holder != NULL; holder = holder->all_next)
        if (reply == tcb_slot(holder, tcb_caller))
            return holder;
    return NULL;
}

const void *debug_waits_on(const tcb_t *tcb) {
    if (tcb_waits_in_queue(tcb))
        return tcb->wait.object;
    return tcb->state == state_blocked_on_reply ? replier_of(tcb) : NULL;
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

/* ---- DebugDumpScheduler ---- */

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

/* ---- DebugSnapshot: every thread, what its TCB holds, and its CSpace root ---- */

static void print_cap(const char *place, word_t index, cap_t cap) {
    if (cap_type(cap) != cap_null)
        kprintf("    %s %lu: %s %p\n", place, index, cap_type_name(cap_type(cap)), cap_object(cap));
}

static const slot_t *root_slots(const tcb_t *tcb, word_t *count) {
    cap_t root = tcb_slot(tcb, tcb_cspace)->cap;
    *count = cap_type(root) == cap_cnode ? BIT(cap_cnode_radix(root)) : 0;
    return *count > 0 ? cap_object(root) : NULL;
}

/* A CNode is listed once, with the newest thread that uses it as its root. */
static bool is_listed(const tcb_t *before, const slot_t *slots) {
    word_t count;
    for (const tcb_t *tcb = newest; tcb != before; tcb = tcb->all_next)
        if (root_slots(tcb, &count) == slots)
            return true;
    return false;
}

/* One level of CNode only: CNodes may hold each other in circles. */
static void print_thread(const tcb_t *tcb) {
    word_t count;
    const slot_t *slots = root_slots(tcb, &count);
    kprintf("  \"%s\" %p %s at %p, priority %u\n", tcb_name(tcb), (const void *)tcb,
            thread_state_name(tcb->state), (const void *)tcb->restart_ip, tcb->priority);
    for (unsigned i = 0; i < tcb_slot_count; i++)
        print_cap("tcb slot", i, tcb_slot(tcb, i)->cap);
    for (word_t i = 0; i < count && !is_listed(tcb, slots); i++)
        print_cap("slot", i, slots[i].cap);
}

void debug_snapshot(void) {
    kprintf("Debug snapshot syscall from user thread %p \"%s\"\n", (void *)current_thread,
            tcb_name(current_thread));
    for (const tcb_t *tcb = newest; tcb != NULL; tcb = tcb->all_next)
        print_thread(tcb);
}

/* ---- idle=exit: for a student whose threads wait for each other ---- */

static void say_why(const tcb_t *tcb) {
    static const char *const waits[] = {
        [state_blocked_on_receive] = "to receive on endpoint",
        [state_blocked_on_send] = "to send on endpoint",
        [state_blocked_on_notification] = "on notification",
    };
    const tcb_t *replier = replier_of(tcb);
    kprintf("  \"%s\" %p ", tcb_name(tcb), (const void *)tcb);
    if (tcb_waits_in_queue(tcb))
        kprintf("waits %s %p\n", waits[tcb->state], tcb->wait.object);
    else if (tcb->state != state_blocked_on_reply)
        kprintf("is %s\n", tcb->state == state_inactive ? "suspended (inactive)"
                                                        : thread_state_name(tcb->state));
    else if (replier != NULL)
        kprintf("waits for a reply from \"%s\"\n", tcb_name(replier));
    else
        kprintf("waits for a reply\n");
}

void debug_all_idle(void) {
    /* The first newline ends what a thread may have begun to print. */
    kprintf("\nAll threads are waiting; the machine stops.\n");
    for (const tcb_t *tcb = oldest; tcb != NULL; tcb = tcb->all_prev)
        if (tcb != idle_thread)
            say_why(tcb);
    trace(idle);
    machine_stop(STOP_IDLE);
}
