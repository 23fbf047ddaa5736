/* Boot: from the boot loader's hand-over to the first instruction of the root task.
 *
 * What is found out about the machine is collected in one struct boot_machine; memory is then
 * parted into what the kernel keeps, what the root task is made of, and untyped memory for the
 * user.
 */
#pragma once

#include "cap/cap.h"
#include "types.h"

struct region {
    paddr_t start, end;
};

#define BOOT_MAX_REGIONS 64

struct boot_machine {
    char command_line[256];
    uint16_t debug_port, console_port;
    bool disable_iommu, trace, idle_exit;
    struct region ram[BOOT_MAX_REGIONS]; /* usable, ascending, page aligned, from 1 MiB up */
    unsigned ram_count;
    struct region module; /* the root task's ELF image */
    paddr_t modules_end;
    struct {
        uint32_t length;
        uint8_t entry[50 * 24];
    } memory_map; /* as handed to the user */
    uint8_t rsdp[36];
    paddr_t apic, ioapic;
    unsigned cpu_count, ioapic_count;
};

extern struct boot_machine machine;

/** C entry, from multiboot.S: builds the root task and runs it. Never returns. */
void boot_main(uint32_t magic, paddr_t info);
