/* The trace records that are more than their fields: what they say has to be looked up first.
 *
 * Objects are named by their kernel address, which is the same in every record about them.
 */
#include "debug/trace.h"

#include "api/api.h"

#define RETYPE_MAX_SHOWN 8

void trace_retype(const void *untyped, word_t type, unsigned bits, word_t count, bool device,
                  const slot_t *first, const void *cnode, word_t index) {
    word_t made[RETYPE_MAX_SHOWN];
    unsigned shown = 0;
    for (; shown < MIN(count, (word_t)RETYPE_MAX_SHOWN); shown++)
        made[shown] = (word_t)cap_object(first[shown].cap);
    RECORD(retype, "ut:%p type:%lu bits:%u count:%lu dev:%u objs:<%u %p> cnode:%p slot:%lu",
           untyped, type, bits, count, device, shown, (const void *)made, cnode, index);
}

/* ---- capabilities ---- */

static word_t badge_of(cap_t cap) { return cap_is_badged(cap) ? cap_badge(cap) : 0; }

static word_t rights_of(cap_t cap) {
    return cap_is_badged(cap) || cap_type(cap) == cap_frame ? cap_rights(cap) : RIGHTS_ALL;
}

void trace_derive(enum trace_kind kind, const slot_t *source, const struct resolved *dest) {
    cap_t cap = dest->slot->cap;
    trace_record(NULL, kind, "cap:%s obj:%p badge:%lu rights:%lu src:%p dst:%p cnode:%p slot:%lu",
                 TYPE_AND_OBJECT(cap), badge_of(cap), rights_of(cap), (const void *)source,
                 (const void *)dest->slot, (const void *)dest->cnode, resolved_index(dest));
}

void trace_slot(enum trace_kind kind, const struct resolved *at) {
    cap_t cap = at->slot->cap;
    trace_record(NULL, kind, "cap:%s obj:%p badge:%lu cnode:%p slot:%lu", TYPE_AND_OBJECT(cap),
                 badge_of(cap), (const void *)at->cnode, resolved_index(at));
}

/* ---- threads ---- */

void trace_message(const char *kind, tcb_t *from, tcb_t *to, const void *via, word_t badge) {
    /* The answer to a fault is no message to the faulter, which is then no longer blocked: its
     * words are still in the registers of the thread that sent it. */
    bool answers_fault = kind[0] == 'r' && to->state != state_blocked_on_reply;
    tcb_t *holder = answers_fault ? from : to;
    word_t words[MESSAGE_REGISTERS], info = holder->regs.rsi;
    for (unsigned i = 0; i < MESSAGE_REGISTERS; i++)
        words[i] = *tcb_message_register(holder, i);
    RECORD(msg,
           "kind:%s from:%p fromname:%s to:%p toname:%s via:%p badge:%lu label:%lu len:%lu "
           "mr:[%u %p] caps:%lu unwrapped:%lu",
           kind, (void *)from, tcb_name(from), (void *)to, tcb_name(to), via, badge,
           info_label(info), info_length(info),
           (unsigned)MIN(info_length(info), (word_t)MESSAGE_REGISTERS), (void *)words,
           info_caps(info), (info >> 9) & MASK(3));
}

void trace_block(const tcb_t *tcb, const char *on, const void *object) {
    if (tcb->state == state_blocked_on_send)
        trace_record(tcb, record_block, "on:%s obj:%p badge:%lu call:%u", on, object,
                     tcb->wait.badge, tcb->wait.is_call);
    else
        trace_record(tcb, record_block, "on:%s obj:%p", on, object);
}

void trace_fault(const tcb_t *tcb, const struct fault *fault, const void *handler, word_t badge) {
    static const char *const kinds[] = {[fault_cap] = "cap",
                                        [fault_unknown_syscall] = "syscall",
                                        [fault_user_exception] = "exception",
                                        [fault_vm] = "vm"};
    trace_record(tcb, record_fault,
                 fault->type == fault_vm ? "kind:%s ip:%lx addr:%lx code:%lu handler:%p badge:%lu"
                                         : "kind:%s ip:%lx addr:%lu code:%lu handler:%p badge:%lu",
                 kinds[fault->type], tcb->restart_ip, fault->address, fault->code, handler, badge);
}
