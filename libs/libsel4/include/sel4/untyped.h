/* Untyped memory: the source of every kernel object.
 *
 * Memory is handed out upwards from a watermark, which only returns to the start when everything
 * made from the untyped is gone.
 *
 * seL4 Reference Manual, 2.4; ABI sheet 6.3. */
#pragma once
#include <sel4/invoke.h>

/** Makes objects out of untyped memory and puts their capabilities into consecutive slots.
 *
 * @param _service    the untyped
 * @param type        what to make: seL4_TCBObject, seL4_X86_4K, ... (sel4/objecttype.h)
 * @param size_bits   for untypeds their size and for CNodes the number of slots, as a power of two;
 *                    ignored for all others
 * @param root        CNode from which the destination is found
 * @param node_index  address of the destination CNode in `root`
 * @param node_depth  bits of that address; 0: `root` itself is the destination
 * @param node_offset first slot of the destination
 * @param num_objects how many, 1 to 256
 * @retval seL4_NoError
 * @retval seL4_InvalidArgument   type unknown (0); size_bits too small for the type, or a kernel
 *                                object from device memory (1)
 * @retval seL4_RangeError        size_bits, node_depth, node_offset or num_objects; MR0 and MR1
 *                                tell what is allowed
 * @retval seL4_FailedLookup      no CNode at the destination
 * @retval seL4_DeleteFirst       one of the slots is taken; nothing was made
 * @retval seL4_NotEnoughMemory   MR0: bytes left
 * @retval seL4_TruncatedMessage  `root` cannot be passed without an IPC buffer
 * @retval seL4_InvalidCapability _service is empty (0)
 * @retval seL4_IllegalOperation  _service is no untyped */
LIBSEL4_INLINE seL4_Error seL4_Untyped_Retype(seL4_Untyped _service, seL4_Word type,
                                              seL4_Word size_bits, seL4_CNode root,
                                              seL4_Word node_index, seL4_Word node_depth,
                                              seL4_Word node_offset, seL4_Word num_objects) {
    seL4_SetCap(0, root);
    seL4_SetMR(4, node_offset);
    seL4_SetMR(5, num_objects);
    return sel4_invoke(_service, UntypedRetype, 1, 6, type, size_bits, node_index, node_depth);
}
