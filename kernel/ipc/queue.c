/* The FIFO of threads that wait on one object, linked through the threads themselves.
 *
 * Invariants: head and tail are both NULL or both not; an empty queue has state 0; the outer links
 * of the ends are NULL. A thread's links mean nothing while it is in no queue.
 */
#include "ipc/ipc.h"

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
