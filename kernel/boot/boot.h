/* Boot: from the boot loader's hand-over to the first instruction of the root task.
 *
 * This is all that the rest of the kernel sees of it. Boot's own code and data lie at the front of
 * the kernel image and become untyped memory when the root task starts; only `machine` stays.
 */
#pragma once

#include "types.h"

struct region {
    paddr_t start, end;
};

#define BOOT_MAX_REGIONS 64

struct machine {
    uint16_t debug_port, console_port;
    bool disable_iommu, trace, idle_exit; /* words of the command line */
    bool quiet;                           /* no lines about users' mistakes and faults */
    uint16_t check_interval;              /* check=N: look at all invariants every N entries */
    struct region ram[BOOT_MAX_REGIONS];  /* usable, ascending, page aligned, from 1 MiB up */
    unsigned ram_count;
};

extern struct machine machine;

/** C entry, from multiboot.S: builds the root task and runs it. Never returns. */
void boot_main(uint32_t magic, paddr_t info) __attribute__((noreturn));
