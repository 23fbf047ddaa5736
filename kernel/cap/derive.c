/* What a copy of a capability looks like: the same, with fewer rights, a badge or a guard, or null.
 *
 * Invariant: a copy never has a right that its source lacks, a badge once set never changes, and
 * capabilities whose object can only have one place in the world (an unmapped table, a reply, the
 * controls) are not copied.
 */
#include "cap/cap.h"

#include "debug/debug.h"

static outcome_t require_mapped(cap_t cap, const char *what) {
    if (cap_mapped_asid(cap) == 0)
        return refuse(fail_illegal(), "Deriving an unmapped %s cap", what);
    return DONE;
}

outcome_t cap_derive(const slot_t *slot, cap_t cap, cap_t *copy) {
    *copy = cap;
    switch (cap_type(cap)) {
    case cap_untyped: return slot_require_childless(slot);
    case cap_page_table: return require_mapped(cap, "PT");
    case cap_page_directory: return require_mapped(cap, "PD");
    case cap_pdpt: return require_mapped(cap, "PDPT");
    case cap_pml4:
        if (cap_pml4_asid(cap) == 0)
            return refuse(fail_illegal(), "Deriving a PML4 cap without an assigned ASID");
        break;
    case cap_frame: *copy = cap_clear_mapping(cap); break; /* one mapping, one capability */
    case cap_irq_control:
    case cap_io_port_control:
    case cap_reply:
    case cap_zombie: *copy = cap_null_new(); break;
    default: break;
    }
    return DONE;
}

static cap_t without_rights(cap_t cap, word_t rights) {
    cap.word[0] &= ~((rights & RIGHTS_ALL) << CAP_SMALL_SHIFT);
    return cap;
}

cap_t cap_mask_rights(cap_t cap, word_t rights) {
    switch (cap_type(cap)) {
    case cap_endpoint:
    case cap_notification:
    case cap_reply: return without_rights(cap, ~rights);
    case cap_frame: /* writing without reading is nothing */
        return without_rights(cap, cap_rights(cap) & rights & RIGHT_READ ? ~rights : RIGHTS_ALL);
    default: return cap;
    }
}

static cap_t with_guard(cap_t cap, word_t data) {
    unsigned size = data & MASK(6);
    if (size + cap_cnode_radix(cap) > WORD_BITS)
        return cap_null_new();
    word_t guard = (data >> 6) & MASK(size);
    return cap_cnode_new(cap_object(cap), cap_cnode_radix(cap), (guard << 6) | size);
}

cap_t cap_update_data(cap_t cap, word_t data, bool preserve) {
    switch (cap_type(cap)) {
    case cap_endpoint:
    case cap_notification:
        if (preserve || cap_badge(cap) != 0)
            return cap_null_new();
        cap.word[1] = data;
        return cap;
    case cap_cnode: return with_guard(cap, data);
    default: return cap;
    }
}
