/* Multiboot 2: a list of tags, each with a type and a size, aligned to 8 bytes. */
#include "boot/parts.h"

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
            uint32_t entry_size, entry_version;
            char entries[];
        } map;
    };
};
#define TAG_HEAD        offsetof(struct tag, data)
#define TAG_BYTES(what) (TAG_HEAD + sizeof(((struct tag *)0)->what))

struct map_entry {
    uint64_t base, length;
    uint32_t type, reserved;
};

struct information {
    uint32_t size, reserved; /* size with this head */
};

static void read_map(const struct tag *tag) {
    kprintf("Parsing GRUB physical memory map\n");
    if (tag->map.entry_size < sizeof(struct map_entry))
        return;
    uint32_t count = (tag->size - (uint32_t)TAG_BYTES(map)) / tag->map.entry_size;
    for (uint32_t i = 0; i < count; i++) {
        const void *at = tag->map.entries + (uint64_t)i * tag->map.entry_size;
        const struct map_entry *entry = at;
        multiboot_memory(entry->base, entry->length, entry->type);
    }
}

static void read_tag(const struct tag *tag) {
    if (tag->type == tag_module && tag->size >= TAG_BYTES(module)) {
        multiboot_module(tag->module.start, tag->module.end, (paddr_t)tag->module.name);
    } else if (tag->type == tag_memory_map && tag->size >= TAG_BYTES(map)) {
        read_map(tag);
    } else if (tag->type == tag_framebuffer && tag->size >= TAG_BYTES(framebuffer)) {
        found.framebuffer = tag->framebuffer;
        found.has_framebuffer = true;
    } else if (tag->type == tag_rsdp_v1 || tag->type == tag_rsdp_v2) {
        found.rsdp_at = (paddr_t)tag->data;
    }
}

/** The tag at @p offset, which then is that of the next; NULL at the end, or where the list is
 *  broken. */
static const struct tag *next_tag(const struct information *info, uint64_t *offset) {
    const struct tag *tag = (const void *)((const char *)info + *offset);
    if (*offset + TAG_HEAD > info->size || tag->type == tag_end || tag->size < TAG_HEAD ||
        *offset + tag->size > info->size)
        return NULL;
    *offset += ALIGN_UP(tag->size, 3);
    return tag;
}

static paddr_t find_command_line(const struct information *info) {
    uint64_t offset = sizeof *info;
    const struct tag *tag;
    while ((tag = next_tag(info, &offset)) != NULL)
        if (tag->type == tag_command_line)
            return (paddr_t)tag->data;
    return 0;
}

void multiboot2_read(paddr_t paddr) {
    const struct information *info = physical(paddr, sizeof *info);
    bool whole = info != NULL && paddr % 8 == 0 && physical(paddr, info->size) != NULL;
    command_line_parse(whole ? find_command_line(info) : 0);
    boot_require(whole, "Boot loader did not provide information about physical memory size\n");
    uint64_t offset = sizeof *info;
    for (const struct tag *tag; (tag = next_tag(info, &offset)) != NULL;)
        read_tag(tag);
    kprintf("Detected %u boot module(s)\n", found.module_count);
    boot_require(found.module_count > 0,
                 "Expect at least one boot module (containing a userland image)\n");
}
