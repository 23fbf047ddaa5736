/* What a multiboot boot loader hands over: command line, modules, memory, video, where ACPI begins.
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

#define NO_MEMORY_SIZE "Boot loader did not provide information about physical memory size\n"
#define NO_MODULE      "Expect at least one boot module (containing a userland image)\n"

struct found found;

const void *physical(paddr_t paddr, uint64_t bytes) {
    static paddr_t top;
    if (top == 0) {
        unsigned bits = cpuid_checked(CPUID_ADDRESS_BITS).eax & 0xff;
        top = bits >= 32 && bits < 39 ? BIT(bits) : PADDR_TOP;
    }
    return paddr < top && bytes <= top - paddr ? (const void *)paddr : NULL;
}

static void read_module(paddr_t start, paddr_t end, paddr_t name_at) {
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

static void read_memory(uint64_t base, uint64_t length, uint32_t type) {
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

static void read_map(const void *entries, uint64_t bytes, uint64_t stride) {
    kprintf("Parsing GRUB physical memory map\n");
    for (uint64_t at = 0; stride >= sizeof(struct memory_range) && at + stride <= bytes;
         at += stride) {
        const struct memory_range *range = (const void *)((const char *)entries + at);
        read_memory(range->base, range->length, range->type);
    }
}

/* ---- version 1: one structure of a fixed layout, whose flags say which fields count ---- */

#define HAS_MEMORY  BIT(0)
#define HAS_MODULES BIT(3)
#define HAS_MAP     BIT(6)
#define HAS_VIDEO   BIT(11)

struct __attribute__((packed)) information1 {
    uint32_t flags, mem_lower, mem_upper, boot_device, command_line;
    uint32_t module_count, modules, symbols[4];
    uint32_t map_bytes, map;
    uint32_t drives[2], config, loader_name, apm;
    uint32_t vbe_control, vbe_mode_info;
    uint16_t vbe_mode, vbe_segment, vbe_offset, vbe_length;
};

struct module1 {
    uint32_t start, end, name, reserved;
};

static void read_modules1(const struct information1 *info) {
    uint64_t bytes = (uint64_t)info->module_count * sizeof(struct module1);
    const struct module1 *modules = physical(info->modules, bytes);
    boot_require(modules != NULL, "The list of boot modules is not in memory\n");
    kprintf("Detected %u boot module(s):\n", info->module_count);
    for (uint32_t i = 0; i < info->module_count; i++)
        read_module(modules[i].start, modules[i].end, modules[i].name);
}

static void read_map1(const struct information1 *info) {
    const struct memory_map_entry *entries = physical(info->map, info->map_bytes);
    if (entries == NULL)
        return;
    uint64_t count = info->map_bytes / sizeof *entries;
    found.memory_map.bytes = MIN(count, MEMORY_MAP_ENTRIES) * sizeof *entries;
    __builtin_memcpy(found.memory_map.entry, entries, found.memory_map.bytes);
    read_map(&entries->range, count * sizeof *entries, sizeof *entries);
}

static void read_video1(const struct information1 *info) {
    struct vbe_info *vbe = &found.vbe;
    const void *control = physical(info->vbe_control, sizeof vbe->control);
    const void *mode_info = physical(info->vbe_mode_info, sizeof vbe->mode_info);
    found.has_vbe = (info->flags & HAS_VIDEO) && control != NULL && mode_info != NULL;
    if (!found.has_vbe) {
        kprintf("Multiboot gave us no video information\n");
        return;
    }
    __builtin_memcpy(vbe->control, control, sizeof vbe->control);
    __builtin_memcpy(vbe->mode_info, mode_info, sizeof vbe->mode_info);
    vbe->mode = info->vbe_mode;
    vbe->interface_segment = info->vbe_segment;
    vbe->interface_offset = info->vbe_offset;
    vbe->interface_length = info->vbe_length;
}

static void read1(const struct information1 *info) {
    command_line_parse(info != NULL ? info->command_line : 0);
    boot_require(info != NULL && (info->flags & HAS_MEMORY), NO_MEMORY_SIZE);
    boot_require(info->flags & HAS_MODULES,
                 "Boot loader did not provide information about boot modules\n");
    boot_require(info->module_count > 0, NO_MODULE);
    read_modules1(info);
    if (info->flags & HAS_MAP)
        read_map1(info);
    else
        read_memory(0x100000, (uint64_t)info->mem_upper << 10, 1);
    read_video1(info);
}

/* ---- version 2: a list of tags, each with a type and a size, aligned to 8 bytes ---- */

enum tag_type {
    tag_end = 0,
    tag_command_line = 1,
    tag_module = 3,
    tag_memory_map = 6,
    tag_framebuffer = 8,
    tag_rsdp_v1 = 14,
    tag_rsdp_v2 = 15,
};

struct tag {
    uint32_t type, size; /* size with this head */
    union {
        char data[0];
        struct framebuffer_info framebuffer;
        struct {
            uint32_t start, end;
            char name[];
        } module;
        struct {
            uint32_t stride, version;
            char entries[];
        } map;
    };
};
#define TAG_HEAD        offsetof(struct tag, data)
#define TAG_BYTES(what) (TAG_HEAD + sizeof(((struct tag *)0)->what))

struct information2 {
    uint32_t size, reserved; /* size with this head */
};

static void read_tag(const struct tag *tag) {
    if (tag->type == tag_module && tag->size >= TAG_BYTES(module)) {
        read_module(tag->module.start, tag->module.end, (paddr_t)tag->module.name);
    } else if (tag->type == tag_memory_map && tag->size >= TAG_BYTES(map)) {
        read_map(tag->map.entries, tag->size - TAG_BYTES(map), tag->map.stride);
    } else if (tag->type == tag_framebuffer && tag->size >= TAG_BYTES(framebuffer)) {
        found.framebuffer = tag->framebuffer;
        found.has_framebuffer = true;
    } else if (tag->type == tag_rsdp_v1 || tag->type == tag_rsdp_v2) {
        found.rsdp_at = (paddr_t)tag->data;
    }
}

/** The tag at @p offset, which then is the next one's; NULL at the end or where it is broken. */
static const struct tag *next_tag(const struct information2 *info, uint64_t *offset) {
    const struct tag *tag = (const void *)((const char *)info + *offset);
    if (*offset + TAG_HEAD > info->size || tag->type == tag_end || tag->size < TAG_HEAD ||
        *offset + tag->size > info->size)
        return NULL;
    *offset += ALIGN_UP(tag->size, 3);
    return tag;
}

static paddr_t find_command_line(const struct information2 *info) {
    uint64_t offset = sizeof *info;
    for (const struct tag *tag; (tag = next_tag(info, &offset)) != NULL;)
        if (tag->type == tag_command_line)
            return (paddr_t)tag->data;
    return 0;
}

static void read2(const struct information2 *info) {
    bool whole =
        info != NULL && (paddr_t)info % 8 == 0 && physical((paddr_t)info, info->size) != NULL;
    command_line_parse(whole ? find_command_line(info) : 0);
    boot_require(whole, NO_MEMORY_SIZE);
    uint64_t offset = sizeof *info;
    for (const struct tag *tag; (tag = next_tag(info, &offset)) != NULL;)
        read_tag(tag);
    kprintf("Detected %u boot module(s)\n", found.module_count);
    boot_require(found.module_count > 0, NO_MODULE);
}

void multiboot_read(uint32_t magic, paddr_t info) {
    if (magic == MAGIC_MULTIBOOT1)
        return read1(physical(info, sizeof(struct information1)));
    if (magic == MAGIC_MULTIBOOT2)
        return read2(physical(info, sizeof(struct information2)));
    command_line_parse(0);
    boot_require(false, "Boot loader is not multiboot 1 or 2 compliant %lx\n", (word_t)magic);
}
