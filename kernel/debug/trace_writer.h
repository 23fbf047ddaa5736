/* Writing one trace record: begin, fields in any order, end. Private to the trace's files.
 *
 * A record that may not be written any more (its kind's budget is used up) begins with false, and
 * nothing else may be called for it.
 */
#pragma once

#include "object/tcb.h"
#include "types.h"

/* Every kind of record, by the word that it bears. */
#define TRACE_KINDS(X)                                                                             \
    X(boot), X(retype), X(copy), X(mint), X(move), X(mutate), X(rotate), X(delete), X(revoke),     \
        X(cancel), X(savecaller), X(msg), X(block), X(signal), X(wait), X(poll), X(fault), X(map), \
        X(unmap), X(tcb), X(irq), X(ioport), X(asid), X(name), X(error), X(idle), X(halt),         \
        X(truncated)
enum trace_kind {
#define X(kind) trace_##kind
    TRACE_KINDS(X),
#undef X
    trace_kind_count
};

/** Begins a record about what @p actor does (NULL: nobody). */
bool trace_begin(enum trace_kind kind, const tcb_t *actor);
/** The kind with this name. */
enum trace_kind trace_kind_named(const char *name);

void trace_number(const char *key, word_t value);
/** An address, also of an object: "0x…". */
void trace_address(const char *key, word_t value);
void trace_object(const char *key, const void *object);
/** Text from anywhere: escaped, cut to 63 bytes. */
void trace_text(const char *key, const char *text);
/** Lists: of numbers or addresses (key NULL), or of records of their own. */
void trace_list_begin(const char *key);
void trace_list_end(void);
void trace_group_begin(const char *key);
void trace_group_end(void);
/** How often each kind has happened, written or not. */
void trace_counts(const char *key);
void trace_end(void);
