/*
 * The free slots of one CNode, as a bitmap: a set bit is a free slot.
 *
 * Invariants: `available` is the number of set bits; no word below `hint` has one. Slots are given
 * out lowest first, so the same program gets the same slots on each run.
 */
#pragma once

#include <stdbool.h>
#include <sel4/sel4.h>
#include <vka/cspacepath_t.h>

struct slots {
    seL4_CNode root;     /* CNode that holds the slots, as a capability in its own CSpace */
    seL4_CPtr first;     /* slot of bit 0 */
    seL4_Word count;     /* number of slots managed */
    seL4_Word available; /* how many of them are free */
    seL4_Word hint;      /* lowest word of the bitmap that may have a set bit */
    seL4_Word *bitmap;
};

/** @return bytes of bitmap that `count` slots need */
seL4_Word slots_bitmap_bytes(seL4_Word count);

/**
 * Manage the slots [first, end) of a CNode, all of them free.
 * @param bitmap  slots_bitmap_bytes(end - first) bytes
 */
void slots_init(struct slots *slots, seL4_CNode root, seL4_CPtr first, seL4_CPtr end,
                seL4_Word *bitmap);

/**
 * Take one slot.
 * @return 0, or -1 if none is free
 */
int slots_alloc(struct slots *slots, seL4_CPtr *slot);

/**
 * Take two neighbouring slots.
 * @param slot  receives the lower one
 * @return 0, or -1 if no two neighbours are free
 */
int slots_alloc_pair(struct slots *slots, seL4_CPtr *slot);

/** Give one slot back. @return 0, or -1 if it was not taken from here */
int slots_free(struct slots *slots, seL4_CPtr slot);

/** @return the path of a slot, managed or not, of this CNode */
cspacepath_t slots_path(const struct slots *slots, seL4_CPtr slot);
