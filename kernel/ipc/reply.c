/* Replies: the one-shot right to answer a caller.
 *
 * A caller's TCB holds a hidden master reply capability; the reply capability handed to the callee
 * is its child in the derivation tree. Invariant: a thread is blocked on a reply exactly while that
 * child may still exist, so cancelling the wait is deleting the child.
 */
#include "ipc/ipc.h"

#include "debug/debug.h"
#include "sched/sched.h"

/* A master's list of derived capabilities has at most one more member, as nothing copies a reply
 * capability. So the other end of both links is known, and stays 0. */
void reply_insert(slot_t *place, tcb_t *caller, word_t rights) {
    slot_t *master = tcb_slot(caller, tcb_reply);
    kassert(slot_is_empty(place) && slot_next(master) == NULL);
    place->cap = cap_reply_new(caller, false, rights);
    place->prev = (word_t)master;
    master->next_bits = (word_t)place + SLOT_REVOCABLE + SLOT_FIRST_BADGED;
}

void reply_remove(slot_t *place) {
    slot_prev(place)->next_bits = SLOT_REVOCABLE | SLOT_FIRST_BADGED;
    place->cap = cap_null_new();
    place->prev = 0;
}

void reply_setup(tcb_t *caller, tcb_t *callee, word_t rights) {
    thread_set_state(caller, state_blocked_on_reply);
    /* the place is empty: a receiver gives up its caller before it receives */
    reply_insert(tcb_slot(callee, tcb_caller), caller, rights);
    trace(block, caller, "reply", callee);
}

void reply_drop(tcb_t *tcb) {
    slot_t *slot = tcb_slot(tcb, tcb_caller);
    if (!slot_is_empty(slot))
        reply_remove(slot);
}

void reply_cancel(tcb_t *caller) {
    slot_t *child = slot_next(tcb_slot(caller, tcb_reply));
    caller->fault.type = fault_none;
    if (child != NULL)
        reply_remove(child);
}

/* A fault handler answers: the faulter goes on if the handler says so. */
static void reply_to_fault(tcb_t *replier, tcb_t *faulter) {
    if (fault_apply_reply(faulter, replier, replier->regs.rsi)) {
        thread_set_state(faulter, state_restart);
        sched_wake(faulter);
    } else {
        thread_set_state(faulter, state_inactive);
    }
}

void reply_send(tcb_t *replier, slot_t *slot) {
    tcb_t *caller = cap_object(slot->cap);
    word_t rights = cap_rights(slot->cap);
    kassert(caller->state == state_blocked_on_reply);
    if (caller->fault.type != fault_none) {
        reply_remove(slot);
        reply_to_fault(replier, caller);
        trace(message, "reply", replier, caller, NULL, 0);
        return;
    }
    ipc_transfer(replier, NULL, 0, rights, caller);
    trace(message, "reply", replier, caller, NULL, 0);
    reply_remove(slot);
    thread_set_state(caller, state_running);
    sched_wake(caller);
}
