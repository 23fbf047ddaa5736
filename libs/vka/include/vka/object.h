/*
 * Allocation of kernel objects: a slot, the memory, and the object made in one call.
 *
 * A vka_object_t that a vka_alloc_*() call filled in owns one slot and one piece of memory until
 * vka_free_object() takes both back. When a call fails it owns nothing, and every field is zero.
 * The _leaky variants give just the capability; its memory can never be taken back.
 */
#pragma once

#include <string.h>
#include <vka/kobject_t.h>
#include <vka/vka.h>

typedef struct vka_object {
    seL4_CPtr cptr;      /* the capability, at depth 64 of the current CSpace */
    seL4_Word ut;        /* the allocator's cookie for the memory */
    seL4_Word type;      /* object type number */
    seL4_Word size_bits; /* as given at allocation: log2 of bytes, of slots for a CNode */
} vka_object_t;

/*
 * All allocations go through here, so that each fails in the same way: with a log line, the slot
 * given back and the result cleared. `paddr` matters only if `at` says so.
 */
static inline int vka_object_finish(vka_t *vka, vka_object_t *result, cspacepath_t path, int error,
                                    seL4_Word type, seL4_Word size_bits) {
    if (error != 0) {
        ZF_LOGE("Failed to allocate object of size %lu, error %d", 1ul << size_bits, error);
        vka_cspace_free_path(vka, path);
        memset(result, 0, sizeof(*result));
        return error;
    }
    result->cptr = path.capPtr;
    result->type = type;
    result->size_bits = size_bits;
    return 0;
}

/** The slot for a new object. @return 0, or -1 if none is left */
static inline int vka_object_slot(vka_t *vka, vka_object_t *result, cspacepath_t *path) {
    int error = vka_cspace_alloc_path(vka, path);

    memset(result, 0, sizeof(*result));
    if (error != 0) {
        ZF_LOGE("Failed to allocate a slot, error %d", error);
    }
    return error;
}

/**
 * Allocate an object of any type.
 * @param type       object type number
 * @param size_bits  log2 of its size in bytes (for a CNode log2 of its slots)
 * @param can_use_dev  whether memory that the kernel cannot touch is good enough
 * @param result     receives the object
 * @return 0, or -1 if slots or memory are used up
 */
static inline int vka_alloc_object_maybe_device(vka_t *vka, seL4_Word type, seL4_Word size_bits,
                                                bool can_use_dev, vka_object_t *result) {
    cspacepath_t path;
    int error = vka_object_slot(vka, result, &path);
    if (error == 0) {
        error =
            vka_utspace_alloc_maybe_device(vka, &path, type, size_bits, can_use_dev, &result->ut);
        error = vka_object_finish(vka, result, path, error, type, size_bits);
    }
    return error;
}

/** Allocate an object of any type in RAM; see vka_alloc_object_maybe_device(). */
static inline int vka_alloc_object(vka_t *vka, seL4_Word type, seL4_Word size_bits,
                                   vka_object_t *result) {
    return vka_alloc_object_maybe_device(vka, type, size_bits, false, result);
}

/**
 * Allocate an object at a physical address.
 * @param paddr  aligned to the object's size
 * @return 0, or -1 if that memory is in use or unknown
 */
static inline int vka_alloc_object_at(vka_t *vka, seL4_Word type, seL4_Word size_bits,
                                      uintptr_t paddr, vka_object_t *result) {
    cspacepath_t path;
    int error = vka_object_slot(vka, result, &path);
    if (error == 0) {
        error = vka_utspace_alloc_at(vka, &path, type, size_bits, paddr, &result->ut);
        error = vka_object_finish(vka, result, path, error, type, size_bits);
    }
    return error;
}

/** As vka_alloc_object(), for what is never freed. @return the capability, seL4_CapNull if none */
static inline seL4_CPtr vka_alloc_object_leaky(vka_t *vka, seL4_Word type, seL4_Word size_bits) {
    vka_object_t result;
    return vka_alloc_object(vka, type, size_bits, &result) == 0 ? result.cptr : seL4_CapNull;
}

/** As vka_alloc_object_at(), for what is never freed. @return the capability, or seL4_CapNull */
static inline seL4_CPtr vka_alloc_object_at_leaky(vka_t *vka, seL4_Word type, seL4_Word size_bits,
                                                  uintptr_t paddr) {
    vka_object_t result;
    return vka_alloc_object_at(vka, type, size_bits, paddr, &result) == 0 ? result.cptr
                                                                          : seL4_CapNull;
}

/** Delete an object's capability, and give its slot and its memory back. */
static inline void vka_free_object(vka_t *vka, vka_object_t *object) {
    cspacepath_t path;

    vka_cspace_make_path(vka, object->cptr, &path);
    seL4_Error error = seL4_CNode_Delete(path.root, path.capPtr, (seL4_Uint8)path.capDepth);
    if (error != seL4_NoError) {
        ZF_LOGE("Failed to delete the object in slot %lu, error %d", object->cptr, (int)error);
        return;
    }
    vka_cspace_free(vka, object->cptr);
    if (object->ut != 0) {
        vka_utspace_free(vka, object->type, object->size_bits, object->ut);
    }
    memset(object, 0, sizeof(*object));
}

/** @return the physical address of an object, VKA_NO_PADDR if it is not known */
static inline uintptr_t vka_object_paddr(vka_t *vka, vka_object_t *object) {
    return vka_utspace_paddr(vka, object->ut, object->type, object->size_bits);
}

/** @return log2 of the bytes that an object takes, 0 for an unknown type */
static inline seL4_Word vka_get_object_size(seL4_Word type, seL4_Word size_bits) {
    switch (type) {
    case seL4_UntypedObject:
        return size_bits;
    case seL4_TCBObject:
        return seL4_TCBBits;
    case seL4_EndpointObject:
        return seL4_EndpointBits;
    case seL4_NotificationObject:
        return seL4_NotificationBits;
    case seL4_CapTableObject:
        return size_bits + seL4_SlotBits;
    case seL4_X64_HugePageObject:
        return seL4_HugePageBits;
    case seL4_X86_LargePageObject:
        return seL4_LargePageBits;
    case seL4_X86_4K:
    case seL4_X86_PDPTObject:
    case seL4_X64_PML4Object:
    case seL4_X86_PageTableObject:
    case seL4_X86_PageDirectoryObject:
        return seL4_PageBits;
    default:
        ZF_LOGE("Unknown object type %lu", type);
        return 0;
    }
}

#include <vka/kernel_objects.h>
