/* The segment table, shared with the first instructions of the kernel (boot/multiboot.S). */
#pragma once

#include "types.h"

#define GDT_ENTRIES 8
extern uint64_t gdt[GDT_ENTRIES];
