/* How kernel operations end: done, refused with an error for the user, faulted, or preempted.
 *
 * A function that can be refused returns an outcome_t. On FAILED the reason is in current_error,
 * ready to be written into the caller's message registers; on FAULTED it is in current_fault. Both
 * belong to the kernel entry in progress: there is one CPU, and the kernel is never re-entered.
 */
#pragma once

#include "types.h"

typedef enum outcome { DONE, FAILED, FAULTED, PREEMPTED } outcome_t;

/** Goes on only if the operation is done; else returns what it returned. */
#define TRY(operation)                                                                             \
    do {                                                                                           \
        outcome_t outcome_ = (operation);                                                          \
        if (outcome_ != DONE)                                                                      \
            return outcome_;                                                                       \
    } while (0)

enum error_code { /* the seL4_Error of the reply */
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

enum lookup_failure_type { /* seL4_LookupFailureType */
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
    bool source_lookup;           /* failed_lookup: which of two lookups */
    struct lookup_failure lookup; /* failed_lookup */
    word_t word[2]; /* the others: argument or capability number; min, max; bytes left */
};

enum fault_type { /* the label of a fault message */
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
outcome_t fail_argument(unsigned number);
outcome_t fail_capability(unsigned number);
outcome_t fail_illegal(void);
outcome_t fail_range(word_t min, word_t max);
outcome_t fail_alignment(void);
outcome_t fail_lookup(bool is_source); /* takes current_lookup_failure along */
outcome_t fail_lookup_missing(bool is_source, word_t bits_left);
outcome_t fail_lookup_invalid_root(bool is_source);
outcome_t fail_truncated(void);
outcome_t fail_delete_first(void);
outcome_t fail_revoke_first(void);
outcome_t fail_no_memory(word_t bytes_left);

/** Writes the words of @p failure after its type, returns how many in all (1 to 4). */
unsigned lookup_failure_words(const struct lookup_failure *failure, word_t words[4]);
/** Writes the message words of @p error, returns how many (0 to 5). */
unsigned syscall_error_words(const struct syscall_error *error, word_t words[5]);
