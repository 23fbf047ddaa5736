/*
 * The simple interface over a root task's BootInfo.
 *
 * The BootInfo is only read and stays the kernel's; the simple_t points into it, so both live as
 * long as the root task.
 */
#pragma once

#include <simple/simple.h>

/**
 * Fill in a simple_t that answers from a BootInfo.
 * @param simple  receives the function table; every entry is set
 * @param bi      BootInfo of this root task
 */
void simple_default_init_bootinfo(simple_t *simple, seL4_BootInfo *bi);

/** The x86 part of simple_default_init_bootinfo(): IO ports and interrupts. */
void simple_default_init_arch_simple(arch_simple_t *simple, void *data);
