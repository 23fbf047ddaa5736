/* Threads as objects: making and destroying them, their IPC buffer, priorities, bound notification.
 *
 * Invariants: a thread's maximum controlled priority bounds what it may give others, so a priority
 * is never set above that of the authority shown; a thread and the notification bound to it point
 * at each other or neither does.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"
#include "x86/x86.h"

/* ---- life ---- */

tcb_t *tcb_create(void *object) {
    tcb_t *tcb = tcb_of_object(object);
    tcb->regs.rflags = RFLAGS_USER;
    tcb->regs.cs = SEL_USER_CODE;
    tcb->regs.ss = SEL_USER_DATA;
    tcb->regs.entry = ENTRY_FULL;
    tcb->time_slice = CONFIG_TIME_SLICE;
    tcb->domain = current_domain;
    fpu_init_state(tcb);
    slot_insert_root(tcb_slot(tcb, tcb_reply), cap_reply_new(tcb, true, RIGHT_GRANT));
    debug_thread_add(tcb);
    return tcb;
}

cap_t tcb_finalise(cap_t cap) {
    tcb_t *tcb = cap_object(cap);
    tcb_unbind_notification(tcb);
    thread_suspend(tcb);
    fpu_release(tcb);
    debug_thread_remove(tcb);
    return cap_zombie_new(tcb_object(tcb), true, 0, tcb_slot_count);
}

/* ---- what the rest of the kernel asks ---- */

word_t *tcb_ipc_buffer(const tcb_t *tcb, bool write) {
    cap_t cap = tcb_slot(tcb, tcb_buffer)->cap;
    if (!cap_allows(cap, cap_frame, write ? RIGHTS_RW : RIGHT_READ))
        return NULL;
    return (word_t *)((char *)cap_object(cap) + tcb->buffer_offset);
}

void tcb_unbind_notification(tcb_t *tcb) {
    if (tcb->bound != NULL) {
        tcb->bound->bound = NULL;
        tcb->bound = NULL;
    }
}

/* ---- priorities ---- */

/* Extra capability 0 is the thread whose maximum bounds what may be given. */
static outcome_t check_priority(const struct invocation *inv, word_t value) {
    cap_t authority = cap_arg(inv, 0);
    if (cap_type(authority) != cap_thread)
        return refuse(fail_capability(1), "Set priority: authority cap not a TCB.");
    word_t max = ((const tcb_t *)cap_object(authority))->mcp;
    if (value > max)
        return refuse(fail_range(0, max),
                      "TCB SetPriority: Requested priority %lu too high (max %lu).", value, max);
    return DONE;
}

outcome_t tcb_set_priority(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    word_t priority = word_arg(inv, 0);
    TRY(check_priority(inv, priority));
    thread_set_priority(tcb, priority);
    trace(tcb, "priority", tcb, "prio:%lu mcp:%u", priority, tcb->mcp);
    return DONE;
}

outcome_t tcb_set_mc_priority(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    word_t mcp = word_arg(inv, 0);
    TRY(check_priority(inv, mcp));
    tcb->mcp = mcp;
    trace(tcb, "mcp", tcb, "prio:%u mcp:%lu", tcb->priority, mcp);
    return DONE;
}

outcome_t tcb_set_sched_params(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    word_t mcp = word_arg(inv, 0), priority = word_arg(inv, 1);
    TRY(check_priority(inv, mcp));
    TRY(check_priority(inv, priority));
    tcb->mcp = mcp;
    thread_set_priority(tcb, priority);
    trace(tcb, "sched", tcb, "prio:%lu mcp:%lu", priority, mcp);
    return DONE;
}

/* ---- running and stopping ---- */

outcome_t tcb_suspend(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    thread_suspend(tcb);
    trace(tcb, "suspend", tcb, "");
    return DONE;
}

outcome_t tcb_resume(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    thread_restart(tcb);
    trace(tcb, "resume", tcb, "");
    return DONE;
}

/* ---- bound notification ---- */

outcome_t tcb_bind(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    cap_t cap = cap_arg(inv, 0);
    notification_t *ntfn = cap_object(cap);
    if (tcb->bound != NULL)
        return refuse(fail_illegal(),
                      "TCB BindNotification: TCB already has a bound notification.");
    if (cap_type(cap) != cap_notification)
        return refuse(fail_illegal(), "TCB BindNotification: Notification is invalid.");
    if (!(cap_rights(cap) & RIGHT_READ))
        return refuse(fail_illegal(), "TCB BindNotification: Insufficient access rights");
    if (notification_state(ntfn) == notification_waiting || ntfn->bound != NULL)
        return refuse(fail_illegal(), "TCB BindNotification: Notification cannot be bound.");
    tcb->bound = ntfn;
    ntfn->bound = tcb;
    trace(tcb, "bind", tcb, "ntfn:%p", cap_object(cap));
    return DONE;
}

outcome_t tcb_unbind(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    if (tcb->bound == NULL)
        return refuse(fail_illegal(),
                      "TCB UnbindNotification: TCB already has no bound notification.");
    tcb_unbind_notification(tcb);
    trace(tcb, "unbind", tcb, "");
    return DONE;
}

outcome_t tcb_set_flags(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    word_t clear = word_arg(inv, 0), set = word_arg(inv, 1);
    tcb->flags = (tcb->flags & ~clear) | (set & TCB_FLAG_FPU_DISABLED);
    if (tcb->flags & TCB_FLAG_FPU_DISABLED)
        fpu_release(tcb);
    set_result(inv, 0, tcb->flags);
    trace(tcb, "flags", tcb, "");
    return DONE;
}
