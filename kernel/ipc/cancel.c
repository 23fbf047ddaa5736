/* Taking a thread out of whatever it waits for.
 *
 * The wait ends without a message: the thread is left inactive, and its restart IP still names the
 * system call, so that a later Resume repeats it.
 */
#include "ipc/ipc.h"

#include "sched/sched.h"

void ipc_cancel(tcb_t *tcb) {
    switch (tcb->state) {
    case state_blocked_on_send:
    case state_blocked_on_receive:
    case state_blocked_on_notification:
        queue_remove(tcb->wait.object, tcb);
        break;
    case state_blocked_on_reply:
        reply_cancel(tcb);
        break;
    default:
        return;
    }
    thread_set_state(tcb, state_inactive);
}
