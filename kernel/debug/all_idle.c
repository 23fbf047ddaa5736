/* idle=exit: the end of a machine in which nothing can ever run again, and why.
 *
 * The reader is a student whose threads wait for each other: each thread gets one line that says
 * what it waits for, in the order in which the threads were made.
 */
#include "debug/debug.h"

#include "sched/sched.h"

#if DEBUG_BUILD

static void say_reply(const tcb_t *tcb) {
    const tcb_t *replier = debug_replier(tcb);
    if (replier != NULL)
        kprintf("waits for a reply from \"%s\"\n", tcb_name(replier));
    else
        kprintf("waits for a reply\n");
}

static void say_why(const tcb_t *tcb) {
    kprintf("  \"%s\" %p ", tcb_name(tcb), (const void *)tcb);
    switch (tcb->state) {
    case state_blocked_on_receive:
        kprintf("waits to receive on endpoint %p\n", tcb->wait.object);
        break;
    case state_blocked_on_send:
        kprintf("waits to send on endpoint %p\n", tcb->wait.object);
        break;
    case state_blocked_on_reply:
        say_reply(tcb);
        break;
    case state_blocked_on_notification:
        kprintf("waits on notification %p\n", tcb->wait.object);
        break;
    case state_inactive:
        kprintf("is suspended (inactive)\n");
        break;
    default:
        kprintf("is %s\n", thread_state_name(tcb->state));
    }
}

void debug_all_idle(void) {
    /* The first newline ends what a thread may have begun to print. */
    kprintf("\nAll threads are waiting; the machine stops.\n");
    for (const tcb_t *tcb = debug_oldest_thread(); tcb != NULL; tcb = tcb->all_prev)
        if (tcb != idle_thread)
            say_why(tcb);
    trace(idle);
    machine_stop(STOP_IDLE);
}

#else

void debug_all_idle(void) { machine_stop(STOP_IDLE); }

#endif
