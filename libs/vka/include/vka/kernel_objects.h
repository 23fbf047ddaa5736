/*
 * Allocation of each type of kernel object by name, on top of vka_alloc_object().
 *
 * Each takes the vka and, where the size is not fixed, log2 of it. They return 0, or -1 when slots
 * or memory are used up; the _leaky twins return the capability, or seL4_CapNull, and what they
 * give can never be freed.
 */
#pragma once

#include <vka/object.h>

/** Allocate a thread control block. @return 0, or -1 if slots or memory are used up */
static inline int vka_alloc_tcb(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_TCBObject, seL4_TCBBits, result);
}

/** As vka_alloc_tcb(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_tcb_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_TCBObject, seL4_TCBBits);
}

/** Allocate an endpoint. @return 0, or -1 if slots or memory are used up */
static inline int vka_alloc_endpoint(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_EndpointObject, seL4_EndpointBits, result);
}

/** As vka_alloc_endpoint(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_endpoint_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_EndpointObject, seL4_EndpointBits);
}

/** Allocate a notification. @return 0, or -1 if slots or memory are used up */
static inline int vka_alloc_notification(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_NotificationObject, seL4_NotificationBits, result);
}

/** As vka_alloc_notification(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_notification_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_NotificationObject, seL4_NotificationBits);
}

/** Allocate a page table (maps 2 MiB in pages of 4 KiB). @return 0, or -1 if slots or memory are
 * used up */
static inline int vka_alloc_page_table(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_X86_PageTableObject, seL4_PageTableBits, result);
}

/** As vka_alloc_page_table(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_page_table_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_X86_PageTableObject, seL4_PageTableBits);
}

/** Allocate a page directory (spans 1 GiB). @return 0, or -1 if slots or memory are used up */
static inline int vka_alloc_page_directory(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_X86_PageDirectoryObject, seL4_PageDirBits, result);
}

/** As vka_alloc_page_directory(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_page_directory_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_X86_PageDirectoryObject, seL4_PageDirBits);
}

/** Allocate a page directory pointer table (spans 512 GiB). @return 0, or -1 if slots or memory are
 * used up */
static inline int vka_alloc_pdpt(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_X86_PDPTObject, seL4_PDPTBits, result);
}

/** As vka_alloc_pdpt(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_pdpt_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_X86_PDPTObject, seL4_PDPTBits);
}

/** Allocate a top-level page table; it still needs an address space identifier. @return 0, or -1 if
 * slots or memory are used up */
static inline int vka_alloc_pml4(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_X64_PML4Object, seL4_PML4Bits, result);
}

/** As vka_alloc_pml4(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_pml4_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_X64_PML4Object, seL4_PML4Bits);
}

/** Allocate the root of an address space, which is a PML4 on this machine. @return 0, or -1 if
 * slots or memory are used up */
static inline int vka_alloc_vspace_root(vka_t *vka, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_X64_PML4Object, seL4_PML4Bits, result);
}

/** As vka_alloc_vspace_root(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_vspace_root_leaky(vka_t *vka) {
    return vka_alloc_object_leaky(vka, seL4_X64_PML4Object, seL4_PML4Bits);
}

/** Allocate an untyped of 2^size_bits bytes. */
static inline int vka_alloc_untyped(vka_t *vka, uint32_t size_bits, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_UntypedObject, size_bits, result);
}

/** Allocate an untyped of 2^size_bits bytes at a physical address. */
static inline int vka_alloc_untyped_at(vka_t *vka, uint32_t size_bits, uintptr_t paddr,
                                       vka_object_t *result) {
    return vka_alloc_object_at(vka, seL4_UntypedObject, size_bits, paddr, result);
}

/** As vka_alloc_untyped(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_untyped_leaky(vka_t *vka, uint32_t size_bits) {
    return vka_alloc_object_leaky(vka, seL4_UntypedObject, size_bits);
}

/** Allocate a CNode of 2^size_bits slots. */
static inline int vka_alloc_cnode_object(vka_t *vka, uint32_t size_bits, vka_object_t *result) {
    return vka_alloc_object(vka, seL4_CapTableObject, size_bits, result);
}

/** As vka_alloc_cnode_object(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_cnode_object_leaky(vka_t *vka, uint32_t size_bits) {
    return vka_alloc_object_leaky(vka, seL4_CapTableObject, size_bits);
}

/**
 * Allocate a frame that may lie in memory which the kernel cannot touch.
 * @param size_bits  12, 21 or 30
 */
static inline int vka_alloc_frame_maybe_device(vka_t *vka, uint32_t size_bits, bool can_use_dev,
                                               vka_object_t *result) {
    int type = kobject_frame_type(size_bits);
    if (type < 0) {
        ZF_LOGE("There is no frame of %u bits", size_bits);
        return -1;
    }
    return vka_alloc_object_maybe_device(vka, (seL4_Word)type, size_bits, can_use_dev, result);
}

/** Allocate a frame of 2^size_bits bytes of RAM: 12, 21 or 30. */
static inline int vka_alloc_frame(vka_t *vka, uint32_t size_bits, vka_object_t *result) {
    return vka_alloc_frame_maybe_device(vka, size_bits, false, result);
}

/** Allocate the frame at a physical address. */
static inline int vka_alloc_frame_at(vka_t *vka, uint32_t size_bits, uintptr_t paddr,
                                     vka_object_t *result) {
    int type = kobject_frame_type(size_bits);
    if (type < 0) {
        ZF_LOGE("There is no frame of %u bits", size_bits);
        return -1;
    }
    return vka_alloc_object_at(vka, (seL4_Word)type, size_bits, paddr, result);
}

/** As vka_alloc_frame(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_frame_leaky(vka_t *vka, uint32_t size_bits) {
    vka_object_t result;
    return vka_alloc_frame(vka, size_bits, &result) == 0 ? result.cptr : seL4_CapNull;
}

/** As vka_alloc_frame_at(), never to be freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_frame_at_leaky(vka_t *vka, uint32_t size_bits, uintptr_t paddr) {
    vka_object_t result;
    return vka_alloc_frame_at(vka, size_bits, paddr, &result) == 0 ? result.cptr : seL4_CapNull;
}
