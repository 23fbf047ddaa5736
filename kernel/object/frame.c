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

/* A mapped capability may only renew its mapping: same address space, same address. */
static outcome_t check_map(cap_t frame, cap_t vspace, vaddr_t vaddr, pte_t **pml4) {
    if (!cap_is_assigned_pml4(vspace))
        return refuse(fail_capability(1),
                      "X86FrameMap: Attempting to map frame into invalid page directory cap.");
    word_t asid = cap_mapped_asid(frame), bytes = BIT(cap_frame_bits(frame));
    if (asid != 0 && asid != cap_pml4_asid(vspace))
        return refuse(fail_capability(1),
                      "X86FrameMap: Attempting to map frame into a different address space.");
    if (asid != 0 && vaddr != cap_mapped_vaddr(frame))
        return refuse(fail_argument(0),
                      "X86Frame: Attempting to map frame into multiple addresses");
    if (asid == 0 && (vaddr > USER_TOP || vaddr + bytes > USER_TOP))
        return refuse(fail_argument(0), "X86Frame: Mapping address too high.");
    TRY(vspace_resolve(vspace, pml4));
    return vaddr % bytes != 0 ? fail_alignment() : DONE;
}

outcome_t frame_map(struct invocation *inv) {
    cap_t frame = inv->cap, vspace = cap_arg(inv, 0);
    vaddr_t vaddr = word_arg(inv, 0);
    word_t rights = word_arg(inv, 1) & cap_rights(frame), attributes = word_arg(inv, 2);
    unsigned level = cap_frame_size(frame);
    pte_t *pml4, *entry;
    TRY(check_map(frame, vspace, vaddr, &pml4));
    TRY(vspace_find(pml4, vaddr, level, &entry));
    bool replaces = *entry & PTE_PRESENT; /* a page may be replaced, a table may not */
    if (level > 0 && replaces && !(*entry & PTE_PAGE))
        return fail_delete_first();
    if (rights == RIGHT_WRITE)
        user_error("Attempted to make unsupported write only mapping");
    *entry = page_entry(frame, rights, attributes);
    if (replaces)
        vspace_flush_page(pml4, vaddr);
    inv->slot->cap = cap_set_mapping(frame, cap_pml4_asid(vspace), vaddr);
    trace(map, inv->slot->cap, vaddr, rights, attributes, pml4);
    return DONE;
}

void frame_finalise(cap_t cap) {
    if (cap_mapped_asid(cap) != 0)
        vspace_remove(cap, cap_frame_size(cap));
}

outcome_t frame_unmap(struct invocation *inv) {
    if (cap_mapped_asid(inv->cap) != 0) {
        vspace_remove(inv->cap, cap_frame_size(inv->cap));
        inv->slot->cap = cap_clear_mapping(inv->cap);
    }
    return DONE;
}

outcome_t frame_get_address(struct invocation *inv) {
    paddr_t address = paddr_of(cap_object(inv->cap));
    trace(address, inv->cap, address);
    set_result(inv, 0, address);
    return DONE;
}
