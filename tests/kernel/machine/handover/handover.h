/* A boot loader whose hand-over a test can choose: case=NAME on its command line picks one.
 *
 * It brings the kernel (its first module) into place and enters it with the root task (its second
 * module) as the only module, a true memory map and the command line; then the case changes what
 * it likes. Both protocols are built at once; the case says which magic number goes with which.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MAGIC1 0x2badb002
#define MAGIC2 0x36d76289

struct __attribute__((packed)) map_entry {
    uint32_t size;
    uint64_t base, length;
    uint32_t type;
};

struct module {
    uint32_t start, end, name, reserved;
};

struct __attribute__((packed)) info1 {
    uint32_t flags, mem_lower, mem_upper, boot_device, command_line;
    uint32_t module_count, modules, symbols[4];
    uint32_t map_bytes, map;
    uint32_t drives[2], config, loader_name, apm;
    uint32_t vbe_control, vbe_mode_info;
    uint16_t vbe_mode, vbe_segment, vbe_offset, vbe_length;
};
enum { HAS_MEMORY = 1, HAS_COMMAND_LINE = 4, HAS_MODULES = 8, HAS_MAP = 64, HAS_VIDEO = 2048 };

/* What the kernel is entered with. */
extern uint32_t magic;
extern const void *handed;

/* Multiboot 1: changed in place. */
extern struct info1 info;
#define MOST_ENTRIES 400
#define MOST_MODULES 8
extern struct map_entry map[MOST_ENTRIES];
extern struct module modules[MOST_MODULES];
/** Ends the map after what is there; adds to it. */
void map_clear(void);
void map_add(uint64_t base, uint64_t length, uint32_t type);

/* Multiboot 2: tags are appended; tags_end() closes the list and makes it what is handed over. */
void tags_begin(void);
void *tag_add(uint32_t type, const void *data, uint32_t bytes);
void tag_command_line(void);
void tag_module(uint32_t start, uint32_t end);
void tag_map(void);
void tags_end(void);

/* ACPI: an RSDP of our own, which leads to the tables added. */
void acpi_begin(void);
/** A table with this body, whose sum is right. */
void acpi_table(const char *name, const void *body, uint32_t bytes);
/** The RSDP of revision 0, or 2 with an XSDT only. */
const void *acpi_rsdp(unsigned revision);

struct hand_over {
    const char *name;
    void (*prepare)(void);
};
extern const struct hand_over cases[];
extern const unsigned case_count;
