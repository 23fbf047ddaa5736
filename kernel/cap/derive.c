/* What a copy of a capability looks like: the same, with fewer rights, with a badge or a guard, or
 * nothing at all.
 *
 * Invariant: a copy never has a right that its source lacks, a badge once set never changes, and
 * capabilities whose object can only have one place in the world (an unmapped table, a reply, the
 * controls) are not copied.
 */
#include "cap/cap.h"

#include "debug/debug.h"

static outcome_t refuse_unmapped(const char *what)
{
    user_error("Deriving an unmapped %s cap", what);
    return fail_illegal();
}

static outcome_t require_asid(cap_t cap)
{
    if (cap_pml4_asid(cap) == 0) {
        user_error("Deriving a PML4 cap without an assigned ASID");
        return fail_illegal();
    }
    return DONE;
}

outcome_t cap_derive(const slot_t *slot, cap_t cap, cap_t *copy)
{
    *copy = cap;
    switch (cap_type(cap)) {
    case cap_untyped:
        return slot_require_childless(slot);
    case cap_page_table:
        return cap_mapped_asid(cap) != 0 ? DONE : refuse_unmapped("PT");
    case cap_page_directory:
        return cap_mapped_asid(cap) != 0 ? DONE : refuse_unmapped("PD");
    case cap_pdpt:
        return cap_mapped_asid(cap) != 0 ? DONE : refuse_unmapped("PDPT");
    case cap_pml4:
        return require_asid(cap);
    case cap_frame: /* a mapping belongs to one capability */
        *copy = cap_clear_mapping(cap);
        return DONE;
    case cap_irq_control:
    case cap_io_port_control:
    case cap_reply:
    case cap_zombie:
        *copy = cap_null_new();
        return DONE;
    default:
        return DONE;
    }
}

/* Pages are read-write, read-only or the kernel's alone: writing without reading is nothing. */
static word_t frame_rights(word_t had, word_t rights)
{
    word_t left = had & rights;
    return left & RIGHT_READ ? left : 0;
}

cap_t cap_mask_rights(cap_t cap, word_t rights)
{
    switch (cap_type(cap)) {
    case cap_endpoint:
        return cap_endpoint_new(cap_object(cap), cap_badge(cap), cap_rights(cap) & rights);
    case cap_notification:
        return cap_notification_new(cap_object(cap), cap_badge(cap), cap_rights(cap) & rights);
    case cap_frame:
        return cap_set_small(cap, 2, 2, frame_rights(cap_frame_rights(cap), rights));
    case cap_reply:
        return cap_reply_new(cap_object(cap), cap_reply_is_master(cap),
                             cap_reply_can_grant(cap) && (rights & RIGHT_GRANT));
    default:
        return cap;
    }
}

static cap_t with_guard(cap_t cap, word_t data)
{
    unsigned size = data & MASK(6);
    if (size + cap_cnode_radix(cap) > WORD_BITS) {
        return cap_null_new();
    }
    word_t guard = (data >> 6) & MASK(size);
    return cap_cnode_new(cap_object(cap), cap_cnode_radix(cap), (guard << 6) | size);
}

cap_t cap_update_data(cap_t cap, word_t data, bool preserve)
{
    switch (cap_type(cap)) {
    case cap_endpoint:
    case cap_notification:
        if (preserve || cap_badge(cap) != 0) {
            return cap_null_new();
        }
        cap.word[1] = data;
        return cap;
    case cap_cnode:
        return with_guard(cap, data);
    default:
        return cap;
    }
}
