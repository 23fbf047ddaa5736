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
#define FLATTEN __attribute__((flatten))

/* Length and extra capabilities are the low 9 bits of the info word: one comparison for both. */
static inline bool is_short(word_t info)
{
    return (info & MASK(9)) <= MESSAGE_REGISTERS;
}

/* The slot that @p cptr names in a CSpace of one CNode, as nearly all are; NULL if it is not one.
 */
static inline const slot_t *find_slot(const tcb_t *tcb, cptr_t cptr)
{
    cap_t root = tcb_slot(tcb, tcb_cspace)->cap;
    unsigned radix = cap_cnode_radix(root);
    bool whole = cap_type(root) == cap_cnode && radix + cap_cnode_guard_size(root) == WORD_BITS;
    if (unlikely(!whole || cptr >> radix != cap_cnode_guard(root))) {
        return NULL;
    }
    return (const slot_t *)cap_object(root) + (cptr & MASK(radix));
}

/* May @p partner take over from @p tcb, which is about to block? */
static inline bool may_switch(const tcb_t *tcb, const tcb_t *partner)
{
    return partner->domain == tcb->domain &&
           (partner->priority >= tcb->priority || partner->priority >= ready_highest());
}

static inline void copy_message(const tcb_t *from, tcb_t *to, word_t badge)
{
    word_t info = from->regs.rsi & ~INFO_CAPS_MASK;
    switch (info & MASK(7)) {
    case 4:
        to->regs.r15 = from->regs.r15;
        __attribute__((fallthrough));
    case 3:
        to->regs.r9 = from->regs.r9;
        __attribute__((fallthrough));
    case 2:
        to->regs.r8 = from->regs.r8;
        __attribute__((fallthrough));
    case 1:
        to->regs.r10 = from->regs.r10;
    }
    to->regs.rsi = info;
    to->regs.rdi = badge;
}

static inline void run_instead(tcb_t *partner)
{
    partner->state = state_running;
    thread_switch(partner);
}

FLATTEN bool fastpath_call(tcb_t *caller)
{
    const slot_t *slot = find_slot(caller, caller->regs.rdi);
    if (unlikely(trace_on || slot == NULL || !is_short(caller->regs.rsi) ||
                 caller->fault.type != fault_none)) {
        return false;
    }
    cap_t cap = slot->cap;
    endpoint_t *ep = cap_object(cap);
    slot_t *master = tcb_slot(caller, tcb_reply);
    if (unlikely(cap_type(cap) != cap_endpoint || !(cap_rights(cap) & RIGHT_WRITE) ||
                 !(cap_rights(cap) & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) ||
                 endpoint_state(ep) != endpoint_receive || slot_is_empty(master))) {
        return false;
    }
    tcb_t *callee = endpoint_head(ep);
    if (unlikely(!may_switch(caller, callee))) {
        return false;
    }
    endpoint_take_first(ep);
    copy_message(caller, callee, cap_badge(cap));
    caller->state = state_blocked_on_reply;
    slot_insert(tcb_slot(callee, tcb_caller), cap_reply_new(caller, false, callee->wait.can_grant),
                master);
    run_instead(callee);
    return true;
}

/* Is there an answer to give, to a caller that is no faulter? */
static inline bool has_plain_caller(const slot_t *slot)
{
    return cap_type(slot->cap) == cap_reply &&
           ((const tcb_t *)cap_object(slot->cap))->fault.type == fault_none;
}

FLATTEN bool fastpath_reply_recv(tcb_t *server)
{
    const slot_t *slot = find_slot(server, server->regs.rdi);
    slot_t *place = tcb_slot(server, tcb_caller);
    if (unlikely(trace_on || slot == NULL || !is_short(server->regs.rsi) ||
                 server->fault.type != fault_none || !has_plain_caller(place))) {
        return false;
    }
    cap_t cap = slot->cap;
    endpoint_t *ep = cap_object(cap);
    tcb_t *caller = cap_object(place->cap);
    if (unlikely(
            cap_type(cap) != cap_endpoint || !(cap_rights(cap) & RIGHT_READ) ||
            endpoint_state(ep) == endpoint_send || !may_switch(server, caller) ||
            (server->bound != NULL && notification_state(server->bound) == notification_active))) {
        return false;
    }
    copy_message(server, caller, 0);
    slot_unlink(place);
    server->wait.can_grant = cap_rights(cap) & RIGHT_GRANT;
    server->state = state_blocked_on_receive;
    endpoint_append(ep, server, endpoint_receive);
    run_instead(caller);
    return true;
}
