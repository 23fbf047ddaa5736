/* What follows from a capability's type alone: its name, and which memory its object takes.
 *
 * Invariant: a type is physical exactly if its objects are made from untyped memory, so that the
 * untyped's block contains them and its children in the derivation tree can be told by address.
 */
#include "object/object.h"

#define VARIES 1

static const struct {
    const char *name;
    unsigned bits; /* log2 of the object's bytes; 0: not physical */
} types[32] = {
    [cap_null] = {"null", 0},
    [cap_frame] = {"frame", VARIES},
    [cap_untyped] = {"untyped", VARIES},
    [cap_page_table] = {"page_table", TABLE_BITS},
    [cap_endpoint] = {"endpoint", ENDPOINT_BITS},
    [cap_page_directory] = {"page_directory", TABLE_BITS},
    [cap_notification] = {"notification", NOTIFICATION_BITS},
    [cap_pdpt] = {"pdpt", TABLE_BITS},
    [cap_reply] = {"reply", 0},
    [cap_pml4] = {"pml4", TABLE_BITS},
    [cap_cnode] = {"cnode", VARIES},
    [cap_asid_control] = {"asid_control", 0},
    [cap_thread] = {"thread", TCB_OBJECT_BITS},
    [cap_asid_pool] = {"asid_pool", TABLE_BITS},
    [cap_irq_control] = {"irq_control", 0},
    [cap_irq_handler] = {"irq_handler", 0},
    [cap_zombie] = {"zombie", VARIES},
    [cap_io_port] = {"io_port", 0},
    [cap_domain] = {"domain", 0},
    [cap_io_port_control] = {"io_port_control", 0},
};

const char *cap_type_name(enum cap_type type) {
    const char *name = types[type & MASK(5)].name;
    return name != NULL ? name : "unknown";
}

bool cap_is_physical(cap_t cap) { return types[cap_type(cap)].bits != 0; }

unsigned cap_object_bits(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_untyped: return cap_untyped_bits(cap);
    case cap_cnode: return cap_cnode_radix(cap) + SLOT_BITS;
    case cap_zombie:
        return cap_zombie_is_tcb(cap) ? TCB_OBJECT_BITS : cap_zombie_radix(cap) + SLOT_BITS;
    case cap_frame: return cap_frame_bits(cap);
    default: return types[cap_type(cap)].bits;
    }
}
