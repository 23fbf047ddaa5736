/* DebugSnapshot: every thread, what its TCB holds, and the capabilities in its CSpace root.
 *
 * The dump shows capabilities of one level of CNode only: CNodes may hold each other in circles.
 * Invariant: a CNode is listed once, with the newest thread that uses it as its root.
 */
#include "debug/debug.h"

#include "sched/sched.h"

#if DEBUG_BUILD

static void print_cap(const char *place, word_t index, cap_t cap) {
    if (cap_type(cap) != cap_null)
        kprintf("    %s %lu: %s %p\n", place, index, cap_type_name(cap_type(cap)), cap_object(cap));
}

static const slot_t *root_slots(const tcb_t *tcb, word_t *count) {
    cap_t root = tcb_slot(tcb, tcb_cspace)->cap;
    *count = cap_type(root) == cap_cnode ? BIT(cap_cnode_radix(root)) : 0;
    return *count > 0 ? cap_object(root) : NULL;
}

static bool is_listed(const tcb_t *before, const slot_t *slots) {
    word_t count;
    for (const tcb_t *tcb = debug_threads(); tcb != before; tcb = tcb->all_next)
        if (root_slots(tcb, &count) == slots)
            return true;
    return false;
}

static void print_thread(const tcb_t *tcb) {
    word_t count;
    const slot_t *slots = root_slots(tcb, &count);
    kprintf("  \"%s\" %p %s at %p, priority %u\n", tcb_name(tcb), (const void *)tcb,
            thread_state_name(tcb->state), (const void *)tcb->restart_ip, tcb->priority);
    for (unsigned i = 0; i < tcb_slot_count; i++)
        print_cap("tcb slot", i, tcb_slot(tcb, i)->cap);
    if (slots != NULL && !is_listed(tcb, slots))
        for (word_t i = 0; i < count; i++)
            print_cap("slot", i, slots[i].cap);
}

void debug_snapshot(void) {
    kprintf("Debug snapshot syscall from user thread %p \"%s\"\n", (void *)current_thread,
            tcb_name(current_thread));
    for (const tcb_t *tcb = debug_threads(); tcb != NULL; tcb = tcb->all_next)
        print_thread(tcb);
}

#endif
