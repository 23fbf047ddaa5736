/* Page table entries, and what the files that edit them share: frame.c, table.c and asid.c.
 *
 * A level counts the tables below an entry: 0 is an entry of a page table, 3 one of the PML4. An
 * entry at level n spans 2^(12 + 9n) bytes, whether it holds a table or (n < 3) a page.
 */
#pragma once

#include "object/object.h"

#define PTE_PRESENT   BIT(0)
#define PTE_WRITE     BIT(1)
#define PTE_USER      BIT(2)
#define PTE_PWT       BIT(3)
#define PTE_PCD       BIT(4)
#define PTE_PAGE      BIT(7)  /* level 1 and 2: a page, not a table */
#define PTE_PAT_4K    BIT(7)  /* level 0 */
#define PTE_PAT_LARGE BIT(12) /* level 1 and 2 */
#define PTE_ADDRESS   0x000ffffffffff000ul

/* VM attributes of the ABI (sheet 4.9). */
#define ATTRIBUTE_PWT BIT(0)
#define ATTRIBUTE_PCD BIT(1)
#define ATTRIBUTE_PAT BIT(2)

#define TABLE_ENTRIES 512
#define PML4_LEVEL    3
#define LEVEL_BITS(n) (PAGE_BITS + 9 * (n)) /* log2 of the bytes that an entry spans */

/** What PWT and PCD are in an entry of any level. */
static inline pte_t pte_cache_bits(word_t attributes) {
    return (attributes & ATTRIBUTE_PWT ? PTE_PWT : 0) | (attributes & ATTRIBUTE_PCD ? PTE_PCD : 0);
}

/** The PML4 behind extra capability 0 of a Map invocation, which must say that it has an ASID.
 *  @retval FAILED the ASID stands for nothing, or for another PML4. */
outcome_t vspace_resolve(cap_t vspace, pte_t **pml4);
/** For Map: the entry at @p level for @p vaddr. @retval FAILED a table above it is missing. */
outcome_t vspace_find(pte_t *pml4, vaddr_t vaddr, unsigned level, pte_t **entry);
/** Takes the frame or table behind the mapped @p cap out of its address space, if that still exists
 *  and its entry, at @p level, still shows it. */
void vspace_remove(cap_t cap, unsigned level);
/** Makes the CPU forget a page at @p vaddr, if it uses @p pml4. */
void vspace_flush_page(const pte_t *pml4, vaddr_t vaddr);
/** The PML4 is taken down: if the CPU uses it, loads the kernel's own instead. */
void vspace_leave(const pte_t *pml4);
