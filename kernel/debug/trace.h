/* The trace channel: what the kernel did, one JSON object a line, on a port closed to users.
 *
 * Each record is written whole. Every kind has a budget; past it one "truncated" record is written
 * and the rest are only counted (the counts stand in the last record, "idle"). Trace calls cost one
 * test of a flag while the channel is off, and nothing in release kernels.
 */
#pragma once

#include "object/tcb.h"

/** trace(message, "send", from, to, ep, badge): one of the trace_… below, if the channel is on. */
#define trace(record, ...)                                                                         \
    do {                                                                                           \
        if (trace_on)                                                                              \
            trace_##record(__VA_ARGS__);                                                           \
    } while (0)

/* Every kind of record, by the word that it bears. */
#define TRACE_KINDS(X)                                                                             \
    X(boot), X(retype), X(copy), X(mint), X(move), X(mutate), X(rotate), X(delete), X(revoke),     \
        X(cancel), X(savecaller), X(msg), X(block), X(signal), X(wait), X(poll), X(fault), X(map), \
        X(unmap), X(address), X(tcb), X(irq), X(ioport), X(asid), X(name), X(error), X(slice),     \
        X(exam), X(lives), X(idle), X(halt), X(truncated)
enum trace_kind {
#define X(kind) record_##kind
    TRACE_KINDS(X),
#undef X
    record_kinds
};

/** Writes one record about what @p actor does (NULL: the current thread). @p fields names each
 *  field and, as for printf, the type of its value: %s text, escaped and cut; %p or %lx an address,
 *  "0x…"; %u or %lu a number; [%u %p] a list of so many numbers, <%u %p> one of addresses. */
void trace_record(const tcb_t *actor, enum trace_kind kind, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));
#define RECORD(kind, ...)    trace_record(NULL, record_##kind, __VA_ARGS__)
#define TYPE_AND_OBJECT(cap) cap_type_name(cap_type(cap)), cap_object(cap)

/* ---- the records: the grader reads their fields by name ---- */

#define TRACE_VERSION       1u
#define trace_boot(version) RECORD(boot, "version:%u", version)
#define trace_signal(...)   RECORD(signal, "obj:%p badge:%lu word:%lu to:%p", __VA_ARGS__)
#define trace_wait(...)     RECORD(wait, "obj:%p badge:%lu got:%u", __VA_ARGS__)
#define trace_poll(...)     RECORD(poll, "obj:%p badge:%lu got:%u", __VA_ARGS__)
#define trace_irq(op, line, ntfn)                                                                  \
    RECORD(irq, "op:%s irq:%lu ntfn:%p", op, (word_t)(line), (const void *)(ntfn))
#define trace_ioport(...)           RECORD(ioport, "first:%u last:%u", __VA_ARGS__)
#define trace_asid(...)             RECORD(asid, "op:%s obj:%p", __VA_ARGS__)
#define trace_name(target)          RECORD(name, "target:%p name:%s", target, tcb_name(target))
#define trace_address(cap, address) RECORD(address, "obj:%p paddr:%lx", cap_object(cap), address)
/* All of a time slice is used up: where the thread stands then. */
#define trace_slice(tcb) trace_record(tcb, record_slice, "ip:%lx", (tcb)->restart_ip)
#define trace_exam(...)  RECORD(exam, "ip:%lx said:[%u %p] asked:[%u %p]", __VA_ARGS__)
#define trace_halt(why)  RECORD(halt, "why:%s", why)
#define trace_unmap(cap)                                                                           \
    RECORD(unmap, "cap:%s obj:%p vaddr:%lx", TYPE_AND_OBJECT(cap), cap_mapped_vaddr(cap))
#define trace_map(cap, at, ...)                                                                    \
    RECORD(map, "cap:%s obj:%p vaddr:%lx bits:%u rights:%lu attr:%lu vspace:%p",                   \
           TYPE_AND_OBJECT(cap), at, cap_object_bits(cap), __VA_ARGS__)
#define trace_error(inv, why)                                                                      \
    RECORD(error, "label:%lu cap:%s obj:%p code:%u mr:[%u %p]", (inv)->label,                      \
           TYPE_AND_OBJECT((inv)->cap), (why)->code, (why)->count, (const void *)(why)->words)
/* Each operation on a thread says what it was given. */
#define trace_tcb(op, target, fields, ...)                                                         \
    RECORD(tcb, "op:%s target:%p targetname:%s " fields, op, target, tcb_name(target),             \
           ##__VA_ARGS__)

/* trace_records.c: what is more than its fields */

/** The capabilities in @p count slots from @p first are the objects made. */
void trace_retype(const void *untyped, word_t type, unsigned bits, word_t count, bool device,
                  const slot_t *first, const void *cnode, word_t index);
/** copy, mint, move, mutate, rotate: the capability now in @p dest came from @p source. */
void trace_derive(enum trace_kind kind, const slot_t *source, const struct resolved *dest);
/** delete, revoke, cancel, savecaller: before it happens. */
void trace_slot(enum trace_kind kind, const struct resolved *at);
/** After the transfer: reads the receiver's registers. */
void trace_message(const char *kind, tcb_t *from, tcb_t *to, const void *via, word_t badge);
void trace_block(const tcb_t *tcb, const char *on, const void *object);
void trace_fault(const tcb_t *tcb, const struct fault *fault, const void *handler, word_t badge);
/* What happened to an object, where it is not the type that it was made as. */
#define LIFE_SEEN 14
#define LIFE_GONE 15
/** lives.c: the object of @p cap was made as the type @p fate, or has another fate. */
void trace_life(cap_t cap, word_t fate);
/** Writes what happened to objects since the last such record. */
void trace_lives(void);
/** The last record: every thread and what it waits for, and how often each kind happened. */
void trace_idle(void);
