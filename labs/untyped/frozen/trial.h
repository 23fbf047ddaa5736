/* The trial of an allocator: see trial.c. */
#pragma once

#include <sel4/sel4.h>

#define LARGEST_BITS seL4_PageBits      /* no object has more than 2^LARGEST_BITS bytes */
#define LIVE_OBJECTS 16                 /* so many exist at a time, at most */
#define POOL_BITS    (LARGEST_BITS + 4) /* the pool has just room for them */
#define POOL_SLOTS   256                /* after the pool's own slot */
#define ALLOCATIONS  10000

/** Allocates and frees ALLOCATIONS objects of random types in a random order. Prints nothing.
 *  @param pool          the pool's slot; those of the objects follow it
 *  @param allocator_init  called once, before all else, with the pool and the first of those slots
 *  @param object_alloc  makes an object of this type, returns its slot
 *  @param object_free   takes the object in this slot back
 *  @retval ALLOCATIONS  every object was what had been asked for, from its allocation until it was
 *                       freed, and gone afterwards
 *  @retval less         so many allocations went well before one that did not */
int try_allocator(seL4_CPtr pool, void (*allocator_init)(seL4_CPtr pool, seL4_CPtr first_slot),
                  seL4_CPtr (*object_alloc)(seL4_Word type), void (*object_free)(seL4_CPtr object));
