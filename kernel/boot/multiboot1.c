/* Multiboot 1: one structure at a fixed layout, whose flags say which of its fields count. */
#include "boot/parts.h"

#define HAS_MEMORY  BIT(0)
#define HAS_MODULES BIT(3)
#define HAS_MAP     BIT(6)
#define HAS_VIDEO   BIT(11)

struct __attribute__((packed)) multiboot_info {
    uint32_t flags, mem_lower, mem_upper, boot_device, command_line;
    uint32_t module_count, modules, symbols[4];
    uint32_t map_bytes, map;
    uint32_t drives[2], config, loader_name, apm;
    uint32_t vbe_control, vbe_mode_info;
    uint16_t vbe_mode, vbe_segment, vbe_offset, vbe_length;
};

struct __attribute__((packed)) multiboot_module {
    uint32_t start, end, name, reserved;
};

static bool read_modules(const struct multiboot_info *info) {
    uint64_t bytes = (uint64_t)info->module_count * sizeof(struct multiboot_module);
    const struct multiboot_module *modules = physical(info->modules, bytes);
    if (modules == NULL) {
        boot_print("The list of boot modules is not in memory\n");
        return false;
    }
    boot_print("Detected %u boot module(s):\n", info->module_count);
    for (uint32_t i = 0; i < info->module_count; i++)
        if (!multiboot_module(modules[i].start, modules[i].end, modules[i].name))
            return false;
    return true;
}

static void keep_entry(const struct memory_map_entry *entry) {
    uint32_t count = found.memory_map.bytes / sizeof *entry;
    if (count < MEMORY_MAP_ENTRIES) {
        found.memory_map.entry[count] = *entry;
        found.memory_map.bytes += sizeof *entry;
    }
}

static void read_map(const struct multiboot_info *info) {
    const char *map = physical(info->map, info->map_bytes);
    uint32_t at = 0;
    boot_print("Parsing GRUB physical memory map\n");
    while (map != NULL && info->map_bytes - at >= sizeof(struct memory_map_entry)) {
        const struct memory_map_entry *entry = (const void *)(map + at);
        keep_entry(entry);
        multiboot_memory(entry->base, entry->length, entry->type);
        uint32_t step = entry->size + (uint32_t)sizeof entry->size;
        if (step < sizeof *entry || step > info->map_bytes - at)
            break;
        at += step;
    }
}

static void read_video(const struct multiboot_info *info) {
    const void *control = physical(info->vbe_control, sizeof found.vbe.control);
    const void *mode_info = physical(info->vbe_mode_info, sizeof found.vbe.mode_info);
    if (!(info->flags & HAS_VIDEO) || control == NULL || mode_info == NULL) {
        boot_print("Multiboot gave us no video information\n");
        return;
    }
    found.has_vbe = true;
    __builtin_memcpy(found.vbe.control, control, sizeof found.vbe.control);
    __builtin_memcpy(found.vbe.mode_info, mode_info, sizeof found.vbe.mode_info);
    found.vbe.mode = info->vbe_mode;
    found.vbe.interface_segment = info->vbe_segment;
    found.vbe.interface_offset = info->vbe_offset;
    found.vbe.interface_length = info->vbe_length;
}

static bool complain(const char *message) {
    boot_print("%s\n", message);
    return false;
}

bool multiboot1_read(paddr_t paddr) {
    const struct multiboot_info *info = physical(paddr, sizeof *info);
    multiboot_command_line(info != NULL ? info->command_line : 0);
    if (info == NULL || !(info->flags & HAS_MEMORY))
        return complain("Boot loader did not provide information about physical memory size");
    if (!(info->flags & HAS_MODULES))
        return complain("Boot loader did not provide information about boot modules");
    if (info->module_count < 1)
        return complain("Expect at least one boot module (containing a userland image)");
    if (!read_modules(info))
        return false;
    if (info->flags & HAS_MAP)
        read_map(info);
    else
        multiboot_memory(0x100000, (uint64_t)info->mem_upper << 10, 1);
    read_video(info);
    return true;
}
