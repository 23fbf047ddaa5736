/*
 * What the parts of the loader share: one boot, carried out in order, that stops at the first
 * failure.
 *
 * Every function here succeeds or does not return: a table that cannot be carried out prints one
 * line and suspends the loader for good, so no half-started lab runs.
 */
#pragma once

#include <loader/table.h>
#include <stdnoreturn.h>
#include <sel4/sel4.h>

/* Span of the frames that programs lie in. */
#define LOADER_FRAME_BITS seL4_LargePageBits
#define LOADER_FRAME      (1ul << LOADER_FRAME_BITS)
#define LOADER_PAGE       (1ul << seL4_PageBits)
/* Least room for a stack below the IPC buffer; a frame of 2 MiB usually gives more. */
#define LOADER_MIN_STACK (16 * LOADER_PAGE)

/* Where the memory of one program is: [low, high) is mapped as a whole. */
struct loader_layout {
    seL4_Word low, high;  /* multiples of LOADER_FRAME */
    seL4_Word ipc_buffer; /* the page below the image */
    seL4_Word stack_top;  /* below the IPC buffer; the stack may grow down to `low` */
    seL4_Word entry;
};

/* One program while it is being made: slots in the loader's CSpace. */
struct loader_made {
    seL4_CPtr tcb, cnode, vspace, pdpt, directory;
    seL4_CPtr frames; /* the first of (high - low) / LOADER_FRAME in a row */
    struct loader_layout layout;
    seL4_Word stack_pointer;
};

/** Print what went wrong with what, and stop. `error` is a seL4_Error, or 0 to leave it out. */
noreturn void loader_fail(const char *whose, const char *what, seL4_Error error);

/** Stop with loader_fail() if a kernel call did not succeed. */
static inline void loader_check(seL4_Error error, const char *whose, const char *what) {
    if (error != seL4_NoError) {
        loader_fail(whose, what, error);
    }
}

/** Take all untypeds and free slots of a BootInfo. */
void loader_memory_init(const seL4_BootInfo *info);

/**
 * Make objects of one type in one call.
 * @param count  1 to 256
 * @return the first of as many slots in a row
 */
seL4_CPtr loader_make(seL4_Word type, seL4_Word size_bits, seL4_Word count, const char *whose);

/** Find out where a program's ELF file wants to be. */
struct loader_layout loader_image_layout(const struct loader_program *program);

/**
 * Fill a program's frames with its image and first stack words, and map them into its address
 * space, whose tables must exist. Sets made->stack_pointer.
 */
void loader_image_load(const struct loader_program *program, struct loader_made *made);
