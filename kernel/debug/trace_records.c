/* The trace records about capabilities, memory and devices. Their fields are an interface: the
 * grader reads them by name.
 *
 * Objects are named by their kernel address, which is the same in every record about them.
 */
#include "debug/trace_writer.h"

#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"

#if DEBUG_BUILD

#define TRACE_VERSION    1
#define RETYPE_MAX_SHOWN 8

void trace_write_boot(const tcb_t *root) {
    if (trace_begin(trace_boot, root)) {
        trace_number("version", TRACE_VERSION);
        trace_end();
    }
}

void trace_write_retype(const void *untyped, word_t type, unsigned bits, word_t count, bool device,
                        const slot_t *first_slot, const void *cnode, word_t index) {
    if (!trace_begin(trace_retype, current_thread))
        return;
    trace_object("ut", untyped);
    trace_number("type", type);
    trace_number("bits", bits);
    trace_number("count", count);
    trace_number("dev", device);
    trace_list_begin("objs");
    for (word_t i = 0; i < MIN(count, (word_t)RETYPE_MAX_SHOWN); i++)
        trace_object(NULL, cap_object(first_slot[i].cap));
    trace_list_end();
    trace_object("cnode", cnode);
    trace_number("slot", index);
    trace_end();
}

/* ---- capabilities ---- */

static void put_cap(cap_t cap) {
    bool badged = cap_type(cap) == cap_endpoint || cap_type(cap) == cap_notification;
    trace_text("cap", cap_type_name(cap_type(cap)));
    trace_object("obj", cap_object(cap));
    trace_number("badge", badged ? cap_badge(cap) : 0);
}

static void put_place(const void *cnode, word_t index) {
    trace_object("cnode", cnode);
    trace_number("slot", index);
}

static word_t rights_of(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_endpoint:
    case cap_notification:
    case cap_frame:
        return cap_rights(cap);
    default:
        return RIGHTS_ALL;
    }
}

void trace_write_derive(const char *kind, const slot_t *source, const slot_t *dest,
                        const void *cnode, word_t index) {
    if (trace_begin(trace_kind_named(kind), current_thread)) {
        put_cap(dest->cap);
        trace_number("rights", rights_of(dest->cap));
        trace_object("src", source);
        trace_object("dst", dest);
        put_place(cnode, index);
        trace_end();
    }
}

void trace_write_slot(const char *kind, const slot_t *slot, const void *cnode, word_t index) {
    if (trace_begin(trace_kind_named(kind), current_thread)) {
        put_cap(slot->cap);
        put_place(cnode, index);
        trace_end();
    }
}

/* ---- address spaces ---- */

static void put_mapping(cap_t cap, vaddr_t vaddr) {
    trace_text("cap", cap_type_name(cap_type(cap)));
    trace_object("obj", cap_object(cap));
    trace_address("vaddr", vaddr);
}

void trace_write_map(cap_t cap, vaddr_t vaddr, word_t rights, word_t attributes,
                     const void *vspace) {
    if (trace_begin(trace_map, current_thread)) {
        put_mapping(cap, vaddr);
        trace_number("bits", cap_object_bits(cap));
        trace_number("rights", rights);
        trace_number("attr", attributes);
        trace_object("vspace", vspace);
        trace_end();
    }
}

void trace_write_unmap(cap_t cap) {
    if (trace_begin(trace_unmap, current_thread)) {
        put_mapping(cap, cap_mapped_vaddr(cap));
        trace_end();
    }
}

void trace_write_asid(const char *op, const void *object) {
    if (trace_begin(trace_asid, current_thread)) {
        trace_text("op", op);
        trace_object("obj", object);
        trace_end();
    }
}

/* ---- interrupts and ports ---- */

void trace_write_irq(const char *op, word_t irq, const void *notification) {
    if (trace_begin(trace_irq, current_thread)) {
        trace_text("op", op);
        trace_number("irq", irq);
        trace_object("ntfn", notification);
        trace_end();
    }
}

void trace_write_io_port(word_t first, word_t last) {
    if (trace_begin(trace_ioport, current_thread)) {
        trace_number("first", first);
        trace_number("last", last);
        trace_end();
    }
}

/* ---- the user's mistakes, and the end ---- */

void trace_write_error(const struct invocation *inv, const struct syscall_error *error) {
    if (!trace_begin(trace_error, current_thread))
        return;
    trace_number("label", inv->label);
    trace_text("cap", cap_type_name(cap_type(inv->cap)));
    trace_object("obj", cap_object(inv->cap));
    trace_number("code", error->code);
    trace_list_begin("mr");
    for (unsigned i = 0; i < error->count; i++)
        trace_number(NULL, error->words[i]);
    trace_list_end();
    trace_end();
}

void trace_write_halt(const char *why) {
    if (trace_begin(trace_halt, current_thread)) {
        trace_text("why", why);
        trace_end();
    }
}

#endif
