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
#define NAME_ROOM          256

#define RAM_FROM      0x100000ul /* below lies what the firmware uses */
#define MEMORY_USABLE 1
/* What lies between the regions of RAM, cut by what the kernel keeps, is such a set as well. */
#define MOST_RAM (BOOT_MAX_REGIONS - 8)

struct found found;

static paddr_t physical_top(void) {
    static paddr_t top;
    if (top == 0) {
        unsigned bits = cpuid_checked(CPUID_ADDRESS_BITS).eax & 0xff;
        top = bits >= 32 && bits < 39 ? BIT(bits) : PADDR_TOP;
    }
    return top;
}

const void *physical(paddr_t paddr, uint64_t bytes) {
    bool exists = paddr < physical_top() && bytes <= physical_top() - paddr;
    return exists ? (const void *)paddr : NULL;
}

void physical_string(char *to, size_t room, paddr_t paddr) {
    const char *from = physical(paddr, room);
    size_t length = 0;
    if (from != NULL && paddr != 0) {
        while (length < room - 1 && from[length] != '\0') {
            to[length] = from[length];
            length++;
        }
    }
    to[length] = '\0';
}

void multiboot_command_line(paddr_t text) {
    physical_string(found.command_line, sizeof found.command_line, text);
    command_line_parse(found.command_line);
}

bool multiboot_module(paddr_t start, paddr_t end, paddr_t name_at) {
    char name[NAME_ROOM];
    physical_string(name, sizeof name, name_at);
    boot_print("  module #%u: start=0x%lx end=0x%lx size=0x%lx name='%s'\n", found.module_count,
               start, end, end - start, name);
    if (end <= start || physical(start, end - start) == NULL) {
        boot_print("This boot module is empty or not in memory\n");
        return false;
    }
    if (start < image_paddr(kernel_end) && end > (paddr_t)kernel_start) {
        boot_print("This boot module overlaps the kernel\n");
        return false;
    }
    if (found.module_count++ == 0)
        found.module = (struct region){start, end};
    found.modules_end = MAX(found.modules_end, end);
    return true;
}

void multiboot_memory(uint64_t base, uint64_t length, uint32_t type) {
    boot_print("\tPhysical Memory Region from %lx size %lx type %d\n", base, length, (int)type);
    if (type != MEMORY_USABLE || base < RAM_FROM || base >= PADDR_TOP || length < PAGE_SIZE)
        return;
    paddr_t end = base + MIN(length, PADDR_TOP - base);
    struct region ram = {ALIGN_UP(base, PAGE_BITS), ALIGN_DOWN(end, PAGE_BITS)};
    boot_print("Adding physical memory region 0x%lx-0x%lx\n", ram.start, ram.end);
    if (found.ram.count == MOST_RAM || !regions_add(&found.ram, ram)) {
        boot_print("Warning: too many pieces of memory; 0x%lx-0x%lx is not used as RAM.\n",
                   ram.start, ram.end);
    }
}

static void keep_ram(void) {
    machine.ram_count = found.ram.count;
    for (unsigned i = 0; i < found.ram.count; i++)
        machine.ram[i] = found.ram.at[i];
}

bool multiboot_read(uint32_t magic, paddr_t info) {
    bool good = false;
    if (magic == MAGIC_MULTIBOOT1) {
        good = multiboot1_read(info);
    } else if (magic == MAGIC_MULTIBOOT2) {
        good = multiboot2_read(info);
    } else {
        multiboot_command_line(0);
        boot_print("Boot loader is not multiboot 1 or 2 compliant %lx\n", (word_t)magic);
    }
    keep_ram();
    return good;
}
