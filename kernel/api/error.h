/* How kernel operations end: done, refused with an error for the user, or preempted.
 *
 * A function that can be refused returns an outcome_t. On FAILED the reason is in current_error,
 * ready to be written into the caller's message registers. It belongs to the kernel entry in
 * progress, as do the other two records: there is one CPU, and the kernel is never re-entered.
 */
#pragma once

#include "types.h"

typedef enum outcome { DONE, FAILED, PREEMPTED } outcome_t;

/** Goes on only if the operation is done; else returns what it returned. */
#define TRY(operation)                                                                             \
    do {                                                                                           \
        outcome_t outcome_ = (operation);                                                          \
        if (outcome_ != DONE)                                                                      \
            return outcome_;                                                                       \
    } while (0)

/* The seL4_Error of a reply. */
enum error_code {
    no_error = 0,
    invalid_argument = 1,
    invalid_capability = 2,
    illegal_operation = 3,
    range_error = 4,
    alignment_error = 5,
    failed_lookup = 6,
    truncated_message = 7,
    delete_first = 8,
    revoke_first = 9,
    not_enough_memory = 10,
};

/* seL4_LookupFailureType */
enum lookup_failure_type {
    lookup_invalid_root = 1,
    lookup_missing_capability = 2,
    lookup_depth_mismatch = 3,
    lookup_guard_mismatch = 4,
};

struct lookup_failure {
    enum lookup_failure_type type;
    word_t bits_left, guard_found, bits_found; /* as far as the type has them */
};

struct syscall_error {
    enum error_code code;
    unsigned count; /* of message words that go with the code: */
    word_t words[5];
};

/* The label of a fault message. */
enum fault_type {
    fault_none = 0,
    fault_cap = 1,
    fault_unknown_syscall = 2,
    fault_user_exception = 3,
    fault_vm = 5,
};

struct fault {
    enum fault_type type;
    word_t address;  /* cap: cptr; vm: address; unknown syscall: its number; exception: vector */
    word_t code;     /* vm: FSR; exception: error code */
    bool in_receive; /* cap: receive phase; vm: instruction fetch */
    struct lookup_failure lookup; /* cap */
};

extern struct syscall_error current_error;
extern struct lookup_failure current_lookup_failure;
extern struct fault current_fault;

/* Each records its error and returns FAILED, so that a decode function can `return fail_…;`. */
outcome_t fail(enum error_code code, unsigned count, word_t word0, word_t word1);
static inline outcome_t fail_argument(word_t n) { return fail(invalid_argument, 1, n, 0); }
static inline outcome_t fail_capability(word_t n) { return fail(invalid_capability, 1, n, 0); }
static inline outcome_t fail_illegal(void) { return fail(illegal_operation, 0, 0, 0); }
static inline outcome_t fail_range(word_t min, word_t max) {
    return fail(range_error, 2, min, max);
}
static inline outcome_t fail_alignment(void) { return fail(alignment_error, 0, 0, 0); }
static inline outcome_t fail_truncated(void) { return fail(truncated_message, 0, 0, 0); }
static inline outcome_t fail_delete_first(void) { return fail(delete_first, 0, 0, 0); }
static inline outcome_t fail_revoke_first(void) { return fail(revoke_first, 0, 0, 0); }
static inline outcome_t fail_no_memory(word_t left) { return fail(not_enough_memory, 1, left, 0); }
/** One of the two lookups of an operation failed, as current_lookup_failure says. */
outcome_t fail_lookup(bool is_source);
/** The same, with what current_lookup_failure is to say. */
outcome_t fail_lookup_as(bool is_source, enum lookup_failure_type type, word_t bits_left);
static inline outcome_t fail_lookup_missing(bool is_source, word_t bits_left) {
    return fail_lookup_as(is_source, lookup_missing_capability, bits_left);
}

/** Writes @p failure as message words, returns how many (1 to 4). */
unsigned lookup_failure_words(const struct lookup_failure *failure, word_t words[4]);
