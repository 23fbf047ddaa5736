/* Endpoints: where a sender and a receiver meet to exchange one message.
 *
 * The kernel buffers nothing: whoever comes first waits in the endpoint's FIFO. Invariant: all
 * threads in the queue wait for the same thing, which the endpoint's state names; an idle endpoint
 * has an empty queue.
 */
#include "ipc/ipc.h"

#include "debug/debug.h"
#include "sched/sched.h"

static void wait_in(endpoint_t *ep, tcb_t *tcb, enum endpoint_state kind) {
    queue_append(&ep->waiters, tcb, kind);
    thread_set_state(tcb, kind == endpoint_send ? state_blocked_on_send : state_blocked_on_receive);
    trace(block, tcb, kind == endpoint_send ? "send" : "recv", ep);
}

static const char *message_kind(const tcb_t *sender, bool is_call) {
    return sender->fault.type != fault_none ? "fault" : is_call ? "call" : "send";
}

/* After a Call was delivered: the caller waits, for ever if its capability allows no reply. */
static void await_reply(tcb_t *caller, word_t caller_rights, tcb_t *callee, word_t callee_rights) {
    if (caller_rights & (RIGHT_GRANT | RIGHT_GRANT_REPLY))
        reply_setup(caller, callee, callee_rights);
    else
        thread_set_state(caller, state_inactive);
}

void ipc_send(tcb_t *sender, endpoint_t *ep, struct send how) {
    if (endpoint_state(ep) == endpoint_receive) {
        tcb_t *receiver = queue_take_first(&ep->waiters);
        const char *kind = message_kind(sender, how.is_call);
        ipc_transfer(sender, ep, how.badge, how.rights, receiver);
        trace(message, kind, sender, receiver, ep, how.badge);
        thread_set_state(receiver, state_running);
        sched_wake(receiver);
        if (how.is_call)
            await_reply(sender, how.rights, receiver, receiver->wait.rights);
    } else if (how.blocking) {
        sender->wait.badge = how.badge;
        sender->wait.rights = how.rights;
        sender->wait.is_call = how.is_call;
        wait_in(ep, sender, endpoint_send);
    }
}

/* Takes the message of the first queued sender. */
static void receive_from_queue(tcb_t *receiver, endpoint_t *ep, word_t rights) {
    tcb_t *sender = queue_take_first(&ep->waiters);
    const char *kind = message_kind(sender, sender->wait.is_call);
    ipc_transfer(sender, ep, sender->wait.badge, sender->wait.rights, receiver);
    trace(message, kind, sender, receiver, ep, sender->wait.badge);
    if (sender->wait.is_call) {
        await_reply(sender, sender->wait.rights, receiver, rights);
    } else {
        thread_set_state(sender, state_running);
        sched_wake(sender);
    }
}

void ipc_receive(tcb_t *receiver, cap_t cap, bool blocking) {
    endpoint_t *ep = cap_object(cap);
    notification_t *bound = receiver->bound;
    if (bound != NULL && notification_state(bound) == notification_active) {
        notification_take(receiver, bound);
    } else if (endpoint_state(ep) == endpoint_send) {
        receive_from_queue(receiver, ep, cap_rights(cap));
    } else if (blocking) {
        receiver->wait.rights = cap_rights(cap);
        wait_in(ep, receiver, endpoint_receive);
    } else {
        receiver->regs.rdi = 0; /* nobody there */
    }
}

void ipc_cancel_badged(endpoint_t *ep, word_t badge) {
    if (endpoint_state(ep) == endpoint_send)
        queue_restart_badged(&ep->waiters, badge);
}

void endpoint_finalise(cap_t cap) {
    endpoint_t *ep = cap_object(cap);
    queue_restart_all(&ep->waiters);
}
