/* What both versions of the multiboot protocol have in common: modules, memory, access to memory.
 *
 * Invariant: nothing is read outside the memory that this CPU can address, and nothing after the
 * final move of the root task's image, which may cover what the boot loader left.
 */
#include "boot/parts.h"
#include "x86/registers.h"

#define MAGIC_MULTIBOOT1 0x2badb002
#define MAGIC_MULTIBOOT2 0x36d76289

#define CPUID_ADDRESS_BITS 0x80000008
#define LONGEST_NAME       255

#define RAM_FROM      0x100000ul /* below lies what the firmware uses */
#define MEMORY_USABLE 1
/* What lies between the regions of RAM, cut by what the kernel keeps, is such a set as well. */
#define MOST_RAM (BOOT_MAX_REGIONS - 8)

struct found found;

const void *physical(paddr_t paddr, uint64_t bytes) {
    static paddr_t top;
    if (top == 0) {
        unsigned bits = cpuid_checked(CPUID_ADDRESS_BITS).eax & 0xff;
        top = bits >= 32 && bits < 39 ? BIT(bits) : PADDR_TOP;
    }
    return paddr < top && bytes <= top - paddr ? (const void *)paddr : NULL;
}

void multiboot_module(paddr_t start, paddr_t end, paddr_t name_at) {
    const char *name = name_at == 0 ? NULL : physical(name_at, LONGEST_NAME);
    kprintf("  module #%u: start=0x%lx end=0x%lx size=0x%lx name='%.255s'\n", found.module_count,
            start, end, end - start, name != NULL ? name : "");
    boot_require(start < end && physical(start, end - start) != NULL,
                 "This boot module is empty or not in memory\n");
    boot_require(start >= image_paddr(kernel_end) || end <= (paddr_t)kernel_start,
                 "This boot module overlaps the kernel\n");
    if (found.module_count++ == 0)
        found.module = (struct region){start, end};
    found.modules_end = MAX(found.modules_end, end);
}

void multiboot_memory(uint64_t base, uint64_t length, uint32_t type) {
    kprintf("\tPhysical Memory Region from %lx size %lx type %d\n", base, length, (int)type);
    if (type != MEMORY_USABLE || base < RAM_FROM || base >= PADDR_TOP || length < PAGE_SIZE)
        return;
    paddr_t start = ALIGN_UP(base, PAGE_BITS);
    paddr_t end = ALIGN_DOWN(base + MIN(length, PADDR_TOP - base), PAGE_BITS);
    kprintf("Adding physical memory region 0x%lx-0x%lx\n", start, end);
    if (machine.ram.count < MOST_RAM)
        regions_add(&machine.ram, (struct region){start, end});
    else
        kprintf("Warning: too many pieces of memory; 0x%lx-0x%lx is not used as RAM.\n", start,
                end);
}

void multiboot_read(uint32_t magic, paddr_t info) {
    if (magic == MAGIC_MULTIBOOT1) {
        multiboot1_read(info);
    } else if (magic == MAGIC_MULTIBOOT2) {
        multiboot2_read(info);
    } else {
        command_line_parse(0);
        boot_require(false, "Boot loader is not multiboot 1 or 2 compliant %lx\n", (word_t)magic);
    }
}
