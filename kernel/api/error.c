/* The three records of what went wrong in this kernel entry, and how they read as message words.
 *
 * Invariant: a function that returns FAILED or FAULTED has just filled the record that its header
 * names; nobody looks at a record otherwise, so they are never cleared.
 */
#include "api/error.h"

struct syscall_error current_error;
struct lookup_failure current_lookup_failure;
struct fault current_fault;

static outcome_t fail(enum error_code code, word_t word0, word_t word1) {
    current_error = (struct syscall_error){.code = code, .word = {word0, word1}};
    return FAILED;
}

outcome_t fail_argument(unsigned number) { return fail(invalid_argument, number, 0); }

outcome_t fail_capability(unsigned number) { return fail(invalid_capability, number, 0); }

outcome_t fail_illegal(void) { return fail(illegal_operation, 0, 0); }

outcome_t fail_range(word_t min, word_t max) { return fail(range_error, min, max); }

outcome_t fail_alignment(void) { return fail(alignment_error, 0, 0); }

outcome_t fail_lookup(bool is_source) {
    current_error = (struct syscall_error){
        .code = failed_lookup, .source_lookup = is_source, .lookup = current_lookup_failure};
    return FAILED;
}

outcome_t fail_lookup_missing(bool is_source, word_t bits_left) {
    current_lookup_failure =
        (struct lookup_failure){.type = lookup_missing_capability, .bits_left = bits_left};
    return fail_lookup(is_source);
}

outcome_t fail_lookup_invalid_root(bool is_source) {
    current_lookup_failure = (struct lookup_failure){.type = lookup_invalid_root};
    return fail_lookup(is_source);
}

outcome_t fail_truncated(void) { return fail(truncated_message, 0, 0); }

outcome_t fail_delete_first(void) { return fail(delete_first, 0, 0); }

outcome_t fail_revoke_first(void) { return fail(revoke_first, 0, 0); }

outcome_t fail_no_memory(word_t bytes_left) { return fail(not_enough_memory, bytes_left, 0); }

unsigned lookup_failure_words(const struct lookup_failure *failure, word_t words[4]) {
    words[0] = failure->type;
    switch (failure->type) {
    case lookup_missing_capability:
        words[1] = failure->bits_left;
        return 2;
    case lookup_depth_mismatch:
        words[1] = failure->bits_left;
        words[2] = failure->bits_found;
        return 3;
    case lookup_guard_mismatch:
        words[1] = failure->bits_left;
        words[2] = failure->guard_found;
        words[3] = failure->bits_found;
        return 4;
    default:
        return 1;
    }
}

unsigned syscall_error_words(const struct syscall_error *error, word_t words[5]) {
    words[0] = error->word[0];
    switch (error->code) {
    case invalid_argument:
    case invalid_capability:
    case not_enough_memory:
        return 1;
    case range_error:
        words[1] = error->word[1];
        return 2;
    case failed_lookup:
        words[0] = error->source_lookup;
        return 1 + lookup_failure_words(&error->lookup, words + 1);
    default:
        return 0;
    }
}
