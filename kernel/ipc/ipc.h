/* Communication: messages through endpoints, signals through notifications, replies, and faults.
 *
 * Invariant: a thread in an object's queue has wait.object set to that object, and its state says
 * which kind of queue; every way out of a queue goes through ipc_cancel() or the functions here.
 */
#pragma once

#include "object/object.h"

/* endpoint.c */

/** How a message is sent: badge and rights are those of the capability used. */
struct send {
    word_t badge, rights;
    bool blocking, is_call;
};
void ipc_send(tcb_t *sender, endpoint_t *ep, struct send how);
/** Receives on the endpoint capability @p cap; non-blocking: rdi = 0 if nothing is there. */
void ipc_receive(tcb_t *receiver, cap_t cap, bool blocking);
/** Restarts the queued senders that used a capability with exactly @p badge. */
void ipc_cancel_badged(endpoint_t *ep, word_t badge);

/* notification.c */

void notification_signal(notification_t *ntfn, word_t badge);
void notification_receive(tcb_t *receiver, cap_t cap, bool blocking);
/** Gives the word of an active notification to @p receiver; the notification becomes idle. */
void notification_take(tcb_t *receiver, notification_t *ntfn);

/* queue.c: the waiters of both; the thread's state is the caller's business */

/** Puts a thread at the end of the queue, whose threads wait for @p state. */
void queue_append(struct queue *queue, tcb_t *tcb, unsigned state);
void queue_remove(struct queue *queue, tcb_t *tcb);
/** Takes the first thread out of a queue that is not empty. */
tcb_t *queue_take_first(struct queue *queue);
/** Restarts every thread in the queue, or those that would send with this badge. */
void queue_restart_all(struct queue *queue);
void queue_restart_badged(struct queue *queue, word_t badge);
/** Takes a blocked thread out of whatever it waits on and leaves it inactive. */
void ipc_cancel(tcb_t *tcb);

/* transfer.c */

/** Copies the message of @p sender (its registers, buffer and capabilities, or its pending fault)
 *  to @p receiver. @p ep: the endpoint used, NULL for replies. */
void ipc_transfer(tcb_t *sender, endpoint_t *ep, word_t badge, word_t rights, tcb_t *receiver);

/* reply.c */

/** Puts the one right to answer @p caller into an empty slot. */
void reply_insert(slot_t *place, tcb_t *caller, word_t rights);
/** Takes the right to answer out of the slot that has it. */
void reply_remove(slot_t *place);
/** Blocks @p caller on a reply and puts the reply capability into @p callee's caller slot. */
void reply_setup(tcb_t *caller, tcb_t *callee, word_t rights);
/** Deletes the reply capability in the thread's caller slot, if any. */
void reply_drop(tcb_t *tcb);
/** Ends a caller's wait for a reply: nobody can answer it, and its fault, if any, is forgotten. */
void reply_cancel(tcb_t *caller);
/** Replies as @p replier to the caller behind the reply capability in @p slot, and deletes that. */
void reply_send(tcb_t *replier, slot_t *slot);

/* fault.c */

/** current_fault happened to @p tcb: sends it to the handler, or reports it and stops @p tcb. */
void fault_deliver(tcb_t *tcb);
/** Writes the pending fault's message (sheet 7.7) to the receiver and returns its length. */
unsigned fault_message(tcb_t *faulter, tcb_t *receiver);
/** Applies a handler's reply (sheet 7.8) and forgets the fault; true if the faulter shall run. */
bool fault_apply_reply(tcb_t *faulter, tcb_t *replier, word_t info);

/* fastpath.c */

/** A plain Call, or ReplyRecv, whose partner can take over at once. False: nothing was done. */
bool fastpath_call(tcb_t *caller, cptr_t cptr, word_t info);
bool fastpath_reply_recv(tcb_t *server, cptr_t cptr, word_t info);
