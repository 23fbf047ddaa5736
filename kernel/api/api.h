/* The system call interface: what a kernel entry asks for, and what an invocation brings along.
 *
 * An invocation is a message to a kernel object. Its label picks a line of invocations.h, which
 * says which capability type it belongs to and how many words and extra capabilities it needs.
 * Checks common to all happen in invocation.c, once; a decode function checks the rest, then acts.
 */
#pragma once

#include "object/object.h"

enum syscall_number {
    sys_call = -1,
    sys_reply_recv = -2,
    sys_send = -3,
    sys_nb_send = -4,
    sys_recv = -5,
    sys_reply = -6,
    sys_yield = -7,
    sys_nb_recv = -8,
    sys_debug_put_char = -9,
    sys_debug_dump_scheduler = -10,
    sys_debug_halt = -11,
    sys_debug_cap_identify = -12,
    sys_debug_snapshot = -13,
    sys_debug_name_thread = -14,
    sys_set_tls_base = -30,
};

#define RULE(label, ...) label_##label,
enum invocation_label {
    label_invalid,
#include "api/invocations.h"
    label_count,
};
#undef RULE
static_assert(label_irq_issue_msi == 52 && label_count == 53, "sheet 6.1");

/* The message info word: label (52), caps unwrapped (3), extra caps (2), length (7). */
#define MESSAGE_MAX_LENGTH 120
#define MESSAGE_MAX_CAPS   3
static inline word_t info_new(word_t label, word_t unwrapped, word_t caps, word_t length) {
    return (label << 12) | (unwrapped << 9) | (caps << 7) | length;
}
static inline word_t info_label(word_t info) { return info >> 12; }
static inline word_t info_caps(word_t info) { return (info >> 7) & 3; }
/** Clamped to the maximum. */
static inline word_t info_length(word_t info) {
    return MIN(info & MASK(7), (word_t)MESSAGE_MAX_LENGTH);
}
/** True for a message in registers alone, without capabilities: no IPC buffer is looked at. */
static inline bool info_is_short(word_t info) { return (info & MASK(9)) <= MESSAGE_REGISTERS; }

/* Word offsets in an IPC buffer (sheet 4.2). */
#define BUFFER_MSG           1
#define BUFFER_CAPS          122
#define BUFFER_RECEIVE_CNODE 125
#define BUFFER_RECEIVE_INDEX 126
#define BUFFER_RECEIVE_DEPTH 127

/* The longest result is that of ReadRegisters. */
#define INVOCATION_MAX_RESULTS 20

struct invocation {
    cptr_t cptr; /* what was invoked: its address, slot and capability */
    slot_t *slot;
    cap_t cap;
    word_t label, length;
    slot_t *extra[MESSAGE_MAX_CAPS]; /* slots of the first extra_count extra capabilities */
    unsigned extra_count;
    const word_t *buffer; /* the caller's IPC buffer, NULL if it has none or needs none */
    unsigned result_length;
    word_t result[INVOCATION_MAX_RESULTS]; /* the reply, filled by set_result() */
    bool blocking, is_call;                /* how the caller asked */
};

/* The decode functions: one file an object, object/<object>.c. */
#define RULE(label, type, words, caps, decode, ...) outcome_t decode(struct invocation *inv);
#include "api/invocations.h"
#undef RULE

/** Message word @p i of the invocation. */
word_t word_arg(const struct invocation *inv, unsigned i);
/** Extra capability @p i; the rule guarantees that it is there. */
static inline cap_t cap_arg(const struct invocation *inv, unsigned i) { return inv->extra[i]->cap; }
/** The slot below @p root whose index is word @p i and whose depth is the next word. */
static inline __attribute__((always_inline)) outcome_t slot_arg(const struct invocation *inv,
                                                                cap_t root, unsigned i,
                                                                bool is_source,
                                                                struct resolved *place) {
    return lookup_operation(root, word_arg(inv, i), word_arg(inv, i + 1), is_source, place);
}
/** Sets word @p i of the reply (delivered only if the caller used Call). */
void set_result(struct invocation *inv, unsigned i, word_t value);

/** The invoked capability is not fit to be invoked: @p what it is. */
outcome_t invocation_refuse(const struct invocation *inv, const char *what);
/** Checks the common rules of sheet 6.2 and dispatches. */
outcome_t invocation_decode(struct invocation *inv);

/** Entry from entry.S: a system call of the current thread, whose registers are saved; rdi, rsi and
 *  rdx are the arguments just as the thread left them. Afterwards current_thread is the one that
 *  entry.S returns to; likewise for the other two. */
void handle_syscall(cptr_t cptr, word_t info, int64_t number);
/** A trap that is not an interrupt: a user exception or `int n` (sheet 7.7). */
void handle_user_trap(unsigned vector, word_t error);
/** A device or timer interrupt. */
void handle_interrupt(unsigned vector);
