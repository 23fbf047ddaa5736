/* The short way through the kernel for the two calls that clients and servers live on: a Call that
 * finds its server waiting, and a ReplyRecv after which the server waits again.
 *
 * Both check first that nothing unusual is asked for: a short message without capabilities, plain
 * rights, a partner that may run at once. If anything is unusual they change nothing and return
 * false, and the general code does the work. Invariant: registers, messages, states and queues are
 * afterwards exactly what the general code would have left (endpoint.c, reply.c, transfer.c).
 */
#include "ipc/ipc.h"

#include "api/api.h"
#include "debug/debug.h"
#include "object/vspace.h"
#include "sched/sched.h"

/* Everything called from here becomes part of it, in a kernel that is linked as a whole. */
#define FLATTEN HOT __attribute__((flatten))

/* The length of a message that fits into registers, brings no capabilities, and says nothing in the
 * fields that the kernel sets; of any other, a number above MESSAGE_REGISTERS. */
static inline word_t plain_length(word_t info) { return info & MASK(12); }

/* The slot that @p cptr names in a CSpace as nearly all are: one CNode. False if it is not. */
static inline bool find_slot(const tcb_t *tcb, cptr_t cptr, const slot_t **slot) {
    cap_t root = tcb_slot(tcb, tcb_cspace)->cap;
    *slot = (const slot_t *)cap_object(root) + cptr;
    return cap_is_whole_cspace(root) && cptr >> cap_cnode_radix(root) == 0;
}

/* May @p partner take over from @p tcb, which is about to block? */
static inline bool may_switch(const tcb_t *tcb, const tcb_t *partner) {
    return (CONFIG_NUM_DOMAINS == 1 || partner->domain == tcb->domain) &&
           (partner->priority >= tcb->priority || partner->priority >= ready_highest());
}

static inline void copy_registers(const tcb_t *from, tcb_t *to, word_t length) {
    if (length == 0)
        return;
    to->regs.r10 = from->regs.r10;
    if (length == 1)
        return;
    to->regs.r8 = from->regs.r8;
    if (length == 2)
        return;
    to->regs.r9 = from->regs.r9;
    if (length > 3)
        to->regs.r15 = from->regs.r15;
}

static inline void deliver(const tcb_t *from, tcb_t *to, word_t info, word_t badge) {
    copy_registers(from, to, plain_length(info));
    to->regs.rsi = info;
    to->regs.rdi = badge;
    to->state = state_running;
}

FLATTEN bool fastpath_call(tcb_t *caller, cptr_t cptr, word_t info) {
    const slot_t *slot;
    if (unlikely(trace_on || plain_length(info) > MESSAGE_REGISTERS ||
                 caller->fault.type != fault_none || !find_slot(caller, cptr, &slot)))
        return false;
    cap_t cap = slot->cap;
    endpoint_t *ep = cap_object(cap);
    if (unlikely(!cap_allows(cap, cap_endpoint, RIGHT_WRITE) ||
                 !(cap_rights(cap) & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) ||
                 endpoint_state(ep) != endpoint_receive))
        return false;
    tcb_t *callee = queue_first(&ep->waiters);
    if (unlikely(!may_switch(caller, callee)))
        return false;
    queue_take_first(&ep->waiters);
    deliver(caller, callee, info, cap_badge(cap));
    caller->state = state_blocked_on_reply;
    reply_insert(tcb_slot(callee, tcb_caller), caller, callee->wait.rights);
    thread_run(caller, callee);
    return true;
}

/* The slot before the right to answer is the master, which lies in the caller's TCB. */
FLATTEN bool fastpath_reply_recv(tcb_t *server, cptr_t cptr, word_t info) {
    const slot_t *slot;
    slot_t *place = tcb_slot(server, tcb_caller), *master = slot_prev(place);
    tcb_t *caller = tcb_of_object((void *)ALIGN_DOWN(master, TCB_OBJECT_BITS));
    if (unlikely(trace_on || plain_length(info) > MESSAGE_REGISTERS || master == NULL ||
                 (server->fault.type | caller->fault.type) != fault_none ||
                 !find_slot(server, cptr, &slot)))
        return false;
    cap_t cap = slot->cap;
    endpoint_t *ep = cap_object(cap);
    if (unlikely(
            !cap_allows(cap, cap_endpoint, RIGHT_READ) || endpoint_state(ep) == endpoint_send ||
            !may_switch(server, caller) ||
            (server->bound != NULL && notification_state(server->bound) == notification_active)))
        return false;
    deliver(server, caller, info, 0);
    reply_remove(place);
    server->wait.rights = cap_rights(cap);
    server->state = state_blocked_on_receive;
    queue_append(&ep->waiters, server, endpoint_receive);
    thread_run(server, caller);
    return true;
}
