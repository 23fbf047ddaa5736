/* The three records of what went wrong in this kernel entry, and how they read as message words.
 *
 * Invariant: a function that returns FAILED has just filled the record that its header
 * names; nobody looks at a record otherwise, so they are never cleared.
 */
#include "api/error.h"

struct syscall_error current_error;
struct lookup_failure current_lookup_failure;
struct fault current_fault;

outcome_t fail(enum error_code code, unsigned count, word_t word0, word_t word1) {
    current_error = (struct syscall_error){code, count, {word0, word1}};
    return FAILED;
}

/* The type's number happens to be that of the words. */
unsigned lookup_failure_words(const struct lookup_failure *failure, word_t words[4]) {
    bool has_guard = failure->type == lookup_guard_mismatch;
    words[0] = failure->type;
    words[1] = failure->bits_left;
    words[2] = has_guard ? failure->guard_found : failure->bits_found;
    words[3] = failure->bits_found;
    return failure->type;
}

outcome_t fail_lookup(bool is_source) {
    word_t *words = current_error.words;
    current_error = (struct syscall_error){.code = failed_lookup, .words = {is_source}};
    current_error.count = 1 + lookup_failure_words(&current_lookup_failure, words + 1);
    return FAILED;
}

outcome_t fail_lookup_as(bool is_source, enum lookup_failure_type type, word_t bits_left) {
    current_lookup_failure = (struct lookup_failure){.type = type, .bits_left = bits_left};
    return fail_lookup(is_source);
}
