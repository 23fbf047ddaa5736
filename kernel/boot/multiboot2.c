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
};

struct module_tag {
    struct tag head;
    uint32_t start, end;
    char name[];
};

struct memory_map_tag {
    struct tag head;
    uint32_t entry_size, entry_version;
};

struct map_entry {
    uint64_t base, length;
    uint32_t type, reserved;
};

struct information {
    uint32_t size, reserved;
};

static void read_map(const struct memory_map_tag *map) {
    const char *entries = (const char *)(map + 1);
    if (map->head.size < sizeof *map || map->entry_size < sizeof(struct map_entry))
        return;
    uint32_t count = (map->head.size - (uint32_t)sizeof *map) / map->entry_size;
    boot_print("Parsing GRUB physical memory map\n");
    for (uint32_t i = 0; i < count; i++) {
        const struct map_entry *entry = (const void *)(entries + (uint64_t)i * map->entry_size);
        multiboot_memory(entry->base, entry->length, entry->type);
    }
}

static bool read_module(const struct module_tag *module) {
    return module->head.size >= sizeof *module &&
           multiboot_module(module->start, module->end, (paddr_t)module->name);
}

static void read_framebuffer(const struct tag *tag) {
    if (tag->size >= sizeof *tag + sizeof found.framebuffer) {
        __builtin_memcpy(&found.framebuffer, tag + 1, sizeof found.framebuffer);
        found.has_framebuffer = true;
    }
}

static bool read_tag(const struct tag *tag) {
    switch (tag->type) {
    case tag_module:
        return read_module((const struct module_tag *)tag);
    case tag_memory_map:
        read_map((const struct memory_map_tag *)tag);
        break;
    case tag_framebuffer:
        read_framebuffer(tag);
        break;
    case tag_rsdp_v1:
    case tag_rsdp_v2:
        found.rsdp = (paddr_t)(tag + 1);
        break;
    }
    return true;
}

/** The tag after @p tag (the first if NULL), NULL at the end or where the list is broken. */
static const struct tag *next_tag(const struct information *info, const struct tag *tag) {
    const char *end = (const char *)info + info->size;
    const char *at =
        tag == NULL ? (const char *)(info + 1) : (const char *)tag + ALIGN_UP(tag->size, 3);
    const struct tag *next = (const struct tag *)at;
    if (at > end || (size_t)(end - at) < sizeof *next || next->type == tag_end ||
        next->size < sizeof *next || next->size > (size_t)(end - at))
        return NULL;
    return next;
}

static paddr_t find_command_line(const struct information *info) {
    const struct tag *tag = NULL;
    while ((tag = next_tag(info, tag)) != NULL)
        if (tag->type == tag_command_line)
            return (paddr_t)(tag + 1);
    return 0;
}

static const struct information *find_information(paddr_t paddr) {
    const struct information *info = physical(paddr, sizeof *info);
    if (info == NULL || paddr % 8 != 0 || info->size < sizeof *info)
        return NULL;
    return physical(paddr, info->size);
}

bool multiboot2_read(paddr_t paddr) {
    const struct information *info = find_information(paddr);
    multiboot_command_line(info != NULL ? find_command_line(info) : 0);
    if (info == NULL) {
        boot_print("Boot loader did not provide information about physical memory size\n");
        return false;
    }
    const struct tag *tag = NULL;
    while ((tag = next_tag(info, tag)) != NULL)
        if (!read_tag(tag))
            return false;
    boot_print("Detected %u boot module(s)\n", found.module_count);
    if (found.module_count < 1) {
        boot_print("Expect at least one boot module (containing a userland image)\n");
        return false;
    }
    return true;
}
