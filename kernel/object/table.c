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

static const struct kind {
    unsigned level; /* of the entry that holds such a table */
    const char *label, *noun, *above;
} kinds[] = {
    [cap_page_table] = {1, "X86PageTable", "Page table", "page directory"},
    [cap_page_directory] = {2, "X86PageDirectory", "Page directory", "PDPT"},
    [cap_pdpt] = {PML4_LEVEL, "X64PDPT", "PDPT", "PML4"},
};

static outcome_t check_map(cap_t table, const struct kind *kind, cap_t vspace, vaddr_t vaddr) {
    if (cap_mapped_asid(table) != 0)
        return refuse(fail_capability(0), "%s: %s is already mapped to a %s.", kind->label,
                      kind->noun, kind->above);
    if (!cap_is_assigned_pml4(vspace))
        return refuse(fail_capability(1), "%s: Invalid PML4 cap.", kind->label);
    if (vaddr > USER_TOP)
        return refuse(fail_argument(0), "%s: Mapping address too high.", kind->label);
    return DONE;
}

outcome_t table_map(struct invocation *inv) {
    cap_t cap = inv->cap, vspace = cap_arg(inv, 0);
    const struct kind *kind = &kinds[cap_type(cap)];
    vaddr_t vaddr = ALIGN_DOWN(word_arg(inv, 0), LEVEL_BITS(kind->level));
    word_t attributes = word_arg(inv, 1);
    pte_t *pml4, *entry;
    TRY(check_map(cap, kind, vspace, vaddr));
    TRY(vspace_resolve(vspace, &pml4));
    TRY(vspace_find(pml4, vaddr, kind->level, &entry));
    if (*entry & PTE_PRESENT)
        return fail_delete_first();
    *entry = paddr_of(cap_object(cap)) | pte_cache_bits(attributes) | PTE_PRESENT | PTE_WRITE |
             PTE_USER; /* the pages' own entries say what is allowed */
    inv->slot->cap = cap_set_mapping(cap, cap_pml4_asid(vspace), vaddr);
    trace(map, inv->slot->cap, vaddr, RIGHTS_ALL, attributes, pml4);
    return DONE;
}

void table_finalise(cap_t cap) {
    if (cap_mapped_asid(cap) != 0)
        vspace_remove(cap, kinds[cap_type(cap)].level);
}

outcome_t table_unmap(struct invocation *inv) {
    cap_t cap = inv->cap;
    if (!slot_is_final(inv->slot))
        return refuse(fail_revoke_first(), "%s: Cannot unmap if more than one cap exists.",
                      kinds[cap_type(cap)].label);
    if (cap_mapped_asid(cap) != 0) {
        vspace_remove(cap, kinds[cap_type(cap)].level);
        __builtin_memset(cap_object(cap), 0, BIT(TABLE_BITS));
        inv->slot->cap = cap_clear_mapping(cap);
    }
    return DONE;
}
