/* Page-table isolation, a build option: while user code runs, the kernel is not mapped.
 *
 * A CPU with the flaw named Meltdown lets user code read whatever is mapped, allowed or not. So the
 * user's tables show of the kernel only the trampoline: what the CPU itself reads at a door (GDT,
 * IDT, TSS, the stack of a trap), and the text of entry.S. The kernel runs on kernel_pml4, which
 * shows nothing of the user's. Invariants: the trampoline holds no secret from the thread that
 * runs; CR4.PGE stays off, so nothing of the kernel outlives a change of CR3 in the TLB.
 */
#include "x86/x86.h"

#ifdef CONFIG_PAGE_TABLE_ISOLATION

#define TABLE_ENTRY 0x23ul /* present, writable, accessed */
#define PAGE_ENTRY  0x63ul /* … and dirty */

extern char trampoline_start[], trampoline_end[]; /* kernel.ld */
static alignas(PAGE_SIZE) word_t pdpt[512], directory[512], table[512];

word_t trampoline_entry;
TRAMPOLINE_DATA() alignas(16) word_t trap_frame[TRAP_FRAME_WORDS];
HOT_DATA void *trap_stack;
HOT_DATA bool trap_frame_used;
HOT_DATA paddr_t user_cr3;

void trampoline_init(void) {
    trampoline_entry = image_paddr(pdpt) | TABLE_ENTRY;
    pdpt[(KERNEL_IMAGE_BASE >> 30) % 512] = image_paddr(directory) | TABLE_ENTRY;
    directory[0] = image_paddr(table) | TABLE_ENTRY;
    for (const char *page = trampoline_start; page < trampoline_end; page += PAGE_SIZE)
        table[image_paddr(page) / PAGE_SIZE] = image_paddr(page) | PAGE_ENTRY;
}

#endif
