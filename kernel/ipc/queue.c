/* The FIFO of threads that wait on one object, linked through the threads themselves.
 *
 * Invariant: head and tail are both NULL or both not; the outer links of the ends are NULL.
 */
#include "ipc/ipc.h"

void queue_append(struct queue *queue, tcb_t *tcb)
{
    tcb->queue_prev = queue->tail;
    tcb->queue_next = NULL;
    if (queue->tail == NULL) {
        queue->head = tcb;
    } else {
        queue->tail->queue_next = tcb;
    }
    queue->tail = tcb;
}

void queue_remove(struct queue *queue, tcb_t *tcb)
{
    if (tcb->queue_prev == NULL) {
        queue->head = tcb->queue_next;
    } else {
        tcb->queue_prev->queue_next = tcb->queue_next;
    }
    if (tcb->queue_next == NULL) {
        queue->tail = tcb->queue_prev;
    } else {
        tcb->queue_next->queue_prev = tcb->queue_prev;
    }
    tcb->queue_next = tcb->queue_prev = NULL;
}
