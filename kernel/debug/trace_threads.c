/* The trace records about threads: what they say to each other, what they wait for, what is done to
 * them, and the last record of all.
 */
#include "debug/trace_writer.h"

#include "api/api.h"
#include "debug/debug.h"
#include "object/object.h"
#include "sched/sched.h"

#if DEBUG_BUILD

#define IDLE_MAX_THREADS 1000

/* ---- messages and signals ---- */

/* The answer to a fault is no message to the faulter, which is then no longer blocked: its words
 * are still in the registers of the thread that sent it. */
static tcb_t *holder_of_message(const char *kind, const tcb_t *from, const tcb_t *to) {
    bool is_fault_reply = kind[0] == 'r' && to->state != state_blocked_on_reply;
    return (tcb_t *)(is_fault_reply ? from : to);
}

static void put_words(tcb_t *holder, word_t count) {
    trace_list_begin("mr");
    for (unsigned i = 0; i < MIN(count, (word_t)MESSAGE_REGISTERS); i++)
        trace_number(NULL, *tcb_message_register(holder, i));
    trace_list_end();
}

void trace_write_message(const char *kind, const tcb_t *from, const tcb_t *to,
                         const struct endpoint *via, word_t badge) {
    if (!trace_begin(trace_msg, current_thread))
        return;
    tcb_t *holder = holder_of_message(kind, from, to);
    word_t info = holder->regs.rsi;
    trace_text("kind", kind);
    trace_object("from", from);
    trace_text("fromname", tcb_name(from));
    trace_object("to", to);
    trace_text("toname", tcb_name(to));
    trace_object("via", via);
    trace_number("badge", badge);
    trace_number("label", info_label(info));
    trace_number("len", info_length(info));
    put_words(holder, info_length(info));
    trace_number("caps", info_caps(info));
    trace_number("unwrapped", (info >> 9) & MASK(3));
    trace_end();
}

void trace_write_block(const tcb_t *tcb, const char *on, const void *object) {
    if (trace_begin(trace_block, tcb)) {
        trace_text("on", on);
        trace_object("obj", object);
        if (tcb->state == state_blocked_on_send) {
            trace_number("badge", tcb->wait.badge);
            trace_number("call", tcb->wait.is_call);
        }
        trace_end();
    }
}

void trace_write_signal(const struct notification *ntfn, word_t badge, word_t word,
                        const tcb_t *woken) {
    if (trace_begin(trace_signal, current_thread)) {
        trace_object("obj", ntfn);
        trace_number("badge", badge);
        trace_number("word", word);
        trace_object("to", woken);
        trace_end();
    }
}

void trace_write_wait(const char *kind, const struct notification *ntfn, word_t word, bool got) {
    if (trace_begin(trace_kind_named(kind), current_thread)) {
        trace_object("obj", ntfn);
        trace_number("badge", word);
        trace_number("got", got);
        trace_end();
    }
}

void trace_write_fault(const tcb_t *tcb, const struct fault *fault, const void *handler,
                       word_t badge) {
    static const char *const kinds[] = {[fault_cap] = "cap",
                                        [fault_unknown_syscall] = "syscall",
                                        [fault_user_exception] = "exception",
                                        [fault_vm] = "vm"};
    if (!trace_begin(trace_fault, tcb))
        return;
    trace_text("kind", kinds[fault->type]);
    trace_address("ip", tcb->restart_ip);
    if (fault->type == fault_vm)
        trace_address("addr", fault->address);
    else
        trace_number("addr", fault->address);
    trace_number("code", fault->code);
    trace_object("handler", handler);
    trace_number("badge", badge);
    trace_end();
}

/* ---- what is done to a thread ---- */

static void put_extra(const char *key, const struct invocation *inv, unsigned i) {
    bool there = i < inv->extra_count;
    trace_object(key, there ? cap_object(cap_arg(inv, i)) : NULL);
}

static void put_word(const char *key, const struct invocation *inv, unsigned i) {
    trace_address(key, i < inv->length ? word_arg(inv, i) : 0);
}

static void put_priorities(word_t priority, word_t mcp) {
    trace_number("prio", priority);
    trace_number("mcp", mcp);
}

static void put_tcb_fields(const tcb_t *target, const struct invocation *inv) {
    switch (inv->label) {
    case label_tcb_configure:
        put_extra("cspace", inv, 0);
        put_extra("vspace", inv, 1);
        put_word("buffer", inv, 3);
        put_extra("frame", inv, 2);
        trace_number("fault", word_arg(inv, 0));
        break;
    case label_tcb_set_space:
        put_extra("cspace", inv, 0);
        put_extra("vspace", inv, 1);
        trace_number("fault", word_arg(inv, 0));
        break;
    case label_tcb_set_ipc_buffer:
        put_word("buffer", inv, 0);
        put_extra("frame", inv, 0);
        break;
    case label_tcb_write_registers:
        put_word("ip", inv, 2);
        put_word("sp", inv, 3);
        trace_number("resume", word_arg(inv, 0) & 1);
        break;
    case label_tcb_set_priority:
        put_priorities(word_arg(inv, 0), target->mcp);
        break;
    case label_tcb_set_mc_priority:
        put_priorities(target->priority, word_arg(inv, 0));
        break;
    case label_tcb_set_sched_params:
        put_priorities(word_arg(inv, 1), word_arg(inv, 0));
        break;
    case label_tcb_bind_notification:
        put_extra("ntfn", inv, 0);
        break;
    case label_tcb_set_tls_base:
        put_word("base", inv, 0);
        break;
    }
}

void trace_write_tcb(const char *op, const tcb_t *target, const struct invocation *inv) {
    if (trace_begin(trace_tcb, current_thread)) {
        trace_text("op", op);
        trace_object("target", target);
        trace_text("targetname", tcb_name(target));
        put_tcb_fields(target, inv);
        trace_end();
    }
}

void trace_write_name(const tcb_t *target) {
    if (trace_begin(trace_name, current_thread)) {
        trace_object("target", target);
        trace_text("name", tcb_name(target));
        trace_end();
    }
}

/* ---- the end ---- */

static const void *waits_on(const tcb_t *tcb) {
    switch (tcb->state) {
    case state_blocked_on_receive:
    case state_blocked_on_send:
    case state_blocked_on_notification:
        return tcb->wait.object;
    case state_blocked_on_reply:
        return debug_replier(tcb);
    default:
        return NULL;
    }
}

static void put_thread(const tcb_t *tcb) {
    trace_group_begin(NULL);
    trace_object("tcb", tcb);
    trace_text("name", tcb_name(tcb));
    trace_text("state", thread_state_name(tcb->state));
    trace_object("on", waits_on(tcb));
    trace_address("ip", tcb->restart_ip);
    trace_number("prio", tcb->priority);
    trace_group_end();
}

void trace_write_idle(void) {
    if (!trace_begin(trace_idle, current_thread))
        return;
    unsigned shown = 0;
    trace_list_begin("threads");
    for (const tcb_t *tcb = debug_oldest_thread(); tcb != NULL; tcb = tcb->all_prev)
        if (tcb != idle_thread && shown++ < IDLE_MAX_THREADS)
            put_thread(tcb);
    trace_list_end();
    trace_counts("counts");
    trace_end();
}

#endif
