/* Address spaces as the CPU sees them: walking the four levels of tables, and loading CR3.
 *
 * Invariants: CR3 holds the kernel's PML4 or one that an ASID stands for, so a thread can never run
 * on tables whose memory went back to an untyped; entry 511 of every PML4 is the kernel's; tables
 * of user addresses are only reached through the PML4 of a live ASID, never from a capability.
 */
#include "object/vspace.h"
#include "boot/boot.h"
#include "debug/debug.h"
#include "x86/x86.h"

void pml4_init(pte_t *pml4) { pml4[KERNEL_ENTRY] = kernel_entry_of_users(); }

static unsigned table_index(vaddr_t vaddr, unsigned level) {
    return (vaddr >> LEVEL_BITS(level)) % TABLE_ENTRIES;
}

pte_t *vspace_walk(pte_t *pml4, vaddr_t vaddr, unsigned level, unsigned *missing) {
    kassert(vaddr <= USER_TOP);
    pte_t *table = pml4;
    for (unsigned at = PML4_LEVEL; at > level; at--) {
        pte_t entry = table[table_index(vaddr, at)];
        if (!(entry & PTE_PRESENT) || (entry & PTE_PAGE)) {
            *missing = at;
            return NULL;
        }
        table = kptr_of(entry & PTE_ADDRESS);
    }
    return &table[table_index(vaddr, level)];
}

bool cap_is_assigned_pml4(cap_t cap) {
    return cap_type(cap) == cap_pml4 && cap_pml4_asid(cap) != 0;
}

outcome_t vspace_resolve(cap_t vspace, pte_t **pml4) {
    *pml4 = asid_lookup(cap_pml4_asid(vspace));
    if (*pml4 == NULL)
        return fail_lookup_as(false, lookup_invalid_root, 0);
    return *pml4 == cap_object(vspace) ? DONE : fail_capability(1);
}

outcome_t vspace_find(pte_t *pml4, vaddr_t vaddr, unsigned level, pte_t **entry) {
    unsigned missing;
    *entry = vspace_walk(pml4, vaddr, level, &missing);
    return *entry != NULL ? DONE : fail_lookup_missing(false, LEVEL_BITS(missing));
}

/* Word 0 of capabilities to the PML4 in CR3; 0 if that is the kernel's own. */
static HOT_DATA word_t loaded;

/* The kernel's PML4 is part of its image, which lies at another alias than all other memory. */
static void load_own(void) {
    loaded = 0;
    cpu_set_cr3((word_t)kernel_pml4 - KERNEL_IMAGE_BASE);
}

/* A PML4 gets an ASID once in its life. So if the one that the thread's capability names is loaded,
 * the capability's ASID still stands for it. */
void vspace_switch(const tcb_t *tcb) {
    cap_t cap = tcb_slot(tcb, tcb_vspace)->cap;
    if (cap.word[0] == loaded)
        return;
    const pte_t *pml4 = cap_object(cap);
    if (likely(pml4 != NULL && asid_lookup(cap_pml4_asid(cap)) == pml4)) {
        loaded = cap.word[0];
        cpu_set_cr3(paddr_of(pml4));
    } else {
        load_own();
    }
}

static bool is_loaded(const pte_t *pml4) { return cap_new(cap_pml4, pml4, 0, 0).word[0] == loaded; }

/* Without address space tags in the TLB, only the loaded address space has anything in it. */
void vspace_flush_page(const pte_t *pml4, vaddr_t vaddr) {
    if (is_loaded(pml4))
        cpu_flush_page(vaddr);
}

void vspace_leave(const pte_t *pml4) {
    if (is_loaded(pml4))
        load_own();
}

static bool entry_shows(pte_t entry, cap_t cap, unsigned level) {
    pte_t wanted = paddr_of(cap_object(cap)) | PTE_PRESENT;
    if (level == 0)
        return (entry & (PTE_ADDRESS | PTE_PRESENT)) == wanted;
    if (cap_type(cap) == cap_frame) {
        entry &= ~PTE_PAT_LARGE;
        wanted |= PTE_PAGE;
    }
    return (entry & (PTE_ADDRESS | PTE_PRESENT | PTE_PAGE)) == wanted;
}

void vspace_remove(cap_t cap, unsigned level) {
    trace(unmap, cap);
    vaddr_t vaddr = cap_mapped_vaddr(cap);
    unsigned missing;
    pte_t *pml4 = asid_lookup(cap_mapped_asid(cap));
    pte_t *entry = pml4 == NULL ? NULL : vspace_walk(pml4, vaddr, level, &missing);
    if (entry == NULL || !entry_shows(*entry, cap, level))
        return;
    *entry = 0;
    if (cap_type(cap) == cap_frame)
        vspace_flush_page(pml4, vaddr);
    else if (is_loaded(pml4))
        cpu_flush_all(); /* what the table had in it */
}

static bool is_ram(paddr_t paddr) {
    for (unsigned i = 0; i < machine.ram.count; i++)
        if (paddr >= machine.ram.at[i].start && paddr < machine.ram.at[i].end)
            return true;
    return false;
}

const word_t *vspace_read_word(const tcb_t *tcb, vaddr_t vaddr) {
    cap_t cap = tcb_slot(tcb, tcb_vspace)->cap;
    kassert(cap_type(cap) == cap_null || cap_is_assigned_pml4(cap));
    pte_t *pml4 = asid_lookup(cap_pml4_asid(cap)); /* null: ASID 0, which stands for nothing */
    if (pml4 == NULL || pml4 != cap_object(cap) || vaddr > USER_TOP || vaddr % sizeof(word_t) != 0)
        return NULL;
    unsigned level = 0;
    const pte_t *entry = vspace_walk(pml4, vaddr, 0, &level);
    if (entry == NULL) /* stopped at a large page, or at nothing */
        entry = vspace_walk(pml4, vaddr, level, &level);
    word_t offset_mask = MASK(LEVEL_BITS(level));
    paddr_t paddr = (*entry & PTE_ADDRESS & ~offset_mask) | (vaddr & offset_mask);
    return (*entry & PTE_PRESENT) && is_ram(paddr) ? kptr_of(paddr) : NULL;
}
