/* What the parts of boot tell each other, in the order in which they run.
 *
 * What is found out about the machine is collected in `found`; memory is then parted into what the
 * kernel keeps, what the root task is made of, and untyped memory for the user. Everything that a
 * boot loader, the firmware or the root task's image says is checked before use: a step that finds
 * it wrong says so and returns false, which ends the boot.
 */
#pragma once

#include "boot/boot.h"
#include "cap/cap.h"
#include "config.h"
#include "debug/debug.h"

/* Release kernels boot silently. */
#define boot_print(...)                                                                            \
    do {                                                                                           \
        if (DEBUG_BUILD) {                                                                         \
            kprintf(__VA_ARGS__);                                                                  \
        }                                                                                          \
    } while (0)

/* ---- region.c: sets of address ranges ---- */

/* Ascending, not touching each other, none empty. */
struct regions {
    unsigned count;
    struct region at[BOOT_MAX_REGIONS];
};

/** Adds or takes away a range; false if the set would need too many pieces (it is unchanged). */
bool regions_add(struct regions *set, struct region range);
bool regions_remove(struct regions *set, struct region range);
/** True if @p range lies within one region. */
bool regions_contain(const struct regions *set, struct region range);

/* ---- what is found ---- */

#define MEMORY_MAP_ENTRIES 50

struct __attribute__((packed)) memory_map_entry {
    uint32_t size; /* of the rest */
    uint64_t base, length;
    uint32_t type;
};

struct __attribute__((packed)) memory_map { /* as multiboot 1 gives it and the user gets it */
    uint32_t bytes;
    struct memory_map_entry entry[MEMORY_MAP_ENTRIES];
};

struct __attribute__((packed)) vbe_info {
    uint8_t control[512], mode_info[256];
    uint32_t mode, interface_segment, interface_offset, interface_length;
};

struct __attribute__((packed)) framebuffer_info {
    uint64_t address;
    uint32_t pitch, width, height;
    uint8_t bits_per_pixel, type;
};

#define RSDP_BYTES 36

struct found {
    char command_line[512];
    struct regions ram;
    struct region module; /* the root task's ELF image, the first module */
    unsigned module_count;
    paddr_t modules_end;
    struct memory_map memory_map;
    bool has_vbe, has_framebuffer;
    struct vbe_info vbe;
    struct framebuffer_info framebuffer;
    paddr_t rsdp; /* 0: none found */
    uint8_t rsdp_copy[RSDP_BYTES];
    paddr_t apic, ioapic;
    struct region image; /* where the root task's image was put */
};
extern struct found found;

/** Where the firmware and the boot loader left something: @p bytes of memory at @p paddr, seen at
 *  their own address. NULL if that is no possible memory. */
const void *physical(paddr_t paddr, uint64_t bytes);
/** Copies a string from physical memory, cut to @p room with its end. */
void physical_string(char *to, size_t room, paddr_t paddr);

/* ---- kernel.ld ---- */

extern const char kernel_entry[];             /* where the boot loader jumps to, physical */
extern const char kernel_start[], boot_end[]; /* the part that boot leaves behind */
extern const char kernel_end[];

static inline paddr_t image_paddr(const void *symbol) { return (word_t)symbol - KERNEL_IMAGE_BASE; }

/* ---- command_line.c ---- */

void command_line_parse(char *line);

/* ---- multiboot.c, multiboot1.c, multiboot2.c ---- */

bool multiboot_read(uint32_t magic, paddr_t info);
bool multiboot1_read(paddr_t info);
bool multiboot2_read(paddr_t info);
/** A command line arrived: its words take effect at once. */
void multiboot_command_line(paddr_t text);
/** Called for each module, in order. */
bool multiboot_module(paddr_t start, paddr_t end, paddr_t name);
/** Called for each entry of the memory map. */
void multiboot_memory(uint64_t base, uint64_t length, uint32_t type);

/* ---- acpi.c, madt.c ---- */

void acpi_find(void);
/** Finds the interrupt controllers and counts the CPUs. */
bool acpi_read(void);
struct acpi_madt;
bool madt_read(const struct acpi_madt *madt);

/* ---- elf.c: the root task's image ---- */

struct elf_image {
    vaddr_t start, end; /* page aligned */
    vaddr_t entry;
};
bool elf_check(struct elf_image *image);
/** Lays the image out at @p to, which has room for all of it. */
void elf_load(const struct elf_image *image, void *to);

/* ---- root_task.c, bootinfo.c, initial_untyped.c ---- */

bool root_task_load(struct elf_image *image);
bool root_task_create(const struct elf_image *image);
/** Puts a capability into the next free slot of the root CNode. */
bool root_provide(cap_t cap);
struct boot_info;
/** Hands out all memory that is neither kernel nor root task; @p kept: the root task's objects. */
bool untyped_provide(struct boot_info *info, struct region kept);
/** Range of physical memory for the root task's objects: in the highest free region that has room
 *  for @p bytes on an address aligned to @p align_bits. */
bool untyped_place(word_t bytes, unsigned align_bits, struct region *range);
