/* Notifications: a word of pending signals, and the threads that wait for one.
 *
 * Invariant: the queue is not empty exactly in state waiting, the word is meaningful exactly in
 * state active, and `bound` points to a thread whose own `bound` points back.
 */
#include "ipc/ipc.h"

#include "debug/debug.h"
#include "sched/sched.h"

static void set_active(notification_t *ntfn, word_t word) {
    ntfn->waiters.head_state = notification_active;
    ntfn->word = word;
}

/* Gives a signal to a thread that waits, here or (bound) on an endpoint. */
static void deliver(tcb_t *tcb, word_t badge) {
    tcb->regs.rdi = badge;
    thread_set_state(tcb, state_running);
    sched_wake(tcb);
}

void notification_signal(notification_t *ntfn, word_t badge) {
    tcb_t *woken = NULL;
    word_t word = badge;
    switch (notification_state(ntfn)) {
    case notification_idle:
        if (ntfn->bound != NULL && ntfn->bound->state == state_blocked_on_receive) {
            woken = ntfn->bound;
            ipc_cancel(woken);
            deliver(woken, badge);
        } else {
            set_active(ntfn, badge);
        }
        break;
    case notification_waiting:
        woken = queue_take_first(&ntfn->waiters);
        deliver(woken, badge);
        break;
    case notification_active:
        word |= ntfn->word;
        set_active(ntfn, word);
        break;
    }
    trace(signal, ntfn, badge, word, woken);
}

void notification_take(tcb_t *receiver, notification_t *ntfn) {
    receiver->regs.rdi = ntfn->word;
    ntfn->waiters.head_state = notification_idle;
    trace(wait, ntfn, receiver->regs.rdi, true);
}

void notification_receive(tcb_t *receiver, cap_t cap, bool blocking) {
    notification_t *ntfn = cap_object(cap);
    if (notification_state(ntfn) == notification_active) {
        notification_take(receiver, ntfn);
    } else if (blocking) {
        queue_append(&ntfn->waiters, receiver, notification_waiting);
        thread_set_state(receiver, state_blocked_on_notification);
        trace(block, receiver, "ntfn", ntfn);
    } else {
        receiver->regs.rdi = 0;
        trace(poll, ntfn, 0ul, false);
    }
}

void notification_finalise(cap_t cap) {
    notification_t *ntfn = cap_object(cap);
    if (ntfn->bound != NULL)
        tcb_unbind_notification(ntfn->bound);
    queue_restart_all(&ntfn->waiters);
}
