/*
 * How an allocator comes to life in a program that has nothing but what it was started with.
 *
 * The pool is memory of the program (usually a static array): the allocator itself and its notes
 * are kept there, and it must stay for as long as the allocator is used.
 */
#pragma once

#include <allocman/allocman.h>
#include <simple/simple.h>

/* Bytes of pool with which the functions below are sure to start. */
#define ALLOCMAN_MIN_POOL 16384

/**
 * Allocate from the current CSpace and from every untyped that the program was given.
 * RAM untypeds serve kernel objects; device ones only allocation at an address.
 * @return the allocator, NULL if the pool is too small or simple gives no CNode
 */
allocman_t *bootstrap_use_current_simple(simple_t *simple, size_t pool_size, void *pool);

/** As bootstrap_use_current_simple(), straight from a BootInfo. */
allocman_t *bootstrap_use_bootinfo(seL4_BootInfo *bi, size_t pool_size, void *pool);

/**
 * Allocate from the slots [start_slot, end_slot) of a one-level CSpace. It has no untypeds yet.
 * @param root_cnode  the CNode, as a capability in itself that resolves all 64 bits
 * @param cnode_size  log2 of its slots
 * @return the allocator, NULL if the pool is too small or the range is not within the CNode
 */
allocman_t *bootstrap_use_current_1level(seL4_CPtr root_cnode, size_t cnode_size,
                                         seL4_CPtr start_slot, seL4_CPtr end_slot, size_t pool_size,
                                         void *pool);

/**
 * Add all untypeds that simple knows to an allocator.
 * @return 0, or -1 if there is no room to note them
 */
int allocman_add_simple_untypeds(allocman_t *alloc, simple_t *simple);

/**
 * Let the allocator map pages for its notes when its pool runs low.
 * @param vstart, vsize  range of addresses that nothing else uses; pages are mapped on demand
 * @param pd             the top-level page table of this program
 */
void bootstrap_configure_virtual_pool(allocman_t *alloc, void *vstart, size_t vsize, seL4_CPtr pd);
