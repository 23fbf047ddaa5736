/* Frames: pieces of memory that can be mapped into an address space.
 *
 * A frame capability knows one mapping.  To map a frame twice, copy its capability.
 *
 * seL4 Reference Manual, chapter 7; ABI sheet 6.8, 4.9. */
#pragma once
#include <sel4/invoke.h>

/** Maps a frame, or changes rights and caching of a mapping that it has.
 *
 * @param _service the frame
 * @param vspace   the PML4 of the address space
 * @param vaddr    where; a multiple of the frame's size
 * @param rights   read and write; limited by the capability's own
 * @param attr     how it is cached, seL4_X86_Default_VMAttributes
 * @retval seL4_NoError
 * @retval seL4_FailedLookup      a paging structure is missing; seL4_MappingFailedLookupLevel()
 *                                tells which.  Or the address space is gone
 * @retval seL4_InvalidCapability vspace is no PML4 with an ASID, or the frame is mapped in another
 *                                address space (1)
 * @retval seL4_InvalidArgument   the frame is mapped at another address, or vaddr is too high (0)
 * @retval seL4_AlignmentError    vaddr is not a multiple of the frame's size
 * @retval seL4_DeleteFirst       a large page would cover a paging structure
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_Page_Map(seL4_X86_Page _service, seL4_CPtr vspace,
                                            seL4_Word vaddr, seL4_CapRights_t rights,
                                            seL4_X86_VMAttributes attr) {
    seL4_SetCap(0, vspace);
    return sel4_invoke(_service, X86PageMap, 1, 3, vaddr, rights.words[0], attr, 0);
}

/** Undoes a frame's mapping; without one, does nothing.
 *
 * @param _service the frame
 * @retval seL4_NoError */
LIBSEL4_INLINE seL4_Error seL4_X86_Page_Unmap(seL4_X86_Page _service) {
    return sel4_invoke(_service, X86PageUnmap, 0, 0, 0, 0, 0, 0);
}

/** Answer of seL4_X86_Page_GetAddress. */
typedef struct seL4_X86_Page_GetAddress {
    int error;       /**< seL4_Error */
    seL4_Word paddr; /**< physical address */
} seL4_X86_Page_GetAddress_t;

/** Tells where a frame is in physical memory.
 *
 * @param _service the frame
 * @retval seL4_NoError in .error; .paddr holds the address */
LIBSEL4_INLINE seL4_X86_Page_GetAddress_t seL4_X86_Page_GetAddress(seL4_X86_Page _service) {
    sel4_result_t result = sel4_invoke_result(_service, X86PageGetAddress, 0, 0, 0, 0, 0, 0);
    return (seL4_X86_Page_GetAddress_t){(int)result.error, result.mr[0]};
}
