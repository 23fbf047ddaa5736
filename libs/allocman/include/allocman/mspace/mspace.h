/*
 * Memory for the allocator's own notes: a first-fit list over regions that were given to it.
 *
 * Invariants: free blocks are in ascending address order and never touch each other (neighbours are
 * joined when freed); `free_bytes` is the sum of their sizes; every block is a multiple of 16 bytes
 * and 16-byte aligned. Callers say the size again when they free, so a used block has no header.
 */
#pragma once

#include <stddef.h>

struct mspace_block {
    size_t size;
    struct mspace_block *next;
};

struct mspace {
    struct mspace_block *free;
    size_t free_bytes;
};

/** Give a region to allocate from; what does not fit the alignment is left unused. */
void mspace_add(struct mspace *mspace, void *start, size_t bytes);

/** @return `bytes` bytes, or NULL if no free block is large enough */
void *mspace_alloc(struct mspace *mspace, size_t bytes);

/** Give back what mspace_alloc() gave for the same number of bytes. */
void mspace_free(struct mspace *mspace, void *ptr, size_t bytes);
