/* The three kinds of table below a PML4: page table, page directory and PDPT.
 *
 * All copies of a table's capability say the same about where it is mapped, since only mapped
 * tables can be copied and only the last capability can be unmapped. Invariant: a table that is not
 * mapped is empty. So Unmap empties the table even where the tables above it are long gone: stale
 * entries must not come back to life when it is mapped again.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "object/vspace.h"

/* Level of the entry that holds such a table. */
static unsigned level_of(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_page_table:
        return 1;
    case cap_page_directory:
        return 2;
    default:
        kassert(cap_type(cap) == cap_pdpt);
        return PML4_LEVEL;
    }
}

static const struct {
    const char *label, *noun, *above;
} words[] = {
    [1] = {"X86PageTable", "Page table", "page directory"},
    [2] = {"X86PageDirectory", "Page directory", "PDPT"},
    [3] = {"X64PDPT", "PDPT", "PML4"},
};

static outcome_t check_map(cap_t table, cap_t vspace, vaddr_t vaddr) {
    unsigned level = level_of(table);
    if (cap_mapped_asid(table) != 0) {
        user_error("%s: %s is already mapped to a %s.", words[level].label, words[level].noun,
                   words[level].above);
        return fail_capability(0);
    }
    if (!cap_is_assigned_pml4(vspace)) {
        user_error("%s: Invalid PML4 cap.", words[level].label);
        return fail_capability(1);
    }
    if (vaddr > USER_TOP) {
        user_error("%s: Mapping address too high.", words[level].label);
        return fail_argument(0);
    }
    return DONE;
}

outcome_t table_map(struct invocation *inv) {
    cap_t cap = inv->cap, vspace = cap_arg(inv, 0);
    unsigned level = level_of(cap), missing;
    vaddr_t vaddr = ALIGN_DOWN(word_arg(inv, 0), LEVEL_BITS(level));
    word_t attributes = word_arg(inv, 1);
    pte_t *pml4;
    if (check_map(cap, vspace, vaddr) != DONE || vspace_resolve(vspace, &pml4) != DONE)
        return FAILED;
    pte_t *entry = vspace_walk(pml4, vaddr, level, &missing);
    if (entry == NULL)
        return vspace_fail_missing(missing);
    if (*entry & PTE_PRESENT)
        return fail_delete_first();
    *entry = paddr_of(cap_object(cap)) | pte_cache_bits(attributes) | PTE_PRESENT | PTE_WRITE |
             PTE_USER; /* the pages' own entries say what is allowed */
    inv->slot->cap = cap_set_mapping(cap, cap_pml4_asid(vspace), vaddr);
    trace(map, inv->slot->cap, vaddr, RIGHTS_ALL, attributes, pml4);
    return DONE;
}

/* Takes the table out of its address space, if that still exists and still has it there. */
static void remove_table(cap_t cap) {
    pte_t *pml4 = asid_lookup(cap_mapped_asid(cap));
    if (pml4 == NULL)
        return;
    unsigned missing;
    pte_t *entry = vspace_walk(pml4, cap_mapped_vaddr(cap), level_of(cap), &missing);
    if (entry == NULL || !(*entry & PTE_PRESENT) || (*entry & PTE_PAGE) ||
        (*entry & PTE_ADDRESS) != paddr_of(cap_object(cap)))
        return;
    *entry = 0;
    vspace_flush(pml4);
}

outcome_t table_unmap(struct invocation *inv) {
    cap_t cap = inv->cap;
    if (!slot_is_final(inv->slot)) {
        user_error("%s: Cannot unmap if more than one cap exists.", words[level_of(cap)].label);
        return fail_revoke_first();
    }
    if (cap_mapped_asid(cap) != 0) {
        trace(unmap, cap);
        remove_table(cap);
        __builtin_memset(cap_object(cap), 0, BIT(TABLE_BITS));
        inv->slot->cap = cap_clear_mapping(cap);
    }
    return DONE;
}

void table_finalise(cap_t cap, bool final) {
    if (final && cap_mapped_asid(cap) != 0) {
        trace(unmap, cap);
        remove_table(cap);
    }
}
