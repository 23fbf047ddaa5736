/* Prints of kernel-given data, for people: they change nothing. */
#pragma once

#include <sel4/sel4.h>

/** Print a BootInfo: regions of slots, then every untyped, then how many there are of each size. */
void debug_print_bootinfo(seL4_BootInfo *info);
