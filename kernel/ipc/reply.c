/* Replies: the one-shot right to answer a caller.
 *
 * A caller's TCB holds a hidden master reply capability; the reply capability handed to the callee
 * is its child in the derivation tree. Invariant: a thread is blocked on a reply exactly while that
 * child may still exist, so cancelling the wait is deleting the child.
 */
#include "ipc/ipc.h"

#include "debug/debug.h"
#include "sched/sched.h"

void reply_setup(tcb_t *caller, tcb_t *callee, bool can_grant)
{
    slot_t *master = tcb_slot(caller, tcb_reply);
    slot_t *place = tcb_slot(callee, tcb_caller);
    if (slot_is_empty(master)) {
        slot_insert_root(master, cap_reply_new(caller, true, true));
    }
    kassert(slot_is_empty(place)); /* a receiver gives up its caller before it receives */
    thread_set_state(caller, state_blocked_on_reply);
    slot_insert(place, cap_reply_new(caller, false, can_grant), master);
    trace(block, caller, "reply", callee);
}

void reply_drop(tcb_t *tcb)
{
    slot_t *slot = tcb_slot(tcb, tcb_caller);
    if (!slot_is_empty(slot)) {
        slot_delete_now(slot);
    }
}

void reply_cancel(tcb_t *caller)
{
    slot_t *master = tcb_slot(caller, tcb_reply);
    slot_t *child = slot_next(master);
    caller->fault.type = fault_none;
    if (child != NULL && slot_is_parent(master, child)) {
        slot_delete_now(child);
    }
}

/* A fault handler answers: the faulter goes on if the handler says so. */
static void reply_to_fault(tcb_t *replier, tcb_t *faulter)
{
    bool restarts = fault_apply_reply(faulter, replier, replier->regs.rsi);
    if (restarts) {
        thread_set_state(faulter, state_restart);
        sched_wake(faulter);
    } else {
        thread_set_state(faulter, state_inactive);
    }
}

void reply_send(tcb_t *replier, slot_t *slot)
{
    tcb_t *caller = cap_object(slot->cap);
    bool can_grant = cap_reply_can_grant(slot->cap);
    kassert(caller->state == state_blocked_on_reply);
    if (caller->fault.type != fault_none) {
        slot_delete_now(slot);
        reply_to_fault(replier, caller);
        trace(message, "reply", replier, caller, NULL, 0);
        return;
    }
    ipc_transfer(replier, NULL, 0, can_grant, caller);
    trace(message, "reply", replier, caller, NULL, 0);
    slot_delete_now(slot);
    thread_set_state(caller, state_running);
    sched_wake(caller);
}
