/* What the two halves of the fuzzer know of each other: the root task (world.h), which
 * makes a world of objects over and over, and the threads that live and die in it (thread.c,
 * invoke.c, find.c).
 *
 * The threads have address spaces and CSpaces of their own. Invariant: nothing that the root task
 * needs is in them: its image is mapped read-only, but for the pages of `privates`.
 */
#pragma once

#include <sel4/sel4.h>
#include <stdbool.h>
#include <stdint.h>

/* The compiler leaves the FPU alone: the threads use it on purpose only. */
#pragma GCC target("general-regs-only")

typedef seL4_Word word;

#ifdef CONFIG_DEBUG_BUILD
#define CAN_LOOK         true /* the kernel tells the types of capabilities */
#define SYS_CAP_IDENTIFY seL4_SysDebugCapIdentify
#else
#define CAN_LOOK         false
#define SYS_CAP_IDENTIFY 0
#endif

#define FUZZERS 6
#define LABELS  53

/* A thread's memory of its own; its FS base, so that it finds it again wherever it starts. */
struct state {
    struct state *self;
    uint64_t random;
    word number, calls;                     /* how many system calls it has made */
    word lost;                              /* how often its CSpace had no way to the main CNode */
    word all_calls;                         /* only in the first: of all threads */
    word looks;                             /* how many more were only to see what there is */
    word probes;                            /* how often it has tried whether a page is gone */
    word saved;                             /* where it last saved a caller, or 0 */
    word broken;                            /* enum broken: what it has seen and must not be */
    uint32_t done[LABELS], refused[LABELS]; /* sensible invocations, by label */
};

/* Unlikely numbers: a thread that runs wild may write anything. */
enum broken { BROKEN_REGISTERS = 0x6b0a4e01, BROKEN_TLB };

extern struct private {
    union {
        struct state state;
        char state_page[4096];
    };
    char stack[4096];
    union {
        seL4_IPCBuffer buffer;
        char buffer_page[4096];
    };
}
privates[FUZZERS];

/** In this world no thread may copy another's registers: what is in them is its own. */
extern bool honest;
/** Where a thread starts, with any registers but FS. */
void fuzz_entry(void);
struct answer {
    word badge, info, mr[4];
};

/** A system call as it is, and not counted; it needs no thread-local memory. */
struct answer raw_call(long number, word cap, word info, const word *mr);
/** Below @p limit, which is not 0. */
word random_below(uint64_t *random, word limit);

/* The main CNode, which holds nearly everything, itself included: what the root task puts where.
 * The threads put new capabilities behind that, from HOME_END on. Two further CNodes lead to it:
 * the root CNodes of some threads' CSpaces, which take two or three steps to it. */
#define MAIN_RADIX   8
#define MIDDLE_RADIX 4
#define SMALL_RADIX  2
enum {
    HOME_MAIN = 1, /* as a CSpace root of 64 bits */
    HOME_FLAT,     /* without guard */
    HOME_MIDDLE,
    HOME_SMALL,
    HOME_WORLD, /* sometimes: the untyped that all is made from */
    HOME_SPACE, /* two that are in use, two that have no ASID yet */
    HOME_TCB = HOME_SPACE + 4,
    HOME_DOMAIN = HOME_TCB + FUZZERS,
    HOME_ASID_CONTROL,
    HOME_ASID_POOL,
    HOME_ENDPOINT, /* four, and two with badges */
    HOME_NOTIFICATION = HOME_ENDPOINT + 6,
    HOME_UNTYPED = HOME_NOTIFICATION + 4,
    HOME_DEVICE = HOME_UNTYPED + 8, /* device memory, enough for a frame of 1 GiB */
    HOME_FRAME,
    HOME_TABLE = HOME_FRAME + 12, /* page table, page directory, PDPT: three of each */
    HOME_IRQ = HOME_TABLE + 9,
    HOME_PORT = HOME_IRQ + 3,
    HOME_IRQ_CONTROL = HOME_PORT + 2, /* at the end of a run only: it cannot be copied */
    HOME_PORT_CONTROL,
    HOME_END,
    NEW_END = 128, /* most new capabilities go below this */
    ALL_END = 256,
};

/* Where threads map things, beside all other addresses: the first of these has all tables ready,
 * the others lack one, two and three. */
#define MAP_BASE  0x800000ul
#define OWN_PAGES 256 /* from this page on, for another 256, only map_and_unmap() maps things */
#define MAP_BASES MAP_BASE, MAP_BASE, MAP_BASE, 0xa00000, 0x40000000, 0x8000000000
