/* The FIFO of threads that wait on one object, and how a wait ends without a message.
 *
 * Invariants: head and tail are both NULL or both not; an empty queue has state 0; the outer links
 * of the ends are NULL. A thread's links mean nothing while it is in no queue.
 */
#include "ipc/ipc.h"

#include "sched/sched.h"

void queue_append(struct queue *queue, tcb_t *tcb, unsigned state) {
    tcb_t *last = queue->tail;
    tcb->wait.object = queue; /* with which the object begins */
    tcb->queue_prev = last;
    tcb->queue_next = NULL;
    queue->tail = tcb;
    if (likely(last == NULL))
        queue->head_state = (word_t)tcb + state;
    else
        last->queue_next = tcb;
}

void queue_remove(struct queue *queue, tcb_t *tcb) {
    tcb_t *next = tcb->queue_next, *prev = tcb->queue_prev;
    if (prev != NULL)
        prev->queue_next = next;
    else
        queue->head_state = next == NULL ? 0 : (word_t)next + queue_state(queue);
    if (next != NULL)
        next->queue_prev = prev;
    else
        queue->tail = prev;
}

tcb_t *queue_take_first(struct queue *queue) {
    tcb_t *first = queue_first(queue), *next = first->queue_next;
    if (likely(next == NULL)) {
        *queue = (struct queue){0};
    } else {
        queue->head_state = (word_t)next + queue_state(queue);
        next->queue_prev = NULL;
    }
    return first;
}

/* Restarts a waiter that already left its queue, ahead of those that are ready. */
static void restart(tcb_t *tcb) {
    thread_set_state(tcb, state_restart);
    ready_enqueue(tcb);
}

void queue_restart_all(struct queue *queue) {
    if (queue_first(queue) == NULL)
        return;
    while (queue_first(queue) != NULL)
        restart(queue_take_first(queue));
    sched_reschedule();
}

void queue_restart_badged(struct queue *queue, word_t badge) {
    for (tcb_t *tcb = queue_first(queue), *following; tcb != NULL; tcb = following) {
        following = tcb->queue_next;
        if (tcb->wait.badge == badge) {
            queue_remove(queue, tcb);
            restart(tcb);
        }
    }
    sched_reschedule();
}

/* The restart IP still names the system call, so that a later Resume repeats it. */
void ipc_cancel(tcb_t *tcb) {
    if (tcb_waits_in_queue(tcb))
        queue_remove(tcb->wait.object, tcb);
    else if (tcb->state == state_blocked_on_reply)
        reply_cancel(tcb);
    else
        return;
    thread_set_state(tcb, state_inactive);
}
