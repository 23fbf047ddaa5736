/* Address space identifiers: a PML4 becomes an address space when a pool gives it one.
 *
 * seL4 Reference Manual, 7.1; ABI sheet 6.9. */
#pragma once
#include <sel4/invoke.h>

/** Makes a pool of 512 identifiers out of 4 KiB of untyped memory.
 *
 * @param _service the ASID control capability
 * @param untyped  RAM, of exactly 12 bits, without children; it is used up
 * @param root     CNode where the search for the slot starts
 * @param index    address of an empty slot for the pool
 * @param depth    bits of the address that count
 * @retval seL4_NoError
 * @retval seL4_DeleteFirst       all 8 pools exist, or the slot is taken
 * @retval seL4_InvalidCapability untyped is not RAM of 12 bits (1)
 * @retval seL4_RevokeFirst       untyped has children
 * @retval seL4_FailedLookup      no slot at that address
 * @retval seL4_RangeError        depth is not 1 to 64
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_ASIDControl_MakePool(seL4_X86_ASIDControl _service,
                                                        seL4_Untyped untyped, seL4_CNode root,
                                                        seL4_Word index, seL4_Uint8 depth) {
    seL4_SetCap(0, untyped);
    seL4_SetCap(1, root);
    return sel4_invoke(_service, X86ASIDControlMakePool, 2, 2, index, depth, 0, 0);
}

/** Gives an address space an identifier of the pool.
 *
 * @param _service the pool
 * @param vspace   a PML4 that has none yet
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability vspace is no PML4, or has one (1); the pool was replaced (0)
 * @retval seL4_FailedLookup      the pool is gone
 * @retval seL4_DeleteFirst       the pool is full
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_ASIDPool_Assign(seL4_X86_ASIDPool _service, seL4_CPtr vspace) {
    seL4_SetCap(0, vspace);
    return sel4_invoke(_service, X86ASIDPoolAssign, 1, 0, 0, 0, 0, 0);
}
