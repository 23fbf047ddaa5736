/* The trial of an allocator: see trial.c. */
#pragma once

#include <sel4/sel4.h>

#define LARGEST_BITS seL4_PageBits /* no object has more than 2^LARGEST_BITS bytes */
#define LIVE_OBJECTS 16            /* so many exist at a time, at most */
#define ALLOCATIONS  10000

/** Allocates and frees ALLOCATIONS objects of random types in a random order. Prints nothing.
 *  @retval ALLOCATIONS  every object was what had been asked for, from its allocation until it was
 *                       freed, and gone afterwards.
 *  @retval less         so many allocations went well before one that did not. */
int try_allocator(seL4_CPtr (*object_alloc)(seL4_Word type), void (*object_free)(seL4_CPtr object));
