/* The tables between an address space's PML4 and its frames: PDPT (512 GiB), page directory
 * (1 GiB), page table (2 MiB).  Map them in this order, each where the one above it has a hole.
 *
 * The three pairs answer alike, so that the errors are told once:
 *
 *   seL4_InvalidCapability  the table is mapped already (0), or the address space is no PML4 with
 *                           an ASID (1)
 *   seL4_InvalidArgument    vaddr is too high (0)
 *   seL4_FailedLookup       the table above is missing; seL4_MappingFailedLookupLevel() tells
 *                           which.  Or the address space is gone
 *   seL4_DeleteFirst        there is a table or a large page at that address
 *   seL4_RevokeFirst        (Unmap) there are copies of the capability
 *   seL4_TruncatedMessage   no IPC buffer
 *
 * seL4 Reference Manual, 7.1; ABI sheet 6.8. */
#pragma once
#include <sel4/invoke.h>

/** Maps a page directory pointer table.
 *
 * @param _service the table
 * @param pml4     the address space
 * @param vaddr    any address in the 512 GiB that it covers
 * @param attr     how the table itself is cached
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability mapped already (0); pml4 is none with an ASID (1)
 * @retval seL4_InvalidArgument   vaddr is too high (0)
 * @retval seL4_DeleteFirst       there is one at that address
 * @retval seL4_FailedLookup      the address space is gone
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_PDPT_Map(seL4_X86_PDPT _service, seL4_X64_PML4 pml4,
                                            seL4_Word vaddr, seL4_X86_VMAttributes attr) {
    seL4_SetCap(0, pml4);
    return sel4_invoke(_service, X86PDPTMap, 1, 2, vaddr, attr, 0, 0);
}

/** Unmaps a page directory pointer table and empties it; without a mapping, does nothing.
 *
 * @param _service the table
 * @retval seL4_NoError
 * @retval seL4_RevokeFirst there are copies of the capability */
LIBSEL4_INLINE seL4_Error seL4_X86_PDPT_Unmap(seL4_X86_PDPT _service) {
    return sel4_invoke(_service, X86PDPTUnmap, 0, 0, 0, 0, 0, 0);
}

/** Maps a page directory.
 *
 * @param _service the directory
 * @param vspace   the address space
 * @param vaddr    any address in the GiB that it covers
 * @param attr     how the directory itself is cached
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability mapped already (0); vspace is no PML4 with an ASID (1)
 * @retval seL4_InvalidArgument   vaddr is too high (0)
 * @retval seL4_FailedLookup      no PDPT there, or the address space is gone
 * @retval seL4_DeleteFirst       there is one, or a 1 GiB page, at that address
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_PageDirectory_Map(seL4_X86_PageDirectory _service,
                                                     seL4_CPtr vspace, seL4_Word vaddr,
                                                     seL4_X86_VMAttributes attr) {
    seL4_SetCap(0, vspace);
    return sel4_invoke(_service, X86PageDirectoryMap, 1, 2, vaddr, attr, 0, 0);
}

/** Unmaps a page directory and empties it; without a mapping, does nothing.
 *
 * @param _service the directory
 * @retval seL4_NoError
 * @retval seL4_RevokeFirst there are copies of the capability */
LIBSEL4_INLINE seL4_Error seL4_X86_PageDirectory_Unmap(seL4_X86_PageDirectory _service) {
    return sel4_invoke(_service, X86PageDirectoryUnmap, 0, 0, 0, 0, 0, 0);
}

/** Maps a page table.
 *
 * @param _service the table
 * @param vspace   the address space
 * @param vaddr    any address in the 2 MiB that it covers
 * @param attr     how the table itself is cached
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability mapped already (0); vspace is no PML4 with an ASID (1)
 * @retval seL4_InvalidArgument   vaddr is too high (0)
 * @retval seL4_FailedLookup      no PDPT or page directory there, or the address space is gone
 * @retval seL4_DeleteFirst       there is one, or a 2 MiB page, at that address
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_PageTable_Map(seL4_X86_PageTable _service, seL4_CPtr vspace,
                                                 seL4_Word vaddr, seL4_X86_VMAttributes attr) {
    seL4_SetCap(0, vspace);
    return sel4_invoke(_service, X86PageTableMap, 1, 2, vaddr, attr, 0, 0);
}

/** Unmaps a page table and empties it; without a mapping, does nothing.
 *
 * @param _service the table
 * @retval seL4_NoError
 * @retval seL4_RevokeFirst there are copies of the capability */
LIBSEL4_INLINE seL4_Error seL4_X86_PageTable_Unmap(seL4_X86_PageTable _service) {
    return sel4_invoke(_service, X86PageTableUnmap, 0, 0, 0, 0, 0, 0);
}
