/* Endpoints: where a sender and a receiver meet to exchange one message.
 *
 * The kernel buffers nothing: whoever comes first waits in the endpoint's FIFO. Invariant: all
 * threads in the queue wait for the same thing, which the endpoint's state names; an idle endpoint
 * has an empty queue.
 */
#include "ipc/ipc.h"

#include "debug/debug.h"
#include "sched/sched.h"

static struct queue waiters(const endpoint_t *ep)
{
    return (struct queue){endpoint_head(ep), (tcb_t *)ep->tail};
}

static void set_waiters(endpoint_t *ep, struct queue queue, enum endpoint_state state)
{
    ep->head_state = (word_t)queue.head | (queue.head == NULL ? endpoint_idle : state);
    ep->tail = (word_t)queue.tail;
}

tcb_t *endpoint_take_first(endpoint_t *ep)
{
    struct queue queue = waiters(ep);
    tcb_t *first = queue.head;
    queue_remove(&queue, first);
    set_waiters(ep, queue, endpoint_state(ep));
    return first;
}

void endpoint_append(endpoint_t *ep, tcb_t *tcb, enum endpoint_state kind)
{
    struct queue queue = waiters(ep);
    queue_append(&queue, tcb);
    set_waiters(ep, queue, kind);
    tcb->wait.object = ep;
}

static void wait_in(endpoint_t *ep, tcb_t *tcb, enum endpoint_state kind)
{
    endpoint_append(ep, tcb, kind);
    thread_set_state(tcb, kind == endpoint_send ? state_blocked_on_send : state_blocked_on_receive);
    trace(block, tcb, kind == endpoint_send ? "send" : "recv", ep);
}

static const char *message_kind(const tcb_t *sender, bool is_call)
{
    return sender->fault.type != fault_none ? "fault" : is_call ? "call" : "send";
}

/* After a Call was delivered: the caller waits for its reply, or, if its capability allows no
 * reply, for ever. */
static void await_reply(tcb_t *caller, tcb_t *callee, bool may_reply, bool can_grant)
{
    if (may_reply) {
        reply_setup(caller, callee, can_grant);
    } else {
        thread_set_state(caller, state_inactive);
    }
}

void ipc_send(tcb_t *sender, endpoint_t *ep, struct send how)
{
    if (endpoint_state(ep) == endpoint_receive) {
        tcb_t *receiver = endpoint_take_first(ep);
        const char *kind = message_kind(sender, how.is_call);
        ipc_transfer(sender, ep, how.badge, how.can_grant, receiver);
        trace(message, kind, sender, receiver, ep, how.badge);
        thread_set_state(receiver, state_running);
        sched_wake(receiver);
        if (how.is_call) {
            await_reply(sender, receiver, how.can_grant || how.can_grant_reply,
                        receiver->wait.can_grant);
        }
    } else if (how.blocking) {
        sender->wait.badge = how.badge;
        sender->wait.can_grant = how.can_grant;
        sender->wait.can_grant_reply = how.can_grant_reply;
        sender->wait.is_call = how.is_call;
        wait_in(ep, sender, endpoint_send);
    }
}

/* Takes the message of the first queued sender. */
static void receive_from_queue(tcb_t *receiver, endpoint_t *ep, bool can_grant)
{
    tcb_t *sender = endpoint_take_first(ep);
    const char *kind = message_kind(sender, sender->wait.is_call);
    ipc_transfer(sender, ep, sender->wait.badge, sender->wait.can_grant, receiver);
    trace(message, kind, sender, receiver, ep, sender->wait.badge);
    if (sender->wait.is_call) {
        bool may_reply = sender->wait.can_grant || sender->wait.can_grant_reply;
        await_reply(sender, receiver, may_reply, can_grant);
    } else {
        thread_set_state(sender, state_running);
        sched_wake(sender);
    }
}

void ipc_receive(tcb_t *receiver, cap_t cap, bool blocking)
{
    endpoint_t *ep = cap_object(cap);
    notification_t *bound = receiver->bound;
    bool can_grant = cap_rights(cap) & RIGHT_GRANT;
    if (bound != NULL && notification_state(bound) == notification_active) {
        notification_take(receiver, bound);
    } else if (endpoint_state(ep) == endpoint_send) {
        receive_from_queue(receiver, ep, can_grant);
    } else if (blocking) {
        receiver->wait.can_grant = can_grant;
        wait_in(ep, receiver, endpoint_receive);
    } else {
        receiver->regs.rdi = 0; /* nobody there */
    }
}

void endpoint_cancel(tcb_t *tcb)
{
    endpoint_t *ep = tcb->wait.object;
    struct queue queue = waiters(ep);
    queue_remove(&queue, tcb);
    set_waiters(ep, queue, endpoint_state(ep));
}

/* Restarts a waiter that already left its queue, ahead of those that are ready. */
static void restart(tcb_t *tcb)
{
    thread_set_state(tcb, state_restart);
    ready_enqueue(tcb);
}

void ipc_cancel_all(endpoint_t *ep)
{
    if (endpoint_state(ep) == endpoint_idle) {
        return;
    }
    while (endpoint_state(ep) != endpoint_idle) {
        restart(endpoint_take_first(ep));
    }
    sched_reschedule();
}

void ipc_cancel_badged(endpoint_t *ep, word_t badge)
{
    if (endpoint_state(ep) != endpoint_send) {
        return;
    }
    struct queue queue = waiters(ep);
    for (tcb_t *tcb = queue.head, *following; tcb != NULL; tcb = following) {
        following = tcb->queue_next;
        if (tcb->wait.badge == badge) {
            queue_remove(&queue, tcb);
            restart(tcb);
        }
    }
    set_waiters(ep, queue, endpoint_send);
    sched_reschedule();
}

void endpoint_finalise(cap_t cap, bool final)
{
    if (final) {
        ipc_cancel_all(cap_object(cap));
    }
}
