/* Boot: from the boot loader's hand-over to the first instruction of the root task.
 *
 * This is all that the rest of the kernel sees of it. Boot's own code and data lie at the front of
 * the kernel image and become untyped memory when the root task starts; only `machine` stays.
 */
#pragma once

#include "debug/debug.h"

struct region {
    paddr_t start, end;
};

#define BOOT_MAX_REGIONS 64

/* Ascending, not touching each other, none empty. */
struct regions {
    unsigned count;
    struct region at[BOOT_MAX_REGIONS];
};

#define EXAM_WORDS (3 * 80) /* three a question */

struct machine {
    uint16_t debug_port, console_port;
    bool disable_iommu, trace, idle_exit; /* words of the command line */
    bool quiet;                           /* no lines about users' mistakes and faults */
    uint16_t check_interval;              /* check=N: look at all invariants every N entries */
    uint16_t ticks;                       /* ticks=N: how many are left; 0: no end */
    uint16_t errors;                      /* errors=N: refused calls with a line; 0: all */
    uint16_t output;                      /* output=N: KiB that may be printed; 0: any number */
    word_t exam[EXAM_WORDS];              /* exam=…: see debug/exam.c */
    struct regions ram;                   /* usable, in whole pages, from 1 MiB up */
};
extern struct machine machine;

/** What booting relies on: where @p condition does not hold, the boot ends after a message. */
#define boot_require(condition, ...)                                                               \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            kprintf(__VA_ARGS__);                                                                  \
            panic("boot_sys failed for some reason :(\n");                                         \
        }                                                                                          \
    } while (0)

/** C entry, from multiboot.S: builds the root task and runs it. Never returns. */
void boot_main(uint32_t magic, paddr_t info) __attribute__((noreturn));
