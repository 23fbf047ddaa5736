/*
 * The simplest allocator there is: slots in a row, objects from the first untyped that will do.
 * Nothing is ever given back. A program that needs more uses allocman.
 */
#pragma once

#include <sel4/sel4.h>

/**
 * Take the next free slot of the root CNode.
 * @return the slot, seL4_CapNull if none is left
 */
seL4_CPtr alloc_slot(seL4_BootInfo *info);

/**
 * Make an object from the untypeds of a BootInfo.
 * @param type       object type number
 * @param size_bits  as for Untyped_Retype
 * @return its capability, seL4_CapNull if no untyped has the room
 */
seL4_CPtr alloc_object(seL4_BootInfo *info, seL4_Word type, seL4_Word size_bits);
