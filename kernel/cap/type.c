/* What follows from a capability's type alone: its name, and which memory its object takes.
 *
 * Invariant: a type is physical exactly if its objects are made from untyped memory, so that the
 * untyped's block contains them and its children in the derivation tree can be told by address.
 */
#include "object/object.h"

const char *cap_type_name(enum cap_type type) {
    static const char *const names[32] = {
        [cap_null] = "null",
        [cap_frame] = "frame",
        [cap_untyped] = "untyped",
        [cap_page_table] = "page_table",
        [cap_endpoint] = "endpoint",
        [cap_page_directory] = "page_directory",
        [cap_notification] = "notification",
        [cap_pdpt] = "pdpt",
        [cap_reply] = "reply",
        [cap_pml4] = "pml4",
        [cap_cnode] = "cnode",
        [cap_asid_control] = "asid_control",
        [cap_thread] = "thread",
        [cap_asid_pool] = "asid_pool",
        [cap_irq_control] = "irq_control",
        [cap_irq_handler] = "irq_handler",
        [cap_zombie] = "zombie",
        [cap_io_port] = "io_port",
        [cap_domain] = "domain",
        [cap_io_port_control] = "io_port_control",
    };
    const char *name = names[type & MASK(5)];
    return name != NULL ? name : "unknown";
}

bool cap_is_physical(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_untyped:
    case cap_endpoint:
    case cap_notification:
    case cap_cnode:
    case cap_thread:
    case cap_zombie:
    case cap_frame:
    case cap_page_table:
    case cap_page_directory:
    case cap_pdpt:
    case cap_pml4:
    case cap_asid_pool:
        return true;
    default:
        return false;
    }
}

unsigned cap_object_bits(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_untyped:
        return cap_untyped_bits(cap);
    case cap_endpoint:
        return ENDPOINT_BITS;
    case cap_notification:
        return NOTIFICATION_BITS;
    case cap_cnode:
        return cap_cnode_radix(cap) + SLOT_BITS;
    case cap_thread:
        return TCB_OBJECT_BITS;
    case cap_zombie:
        return cap_zombie_is_tcb(cap) ? TCB_OBJECT_BITS : cap_zombie_radix(cap) + SLOT_BITS;
    case cap_frame:
        return cap_frame_bits(cap);
    default:
        return TABLE_BITS;
    }
}

word_t cap_object_base(cap_t cap) { return ALIGN_DOWN(cap_object(cap), cap_object_bits(cap)); }
