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

/* RAM below the root task's image, the kernel's own part, counts as taken from here on. */
static struct regions free_ram;

static bool remove_reserved(struct regions *set) {
    const struct region reserved[] = {
        {(paddr_t)kernel_start, found.image.end},
        {found.apic, found.apic + PAGE_SIZE},
        {found.ioapic, found.ioapic + PAGE_SIZE},
        {MSI_TRAP_START, MSI_TRAP_END},
    };
    for (unsigned i = 0; i < ARRAY_SIZE(reserved); i++)
        if (!regions_remove(set, reserved[i]))
            return false;
    return true;
}

bool untyped_place(word_t bytes, unsigned align_bits, struct region *range) {
    free_ram = found.ram;
    if (!remove_reserved(&free_ram))
        return false;
    for (unsigned i = free_ram.count; i-- > 0;) {
        struct region r = free_ram.at[i];
        if (r.end - r.start < bytes)
            continue;
        paddr_t start = ALIGN_DOWN(r.end - bytes, align_bits);
        if (start >= r.start) {
            *range = (struct region){start, start + bytes};
            return true;
        }
    }
    return false;
}

static bool add(struct boot_info *info, paddr_t paddr, unsigned bits, bool device) {
    word_t count = info->untyped.end - info->untyped.start;
    if (count == CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS) {
        boot_print("Kernel init: Too many untyped regions for boot info\n");
        return true;
    }
    info->untyped_list[count] = (struct untyped_description){paddr, (uint8_t)bits, device, {0}};
    info->untyped.end++;
    /* All of it counts as handed out: the first use then clears it (sheet 2.4). */
    return root_provide(cap_untyped_new(kptr_of(paddr), bits, device, BIT(bits)));
}

/* Alignment is counted on the kernel's alias of an address, which wraps to 0 above the window. */
static unsigned alignment_bits(paddr_t paddr) {
    word_t alias = (word_t)kptr_of(paddr);
    return alias == 0 ? NO_LIMIT : (unsigned)__builtin_ctzl(alias);
}

static bool split(struct boot_info *info, struct region range, bool device) {
    while (range.start < range.end) {
        unsigned bits = WORD_BITS - 1 - (unsigned)__builtin_clzl(range.end - range.start);
        bits = MIN(bits, MIN(MAX_UNTYPED_BITS, alignment_bits(range.start)));
        if (bits >= MIN_UNTYPED_BITS && !add(info, range.start, bits, device))
            return false;
        range.start += BIT(bits);
    }
    return true;
}

static bool split_all(struct boot_info *info, const struct regions *set, bool device) {
    for (unsigned i = 0; i < set->count; i++)
        if (!split(info, set->at[i], device))
            return false;
    return true;
}

static bool device_regions(struct regions *set) {
    *set = (struct regions){1, {{0, CONFIG_PADDR_USER_DEVICE_TOP}}};
    for (unsigned i = 0; i < found.ram.count; i++)
        if (!regions_remove(set, found.ram.at[i]))
            return false;
    return remove_reserved(set);
}

bool untyped_provide(struct boot_info *info, struct region kept) {
    static struct regions devices;
    const struct region boot_part = {(paddr_t)kernel_start, image_paddr(boot_end)};
    if (!device_regions(&devices) || !regions_remove(&free_ram, kept)) {
        boot_print("The memory map has too many pieces\n");
        return false;
    }
    return split_all(info, &devices, true) && split(info, boot_part, false) &&
           split_all(info, &free_ram, false);
}
