/* What is done to a thread's right to run: suspend, resume, priority, domain, yield.
 *
 * Invariant: whoever takes a thread out of the running states also takes it out of its ready queue.
 */
#include "sched/sched.h"

#include "ipc/ipc.h"

void thread_suspend(tcb_t *tcb) {
    ipc_cancel(tcb);
    if (tcb->state == state_running)
        tcb->restart_ip = tcb->regs.rip; /* it is past its system call: that must not be repeated */
    thread_set_state(tcb, state_inactive);
    ready_remove(tcb);
}

void thread_restart(tcb_t *tcb) {
    if (!tcb_is_stopped(tcb))
        return;
    ipc_cancel(tcb);
    thread_set_state(tcb, state_restart);
    ready_enqueue(tcb);
    sched_wake(tcb);
}

void thread_set_priority(tcb_t *tcb, uint8_t priority) {
    ready_remove(tcb); /* queues are per priority */
    tcb->priority = priority;
    if (!tcb_is_runnable(tcb))
        return;
    if (tcb == current_thread)
        sched_reschedule();
    else
        sched_wake(tcb);
}

void thread_set_domain(tcb_t *tcb, uint8_t domain) {
    ready_remove(tcb);
    tcb->domain = domain;
    if (tcb_is_runnable(tcb))
        ready_enqueue(tcb);
    if (tcb == current_thread)
        sched_reschedule();
}

void thread_yield(void) {
    ready_append(current_thread);
    sched_reschedule();
}
