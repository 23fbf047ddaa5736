/* Invocations of kernel objects: the table of all of them, and the checks they have in common.
 *
 * The order of the checks is the ABI's: the kind of capability, then the label, then the length,
 * then the number of extra capabilities; what is left is the decode function's. Invariant: a decode
 * function that returns FAILED has changed nothing, and one that returns PREEMPTED can simply be
 * called again, since the whole system call is repeated.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"

static const struct rule {
    const char *name; /* for the console */
    enum cap_type type;
    uint8_t min_words, min_caps;
    outcome_t (*decode)(struct invocation *inv);
} rules[label_count] = {
#define RULE(label, type, words, caps, decode, name)                                               \
    [label_##label] = {name, cap_##type, words, caps, decode},
#include "api/invocations.h"
#undef RULE
};

word_t word_arg(const struct invocation *inv, unsigned i) {
    kassert(i < inv->length);
    return i < MESSAGE_REGISTERS ? *tcb_message_register(current_thread, i)
                                 : inv->buffer[BUFFER_MSG + i];
}

void set_result(struct invocation *inv, unsigned i, word_t value) {
    kassert(i < INVOCATION_MAX_RESULTS);
    inv->result[i] = value;
    inv->result_length = MAX(inv->result_length, i + 1);
}

outcome_t invocation_refuse(const struct invocation *inv, const char *what) {
    return refuse(fail_capability(0), "Attempted to invoke a %s cap #%lu.", what, inv->cptr);
}

/* The capability is of no kind that has such an invocation. */
static outcome_t refuse_label(const struct invocation *inv) {
    enum cap_type type = cap_type(inv->cap);
    switch (type) {
    case cap_null:
    case cap_zombie: return invocation_refuse(inv, cap_type_name(type));
    case cap_cnode: return refuse(fail_illegal(), "CNodeCap: Illegal Operation attempted.");
    case cap_thread: return refuse(fail_illegal(), "TCB: Illegal operation.");
    case cap_irq_control: return refuse(fail_illegal(), "IRQControl: Illegal operation");
    default:
        return refuse(fail_illegal(), "Illegal operation on a capability of type %s.",
                      cap_type_name(type));
    }
}

outcome_t invocation_decode(struct invocation *inv) {
    enum cap_type type = cap_type(inv->cap);
    const struct rule *rule = &rules[inv->label < label_count ? inv->label : label_invalid];
    if (rule->type != type || type == cap_null) /* which is also the type of label_invalid */
        return exam_invoke(inv) ? DONE : refuse_label(inv);
    if (inv->length < rule->min_words || inv->extra_count < rule->min_caps)
        return refuse(fail_truncated(), "%s: Truncated message.", rule->name);
    return rule->decode(inv);
}
