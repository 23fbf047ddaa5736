/*
 * Further memory for the allocator's notes, mapped before it is needed.
 *
 * Mapping a page itself needs notes, so the pool grows while there is still enough left for that
 * (LOW_WATER), and never while it is growing.
 */
#pragma once

#include <allocman/allocman.h>

/**
 * Map pages until there is room for `bytes` and for the next growth. Without a pool, when it is
 * used up, or when no frame is left, nothing happens: only the allocation that really finds no
 * room fails.
 */
void virtual_pool_grow(allocman_t *alloc, size_t bytes);
