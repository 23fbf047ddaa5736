/*
 * Untyped memory as a forest of halves (a buddy allocator whose pieces are untyped capabilities).
 *
 * Each untyped that was given is a root. A piece that is too large is split into two untypeds of
 * half its size, which fill it exactly; an object is made from a piece of exactly its own size.
 *
 * Invariants:
 *  - a piece is FREE (and in the free list of its size and kind), SPLIT (and has two halves), USED
 *    (one object was made from it) or LOST (someone else made objects from it; never used again);
 *  - from a FREE or USED piece of ours no untyped was split off; a FREE one has no children at all,
 *    because freeing revokes it, so that its next retype can take the whole of it;
 *  - two halves that are both FREE may stay apart: they are joined only when an allocation needs
 *    the room (memory, slots or notes). That keeps a loop of allocate and free at one retype each.
 *
 * A failed operation leaves nothing behind but a tree that is split deeper than before.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <allocman/cspace/slots.h>
#include <allocman/mspace/mspace.h>
#include <vka/cspacepath_t.h>

/* Kinds of untyped: RAM; device memory for wanted addresses only; memory good for any frame. */
#define ALLOCMAN_UT_KERNEL  0
#define ALLOCMAN_UT_DEV     1
#define ALLOCMAN_UT_DEV_MEM 2
#define ALLOCMAN_UT_KINDS   3

#define UTSPACE_SIZES 64

enum ut_state { UT_FREE, UT_SPLIT, UT_USED, UT_LOST };

struct ut_piece {
    uintptr_t paddr;
    struct ut_piece *parent; /* NULL for a root */
    union {
        struct ut_piece *halves; /* while SPLIT: an array of two, lower address first */
        struct {
            struct ut_piece *next, *previous; /* while FREE */
        };
    };
    uint32_t slot; /* where its untyped capability is */
    uint8_t size_bits;
    uint8_t kind;
    uint8_t state;
    uint8_t is_upper; /* the upper one of its parent's halves */
};

struct ut_root {
    struct ut_piece piece;
    struct ut_root *next;
};

struct utspace {
    struct slots *slots;
    struct mspace *memory;
    struct ut_root *roots;
    struct ut_piece *free[ALLOCMAN_UT_KINDS][UTSPACE_SIZES];
};

/** Start with no memory at all; slots and notes for splitting come from the two given. */
void utspace_init(struct utspace *utspace, struct slots *slots, struct mspace *memory);

/**
 * Add an untyped from which nothing has been made.
 * @param kind  one of ALLOCMAN_UT_*
 * @return 0, or -1 if there is no room to note it
 */
int utspace_add(struct utspace *utspace, seL4_CPtr slot, size_t size_bits, uintptr_t paddr,
                int kind);

/**
 * Make an object in the slot `dest` from the smallest free piece that is large enough.
 * @param size_bits    as for Untyped_Retype
 * @param can_use_dev  whether ALLOCMAN_UT_DEV_MEM memory will do
 * @param error        receives 0 or an error number
 * @return the piece used, NULL on failure
 */
struct ut_piece *utspace_alloc(struct utspace *utspace, const cspacepath_t *dest, seL4_Word type,
                               seL4_Word size_bits, bool can_use_dev, int *error);

/**
 * Make an object at a physical address, of RAM or of a device.
 * @return the piece used, NULL if the address is unknown, misaligned or in use
 */
struct ut_piece *utspace_alloc_at(struct utspace *utspace, const cspacepath_t *dest, seL4_Word type,
                                  seL4_Word size_bits, uintptr_t paddr, int *error);

/** Take a piece back and delete whatever capabilities to its object are left. */
void utspace_free(struct utspace *utspace, struct ut_piece *piece);

/** Join all free halves. @return whether there were any */
bool utspace_join(struct utspace *utspace);
