/* All memory that is neither the kernel nor the root task becomes untyped memory.
 *
 * Whatever is not RAM is device memory, up to the end of what a user may address. Invariant: the
 * pieces do not overlap each other or anything that the kernel keeps: its image, the interrupt
 * controllers' pages, and the words whose writing raises an interrupt.
 */
#include "boot/bootinfo.h"
#include "object/object.h"

#define MSI_TRAP_START 0xfffffff8ul
#define MSI_TRAP_END   0x100000000ul
#define NO_LIMIT       64

static struct regions free_ram;

static void remove_reserved(struct regions *set) {
    regions_remove(set, (struct region){(paddr_t)kernel_start, found.image.end});
    regions_remove(set, (struct region){found.apic, found.apic + PAGE_SIZE});
    regions_remove(set, (struct region){found.ioapic, found.ioapic + PAGE_SIZE});
    regions_remove(set, (struct region){MSI_TRAP_START, MSI_TRAP_END});
}

paddr_t untyped_place(word_t bytes, unsigned align_bits) {
    free_ram = machine.ram;
    remove_reserved(&free_ram);
    for (unsigned i = free_ram.count; i-- > 0;) {
        struct region r = free_ram.at[i];
        paddr_t start = ALIGN_DOWN(r.end - bytes, align_bits);
        if (r.end - r.start >= bytes && start >= r.start) {
            regions_remove(&free_ram, (struct region){start, start + bytes});
            return start;
        }
    }
    boot_require(false, "No memory for the root task's objects\n");
}

static void add(struct boot_info *info, paddr_t paddr, unsigned bits, bool device) {
    word_t count = info->untyped.end - info->untyped.start;
    if (count == CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS) {
        kprintf("Kernel init: Too many untyped regions for boot info\n");
        return;
    }
    info->untyped_list[count] = (struct untyped_description){paddr, (uint8_t)bits, device, {0}};
    info->untyped.end++;
    /* All of it counts as handed out: the first use then clears it (sheet 2.4). */
    root_provide(cap_untyped_new(kptr_of(paddr), bits, device, BIT(bits)));
}

/* Alignment is counted on the kernel's alias of an address, which wraps to 0 above the window. */
static unsigned alignment_bits(paddr_t paddr) {
    word_t alias = (word_t)kptr_of(paddr);
    return alias == 0 ? NO_LIMIT : (unsigned)__builtin_ctzl(alias);
}

static void split(struct boot_info *info, struct region range, bool device) {
    while (range.start < range.end) {
        unsigned bits = WORD_BITS - 1 - (unsigned)__builtin_clzl(range.end - range.start);
        bits = MIN(bits, MIN(MAX_UNTYPED_BITS, alignment_bits(range.start)));
        if (bits >= MIN_UNTYPED_BITS)
            add(info, range.start, bits, device);
        range.start += BIT(bits);
    }
}

void untyped_provide(struct boot_info *info) {
    struct regions devices = {1, {{0, CONFIG_PADDR_USER_DEVICE_TOP}}};
    for (unsigned i = 0; i < machine.ram.count; i++)
        regions_remove(&devices, machine.ram.at[i]);
    remove_reserved(&devices);
    for (unsigned i = 0; i < devices.count; i++)
        split(info, devices.at[i], true);
    split(info, (struct region){(paddr_t)kernel_start, image_paddr(boot_end)}, false);
    for (unsigned i = 0; i < free_ram.count; i++)
        split(info, free_ram.at[i], false);
}
