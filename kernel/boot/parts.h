/* What the parts of boot tell each other, in the order in which they run.
 *
 * What is found out about the machine is collected in `found`; memory is then parted into what the
 * kernel keeps, what the root task is made of, and untyped memory for the user. Everything that a
 * boot loader, the firmware or the root task's image says is checked before use: see boot_require.
 */
#pragma once

#include "boot/boot.h"

#define MEMORY_MAP_ENTRIES 50

struct __attribute__((packed)) memory_range {
    uint64_t base, length;
    uint32_t type;
};

struct __attribute__((packed)) memory_map { /* as multiboot 1 gives it and the user gets it */
    uint32_t bytes;
    struct __attribute__((packed)) memory_map_entry {
        uint32_t size; /* of the rest */
        struct memory_range range;
    } entry[MEMORY_MAP_ENTRIES];
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

struct __attribute__((packed)) acpi_rsdp {
    char signature[8];
    uint8_t ignored[7], revision; /* 0: without what follows rsdt */
    uint32_t rsdt, length;
    uint64_t xsdt;
    uint8_t ignored_too[4];
};

struct found {
    struct region module; /* the root task's ELF image, the first module */
    unsigned module_count;
    paddr_t modules_end;
    struct memory_map memory_map;
    bool has_vbe, has_framebuffer;
    struct vbe_info vbe;
    struct framebuffer_info framebuffer;
    paddr_t rsdp_at; /* 0: none found */
    struct acpi_rsdp rsdp;
    paddr_t apic, ioapic;
    struct region image; /* where the root task's image was put */
};
extern struct found found;

/* multiboot.c */
void multiboot_read(uint32_t magic, paddr_t info);
/** Where the firmware and the boot loader left something: @p bytes of memory at @p paddr, seen at
 *  their own address. NULL if that is no possible memory. */
const void *physical(paddr_t paddr, uint64_t bytes);

/* kernel.ld */
extern const char kernel_entry[];             /* where the boot loader jumps to, physical */
extern const char kernel_start[], boot_end[]; /* the part that boot leaves behind */
extern const char kernel_end[];

/* region.c */
void regions_add(struct regions *set, struct region range);
void regions_remove(struct regions *set, struct region range);
/** True if @p range lies within one region. */
bool regions_contain(const struct regions *set, struct region range);

/* command_line.c */
/** The line at @p text, 0 if there is none: its words take effect at once. */
void command_line_parse(paddr_t text);

/* acpi.c */
void acpi_find(void);
/** Finds the interrupt controllers and counts the CPUs. */
void acpi_read(void);

/* elf.c */
struct elf_image {
    vaddr_t start, end; /* page aligned */
    vaddr_t entry;
};
struct elf_image elf_check(void);
/** Lays the image out at @p to, which has room for all of it. */
void elf_load(struct elf_image image, void *to);

/* root_task.c, initial_untyped.c */
void root_task_load(void);
void root_task_create(void);
/** Puts a capability into the next free slot of the root CNode. */
void root_provide(cap_t cap);
/** Physical memory for the root task's objects: in the highest free region that has room for
 *  @p bytes on an address aligned to @p align_bits. */
paddr_t untyped_place(word_t bytes, unsigned align_bits);
struct boot_info;
/** Hands out all memory that is neither kernel nor root task. */
void untyped_provide(struct boot_info *info);
