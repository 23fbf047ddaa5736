/* Frames: memory that can be mapped into address spaces, as pages of 4 KiB, 2 MiB or 1 GiB.
 *
 * Each capability to a frame remembers the one place where it has mapped it. That place may since
 * have been taken by another frame, or its tables unmapped, or its ASID given to another address
 * space. Invariant: unmapping clears an entry only if it still shows this frame.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "object/vspace.h"

/* The entry that maps the frame with these rights. Without read right nobody but the kernel may
 * touch the page, and the kernel never does. */
static pte_t page_entry(cap_t frame, word_t rights, word_t attributes) {
    bool large = cap_frame_size(frame) != frame_4k;
    pte_t entry = paddr_of(cap_object(frame)) | PTE_PRESENT | pte_cache_bits(attributes);
    if (attributes & ATTRIBUTE_PAT)
        entry |= large ? PTE_PAT_LARGE : PTE_PAT_4K;
    if (rights & RIGHT_READ)
        entry |= PTE_USER | (rights & RIGHT_WRITE ? PTE_WRITE : 0);
    return large ? entry | PTE_PAGE : entry;
}

static bool entry_shows_frame(pte_t entry, cap_t frame) {
    bool large = cap_frame_size(frame) != frame_4k;
    pte_t address = entry & PTE_ADDRESS & ~MASK(cap_frame_bits(frame));
    return (entry & PTE_PRESENT) && (!large || (entry & PTE_PAGE)) &&
           address == paddr_of(cap_object(frame));
}

static outcome_t check_first_address(cap_t frame, vaddr_t vaddr) {
    if (vaddr > USER_TOP || vaddr + BIT(cap_frame_bits(frame)) > USER_TOP) {
        user_error("X86Frame: Mapping address too high.");
        return fail_argument(0);
    }
    return DONE;
}

/* A mapped capability may only renew its mapping: same address space, same address. */
static outcome_t check_remap(cap_t frame, cap_t vspace, vaddr_t vaddr) {
    if (cap_mapped_asid(frame) != cap_pml4_asid(vspace)) {
        user_error("X86FrameMap: Attempting to map frame into a different address space.");
        return fail_capability(1);
    }
    if (cap_mapped_vaddr(frame) != vaddr) {
        user_error("X86Frame: Attempting to map frame into multiple addresses");
        return fail_argument(0);
    }
    return DONE;
}

static outcome_t check_map(cap_t frame, cap_t vspace, vaddr_t vaddr, pte_t **pml4) {
    if (!cap_is_assigned_pml4(vspace)) {
        user_error("X86FrameMap: Attempting to map frame into invalid page directory cap.");
        return fail_capability(1);
    }
    outcome_t placed = cap_mapped_asid(frame) != 0 ? check_remap(frame, vspace, vaddr)
                                                   : check_first_address(frame, vaddr);
    if (placed != DONE || vspace_resolve(vspace, pml4) != DONE)
        return FAILED;
    return vaddr & MASK(cap_frame_bits(frame)) ? fail_alignment() : DONE;
}

/* The entry for the frame; a page there may be replaced, a table may not. */
static outcome_t find_entry(cap_t frame, pte_t *pml4, vaddr_t vaddr, pte_t **entry) {
    unsigned level = cap_frame_size(frame), missing;
    *entry = vspace_walk(pml4, vaddr, level, &missing);
    if (*entry == NULL)
        return vspace_fail_missing(missing);
    bool is_table = level > 0 && (**entry & PTE_PRESENT) && !(**entry & PTE_PAGE);
    return is_table ? fail_delete_first() : DONE;
}

outcome_t frame_map(struct invocation *inv) {
    cap_t frame = inv->cap, vspace = cap_arg(inv, 0);
    vaddr_t vaddr = word_arg(inv, 0);
    word_t rights = word_arg(inv, 1) & cap_rights(frame);
    word_t attributes = word_arg(inv, 2);
    pte_t *pml4, *entry;
    if (check_map(frame, vspace, vaddr, &pml4) != DONE ||
        find_entry(frame, pml4, vaddr, &entry) != DONE)
        return FAILED;
    if (rights == RIGHT_WRITE)
        user_error("Attempted to make unsupported write only mapping");
    bool replaces = *entry & PTE_PRESENT;
    *entry = page_entry(frame, rights, attributes);
    if (replaces)
        vspace_flush_page(pml4, vaddr);
    inv->slot->cap = cap_set_mapping(frame, cap_pml4_asid(vspace), vaddr);
    trace(map, inv->slot->cap, vaddr, rights, attributes, pml4);
    return DONE;
}

static void remove_page(cap_t frame) {
    trace(unmap, frame);
    pte_t *pml4 = asid_lookup(cap_mapped_asid(frame));
    if (pml4 == NULL)
        return;
    unsigned missing;
    pte_t *entry = vspace_walk(pml4, cap_mapped_vaddr(frame), cap_frame_size(frame), &missing);
    if (entry != NULL && entry_shows_frame(*entry, frame)) {
        *entry = 0;
        vspace_flush_page(pml4, cap_mapped_vaddr(frame));
    }
}

outcome_t frame_unmap(struct invocation *inv) {
    if (cap_mapped_asid(inv->cap) != 0) {
        remove_page(inv->cap);
        inv->slot->cap = cap_clear_mapping(inv->cap);
    }
    return DONE;
}

outcome_t frame_get_address(struct invocation *inv) {
    set_result(inv, 0, paddr_of(cap_object(inv->cap)));
    return DONE;
}

/* Every capability has its own mapping, so it does not matter whether this one is the last. */
void frame_finalise(cap_t cap, bool final) {
    if (cap_mapped_asid(cap) != 0)
        remove_page(cap);
}
