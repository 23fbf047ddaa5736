/* Frames and paging structures in the root task's own address space. */
#include <sel4/sel4.h>
#include <sel4/x86/mapping.h>

static seL4_Error map_readable(seL4_X86_Page frame, seL4_Word address) {
    return seL4_X86_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_CanRead,
                             seL4_X86_Default_VMAttributes);
}

/* The same where the tables above may be missing: the kernel says which, one after another. */
static seL4_Error map_with_tables(seL4_X86_Page frame, seL4_Word address, seL4_X86_PDPT pdpt,
                                  seL4_X86_PageDirectory directory, seL4_X86_PageTable table) {
    seL4_CPtr vspace = seL4_CapInitThreadVSpace;
    seL4_X86_VMAttributes cached = seL4_X86_Default_VMAttributes;
    seL4_Error error = seL4_NoError;
    while (error == seL4_NoError) {
        error = seL4_X86_Page_Map(frame, vspace, address, seL4_ReadWrite, cached);
        if (error != seL4_FailedLookup) {
            break;
        }
        switch (seL4_MappingFailedLookupLevel()) {
        case SEL4_MAPPING_LOOKUP_NO_PDPT:
            error = seL4_X86_PDPT_Map(pdpt, vspace, address, cached);
            break;
        case SEL4_MAPPING_LOOKUP_NO_PD:
            error = seL4_X86_PageDirectory_Map(directory, vspace, address, cached);
            break;
        case SEL4_MAPPING_LOOKUP_NO_PT:
            error = seL4_X86_PageTable_Map(table, vspace, address, cached);
            break;
        }
    }
    return error;
}

/* Undoes it. A table can be unmapped before what is below it, too. */
static seL4_Error unmap_all(seL4_X86_Page frame, seL4_X86_PDPT pdpt,
                            seL4_X86_PageDirectory directory, seL4_X86_PageTable table) {
    seL4_Error error = seL4_X86_Page_Unmap(frame);
    error = error != seL4_NoError ? error : seL4_X86_PageTable_Unmap(table);
    error = error != seL4_NoError ? error : seL4_X86_PageDirectory_Unmap(directory);
    return error != seL4_NoError ? error : seL4_X86_PDPT_Unmap(pdpt);
}

/* The address that a device has to be given for this frame; 0 if that is no frame. */
static seL4_Word address_for_device(seL4_X86_Page frame) {
    seL4_X86_Page_GetAddress_t answer = seL4_X86_Page_GetAddress(frame);
    return answer.error == seL4_NoError ? answer.paddr : 0;
}
