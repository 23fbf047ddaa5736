/* Multiboot 1: one structure at a fixed layout, whose flags say which of its fields count. */
#include "boot/parts.h"

#define HAS_MEMORY  BIT(0)
#define HAS_MODULES BIT(3)
#define HAS_MAP     BIT(6)
#define HAS_VIDEO   BIT(11)

struct __attribute__((packed)) information {
    uint32_t flags, mem_lower, mem_upper, boot_device, command_line;
    uint32_t module_count, modules, symbols[4];
    uint32_t map_bytes, map;
    uint32_t drives[2], config, loader_name, apm;
    uint32_t vbe_control, vbe_mode_info;
    uint16_t vbe_mode, vbe_segment, vbe_offset, vbe_length;
};

struct module {
    uint32_t start, end, name, reserved;
};

static void read_modules(const struct information *info) {
    uint64_t bytes = (uint64_t)info->module_count * sizeof(struct module);
    const struct module *modules = physical(info->modules, bytes);
    boot_require(modules != NULL, "The list of boot modules is not in memory\n");
    kprintf("Detected %u boot module(s):\n", info->module_count);
    for (uint32_t i = 0; i < info->module_count; i++)
        multiboot_module(modules[i].start, modules[i].end, modules[i].name);
}

static void keep_entry(const struct memory_map_entry *entry) {
    uint32_t count = found.memory_map.bytes / sizeof *entry;
    if (count < MEMORY_MAP_ENTRIES) {
        found.memory_map.entry[count] = *entry;
        found.memory_map.bytes += sizeof *entry;
    }
}

static void read_map(const struct information *info) {
    paddr_t at = info->map, end = at + info->map_bytes;
    kprintf("Parsing GRUB physical memory map\n");
    const struct memory_map_entry *entry;
    while (at + sizeof *entry <= end && (entry = physical(at, sizeof *entry)) != NULL) {
        keep_entry(entry);
        multiboot_memory(entry->base, entry->length, entry->type);
        at += MAX(entry->size + sizeof entry->size, sizeof *entry);
    }
}

static void read_video(const struct information *info) {
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

void multiboot1_read(paddr_t paddr) {
    const struct information *info = physical(paddr, sizeof *info);
    command_line_parse(info != NULL ? info->command_line : 0);
    boot_require(info != NULL && (info->flags & HAS_MEMORY),
                 "Boot loader did not provide information about physical memory size\n");
    boot_require(info->flags & HAS_MODULES,
                 "Boot loader did not provide information about boot modules\n");
    boot_require(info->module_count > 0,
                 "Expect at least one boot module (containing a userland image)\n");
    read_modules(info);
    if (info->flags & HAS_MAP)
        read_map(info);
    else
        multiboot_memory(0x100000, (uint64_t)info->mem_upper << 10, 1);
    read_video(info);
}
