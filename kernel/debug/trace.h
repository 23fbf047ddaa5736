/* The trace channel: what the kernel did, one JSON object a line, on a port that users cannot
 * reach.
 *
 * Each record is written whole. Every kind has a budget; past it one "truncated" record is written
 * and the rest are only counted (the counts stand in the last record, "idle"). Trace calls cost one
 * test of a flag while the channel is off, and nothing in release kernels.
 */
#pragma once

#include "object/tcb.h"
#include "types.h"

#if DEBUG_BUILD
extern bool trace_on;
#else
#define trace_on false
#endif

struct endpoint;
struct notification;
struct invocation;

void trace_enable(void);
/* Each is wrapped below so that a disabled channel costs only the test. */
void trace_write_boot(const tcb_t *root);
void trace_write_retype(const void *untyped, word_t type, unsigned bits, word_t count, bool device,
                        const slot_t *first_slot, const void *cnode, word_t index);
/** copy, mint, move, mutate, rotate: the capability now in @p dest came from @p source. */
void trace_write_derive(const char *kind, const slot_t *source, const slot_t *dest,
                        const void *cnode, word_t index);
/** delete, revoke, cancel, savecaller: before it happens. */
void trace_write_slot(const char *kind, const slot_t *slot, const void *cnode, word_t index);
void trace_write_message(const char *kind, const tcb_t *from, const tcb_t *to,
                         const struct endpoint *via,
                         word_t badge); /* after the transfer: reads the receiver's registers */
void trace_write_block(const tcb_t *tcb, const char *on, const void *object);
void trace_write_signal(const struct notification *ntfn, word_t badge, word_t word,
                        const tcb_t *woken);
void trace_write_wait(const char *kind, const struct notification *ntfn, word_t word, bool got);
void trace_write_fault(const tcb_t *tcb, const struct fault *fault, const void *handler,
                       word_t badge);
void trace_write_map(cap_t cap, vaddr_t vaddr, word_t rights, word_t attributes,
                     const void *vspace);
void trace_write_unmap(cap_t cap);
/** A TCB invocation; words and capabilities are taken from the invocation. */
void trace_write_tcb(const char *op, const tcb_t *target, const struct invocation *inv);
void trace_write_irq(const char *op, word_t irq, const void *notification);
void trace_write_io_port(word_t first, word_t last);
void trace_write_asid(const char *op, const void *object);
void trace_write_name(const tcb_t *target);
void trace_write_error(const struct invocation *inv, const struct syscall_error *error);
void trace_write_idle(void);
void trace_write_halt(const char *why);

/** trace(message, "send", from, to, ep, badge) */
#define trace(record, ...)                                                                         \
    do {                                                                                           \
        if (trace_on)                                                                              \
            trace_write_##record(__VA_ARGS__);                                                     \
    } while (0)
