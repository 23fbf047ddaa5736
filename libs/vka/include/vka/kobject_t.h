/*
 * Kernel objects by names that are the same on every machine, with their sizes and type numbers.
 *
 * kobject_get_size() answers in the unit that memory is counted in: log2 of bytes; for a CNode the
 * argument is log2 of its slots.
 */
#pragma once

#include <sel4/sel4.h>
#include <utils/zf_log.h>

typedef enum _kobject_t {
    KOBJECT_TCB,
    KOBJECT_CNODE,
    KOBJECT_CSLOT,
    KOBJECT_UNTYPED,
    KOBJECT_ENDPOINT,
    KOBJECT_NOTIFICATION,
    KOBJECT_SCHED_CONTEXT,
    KOBJECT_REPLY,
    KOBJECT_FRAME,
    KOBJECT_PAGE_TABLE,
    KOBJECT_PAGE_DIRECTORY,
    KOBJECT_PDPT,
    KOBJECT_PML4,
    KOBJECT_VSPACE = KOBJECT_PML4,
    KOBJECT_PAGE_GLOBAL_DIRECTORY = KOBJECT_PML4,
    NUM_KOBJECT_TYPES = KOBJECT_PML4 + 1
} kobject_t;

/** @return the object type number of a frame of 2^size_bits bytes, -1 if there is no such size */
static inline int kobject_frame_type(seL4_Word size_bits) {
    switch (size_bits) {
    case seL4_PageBits:
        return seL4_X86_4K;
    case seL4_LargePageBits:
        return seL4_X86_LargePageObject;
    case seL4_HugePageBits:
        return seL4_X64_HugePageObject;
    default:
        return -1;
    }
}

/** @return log2 of an object's size in bytes, 0 for one that this kernel does not have */
static inline seL4_Word kobject_get_size(kobject_t type, seL4_Word size_bits) {
    switch (type) {
    case KOBJECT_TCB:
        return seL4_TCBBits;
    case KOBJECT_CNODE:
        return size_bits + seL4_SlotBits;
    case KOBJECT_CSLOT:
        return seL4_SlotBits;
    case KOBJECT_UNTYPED:
    case KOBJECT_FRAME:
        return size_bits;
    case KOBJECT_ENDPOINT:
        return seL4_EndpointBits;
    case KOBJECT_NOTIFICATION:
        return seL4_NotificationBits;
    case KOBJECT_PAGE_TABLE:
        return seL4_PageTableBits;
    case KOBJECT_PAGE_DIRECTORY:
        return seL4_PageDirBits;
    case KOBJECT_PDPT:
        return seL4_PDPTBits;
    case KOBJECT_PML4:
        return seL4_PML4Bits;
    default:
        ZF_LOGE("Unknown object type %d", (int)type);
        return 0;
    }
}

/** @return the object type number for Untyped_Retype, -1 for one that this kernel does not have */
static inline int kobject_get_type(kobject_t type, seL4_Word size_bits) {
    switch (type) {
    case KOBJECT_TCB:
        return seL4_TCBObject;
    case KOBJECT_CNODE:
        return seL4_CapTableObject;
    case KOBJECT_UNTYPED:
        return seL4_UntypedObject;
    case KOBJECT_ENDPOINT:
        return seL4_EndpointObject;
    case KOBJECT_NOTIFICATION:
        return seL4_NotificationObject;
    case KOBJECT_FRAME:
        return kobject_frame_type(size_bits);
    case KOBJECT_PAGE_TABLE:
        return seL4_X86_PageTableObject;
    case KOBJECT_PAGE_DIRECTORY:
        return seL4_X86_PageDirectoryObject;
    case KOBJECT_PDPT:
        return seL4_X86_PDPTObject;
    case KOBJECT_PML4:
        return seL4_X64_PML4Object;
    default:
        ZF_LOGE("Unknown object type %d", (int)type);
        return -1;
    }
}
