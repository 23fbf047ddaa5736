/*
 * What the loader starts: the table that a lab's build generates and loader.c carries out.
 *
 * The table is constant data made of the four structs below and nothing else, so that a generator
 * prints C initialisers only. README.md says what is printed for which entry of a lab's file.
 *
 * A program's CSpace is one CNode of 2^LOADER_CNODE_BITS slots with a guard for the rest, so that
 * every slot is addressed with depth seL4_WordBits. Slot 0 stays empty, slot 1 always holds the
 * program's own thread (the runtime needs it), and the table numbers its slots from
 * LOADER_FIRST_SLOT upward.
 */
#pragma once

#include <stdint.h>
#include <sel4/sel4.h>

#define LOADER_CNODE_BITS 8
#define LOADER_SLOT_TCB   1
#define LOADER_FIRST_SLOT 2
#define LOADER_LAST_SLOT  ((1 << LOADER_CNODE_BITS) - 1)

/* Rights of a slot's capability, to be or-ed: the words r, w, g and p of a lab's file. */
#define LOADER_READ        0x2
#define LOADER_WRITE       0x1
#define LOADER_GRANT       0x4
#define LOADER_GRANT_REPLY 0x8
#define LOADER_ALL_RIGHTS  0xf

/* A kernel object that programs share. */
struct loader_object {
    const char *name;    /* for messages about this table */
    seL4_Word type;      /* object type number, e.g. seL4_EndpointObject */
    seL4_Word size_bits; /* as for Untyped_Retype; 0 where the type fixes it */
};

/* What a slot holds when its program starts. */
enum loader_kind {
    LOADER_EMPTY,      /* nothing: a free slot for the program to use */
    LOADER_OBJECT,     /* loader_table.objects[index], with badge and rights */
    LOADER_TCB,        /* thread of loader_table.programs[index] */
    LOADER_CSPACE,     /* CNode of that program, with its guard */
    LOADER_VSPACE,     /* top-level page table of that program */
    LOADER_IPC_BUFFER, /* frame that holds the IPC buffer of that program, not mapped */
};

struct loader_slot {
    const char *variable; /* name of the program's seL4_CPtr variable, for messages */
    seL4_CPtr slot;       /* LOADER_FIRST_SLOT to LOADER_LAST_SLOT, the variable's value */
    enum loader_kind kind;
    unsigned index;   /* which object or program */
    seL4_Word badge;  /* for endpoints and notifications; 0: none */
    seL4_Word rights; /* LOADER_READ | ...; used for LOADER_OBJECT only */
};

struct loader_program {
    const char *name;  /* name of the thread in reports and traces, and argv[0] */
    uint8_t priority;  /* 0 to 254: below the loader's own */
    const char *image; /* ELF file, 64 bit, static, linked for user space */
    const char *image_end;
    const struct loader_slot *slots;
    unsigned num_slots;
};

struct loader_table {
    const struct loader_object *objects;
    unsigned num_objects;
    const struct loader_program *programs; /* started in this order */
    unsigned num_programs;
};

/* The generated table of this image. */
extern const struct loader_table loader_table;

/*
 * Put a program's ELF file into the image under SYMBOL and SYMBOL_end. PATH is a string, resolved
 * as by the assembler's .incbin. Used outside of functions.
 */
#define LOADER_IMAGE(symbol, path)                                                                 \
    __asm__(".section .rodata\n"                                                                   \
            ".balign 16\n"                                                                         \
            ".globl " #symbol "\n" #symbol ":\n"                                                   \
            ".incbin \"" path "\"\n"                                                               \
            ".globl " #symbol "_end\n" #symbol "_end:\n"                                           \
            ".byte 0\n"                                                                            \
            ".text\n");                                                                            \
    extern const char symbol[];                                                                    \
    extern const char symbol##_end[]
