/* Page-table isolation: its data, for those who set it up. isolation.c says what it is. */
#pragma once

#include "types.h"

#ifdef CONFIG_PAGE_TABLE_ISOLATION
#define ISOLATED 1
/** Puts what the CPU reads at a door into the trampoline. */
#define TRAMPOLINE_DATA(otherwise) __attribute__((section(".trampoline.data")))
#else
#define ISOLATED                   0
#define TRAMPOLINE_DATA(otherwise) otherwise
#endif

/** Fills the tables that show the trampoline. */
void trampoline_init(void);
extern word_t trampoline_entry; /* the kernel's share of every PML4 of a user's */

#define TRAP_FRAME_WORDS 8
/** The stack of every trap: ss, rsp, rflags, cs, rip, error and vector, from the end down. */
extern word_t trap_frame[TRAP_FRAME_WORDS];
extern void *trap_stack; /* where entry.S moves that: the end of the current thread's registers */
extern bool trap_frame_used; /* something of the current thread's may be in it */
extern paddr_t user_cr3;     /* what the current thread runs on */
