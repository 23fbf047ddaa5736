/* The kernel's own half of every address space, beyond what window.S holds ready: devices.
 *
 * Device registers are seen through uncached 2 MiB pages in the topmost gigabyte, one a device.
 */
#include "x86/x86.h"

#include "debug/debug.h"

#define DEVICE_BASE       0xffffffffc0000000ul
#define DEVICE_PDPT_INDEX 511
#define DEVICE_PAGE_BITS  21
#define DEVICE_PAGES      8

#define TABLE_ENTRY  0x23ul  /* present, writable, accessed */
#define DEVICE_ENTRY 0x1fbul /* … and dirty, large, global, PWT and PCD: uncacheable */

extern word_t kernel_pdpt[512];
static alignas(PAGE_SIZE) word_t device_directory[512];
static unsigned device_count;

void vm_init(void) {
    kernel_pdpt[DEVICE_PDPT_INDEX] = image_paddr(device_directory) | TABLE_ENTRY;
    if (ISOLATED)
        trampoline_init();
}

/* Only from now on do global pages outlive a change of address space (but none does so with
 * isolation); the change of CR4 makes the CPU forget all of them that it has seen so far. */
void vm_forget_identity(void) {
    kernel_pml4[0] = 0;
    if (!ISOLATED)
        cr4_write(cr4_read() | CR4_PGE);
}

volatile void *vm_device(paddr_t paddr) {
    word_t page = device_count++;
    kassert(page < DEVICE_PAGES);
    device_directory[page] = ALIGN_DOWN(paddr, DEVICE_PAGE_BITS) | DEVICE_ENTRY;
    return (void *)(DEVICE_BASE + (page << DEVICE_PAGE_BITS) + (paddr & MASK(DEVICE_PAGE_BITS)));
}
