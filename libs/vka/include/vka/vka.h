/*
 * The allocator interface: where capability slots and kernel objects come from.
 *
 * A vka_t is a table of function pointers over one data pointer, so that code which needs objects
 * does not know the allocator behind it. The allocator answers 0 for success; on failure it has
 * changed nothing and what it was asked to fill in is not to be used. A `cookie` (the `ut` of a
 * vka_object_t) is the allocator's own name for the memory of one object.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <utils/util.h>
#include <vka/cspacepath_t.h>

/* What vka_utspace_paddr() answers when an address is not known; no object is at an odd address. */
#define VKA_NO_PADDR 1

typedef int (*vka_cspace_alloc_fn)(void *data, seL4_CPtr *res);
typedef void (*vka_cspace_make_path_fn)(void *data, seL4_CPtr slot, cspacepath_t *res);
typedef void (*vka_cspace_free_fn)(void *data, seL4_CPtr slot);
typedef int (*vka_utspace_alloc_fn)(void *data, const cspacepath_t *dest, seL4_Word type,
                                    seL4_Word size_bits, seL4_Word *res);
typedef int (*vka_utspace_alloc_maybe_device_fn)(void *data, const cspacepath_t *dest,
                                                 seL4_Word type, seL4_Word size_bits,
                                                 bool can_use_dev, seL4_Word *res);
typedef int (*vka_utspace_alloc_at_fn)(void *data, const cspacepath_t *dest, seL4_Word type,
                                       seL4_Word size_bits, uintptr_t paddr, seL4_Word *cookie);
typedef void (*vka_utspace_free_fn)(void *data, seL4_Word type, seL4_Word size_bits,
                                    seL4_Word target);
typedef uintptr_t (*vka_utspace_paddr_fn)(void *data, seL4_Word target, seL4_Word type,
                                          seL4_Word size_bits);

typedef struct vka {
    void *data;
    vka_cspace_alloc_fn cspace_alloc;
    vka_cspace_make_path_fn cspace_make_path;
    vka_utspace_alloc_fn utspace_alloc;
    vka_utspace_alloc_maybe_device_fn utspace_alloc_maybe_device;
    vka_utspace_alloc_at_fn utspace_alloc_at;
    vka_cspace_free_fn cspace_free;
    vka_utspace_free_fn utspace_free;
    vka_utspace_paddr_fn utspace_paddr;
} vka_t;

/* Every wrapper starts alike: no table or no such entry is one log line and the error value. */
#define VKA_REQUIRE(vka, member, failure)                                                          \
    do {                                                                                           \
        if ((vka) == NULL || (vka)->member == NULL) {                                              \
            ZF_LOGE("vka has no " #member);                                                        \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

/**
 * Take an empty slot.
 * @param res  receives its address
 * @return 0, or -1 if no slot is left
 */
static inline int vka_cspace_alloc(vka_t *vka, seL4_CPtr *res) {
    VKA_REQUIRE(vka, cspace_alloc, -1);
    return vka->cspace_alloc(vka->data, res);
}

/** Write out the full path of a slot of this allocator's CSpace. */
static inline void vka_cspace_make_path(vka_t *vka, seL4_CPtr slot, cspacepath_t *res) {
    VKA_REQUIRE(vka, cspace_make_path, );
    vka->cspace_make_path(vka->data, slot, res);
}

/**
 * Take an empty slot and write out its full path.
 * @return 0, or -1 if no slot is left
 */
static inline int vka_cspace_alloc_path(vka_t *vka, cspacepath_t *res) {
    seL4_CPtr slot;
    int error = vka_cspace_alloc(vka, &slot);
    if (error == 0) {
        vka_cspace_make_path(vka, slot, res);
    }
    return error;
}

/**
 * Give a slot back; it must be empty. In debug builds a slot that still holds a capability aborts
 * the program, because whoever is given the slot next would fail far from the mistake.
 */
static inline void vka_cspace_free(vka_t *vka, seL4_CPtr slot) {
    VKA_REQUIRE(vka, cspace_free, );
#ifdef CONFIG_DEBUG_BUILD
    if (seL4_DebugCapIdentify(slot) != 0) {
        ZF_LOGF("slot is freed but not empty: delete its capability first");
    }
#endif
    vka->cspace_free(vka->data, slot);
}

/** As vka_cspace_free(), by path. */
static inline void vka_cspace_free_path(vka_t *vka, cspacepath_t path) {
    vka_cspace_free(vka, path.capPtr);
}

/**
 * Make a kernel object in an empty slot.
 * @param dest       the slot
 * @param type       object type number
 * @param size_bits  log2 of its size in bytes (for a CNode log2 of its slots)
 * @param res        receives the cookie for its memory
 * @return 0, or -1 if memory or bookkeeping space is used up
 */
static inline int vka_utspace_alloc(vka_t *vka, const cspacepath_t *dest, seL4_Word type,
                                    seL4_Word size_bits, seL4_Word *res) {
    VKA_REQUIRE(vka, utspace_alloc, -1);
    return vka->utspace_alloc(vka->data, dest, type, size_bits, res);
}

/** As vka_utspace_alloc(), where memory that the kernel cannot use for objects is good enough. */
static inline int vka_utspace_alloc_maybe_device(vka_t *vka, const cspacepath_t *dest,
                                                 seL4_Word type, seL4_Word size_bits,
                                                 bool can_use_dev, seL4_Word *res) {
    VKA_REQUIRE(vka, utspace_alloc_maybe_device, -1);
    return vka->utspace_alloc_maybe_device(vka->data, dest, type, size_bits, can_use_dev, res);
}

/**
 * Make a kernel object at a given physical address, of RAM or of a device.
 * @param paddr  aligned to the object's size
 * @return 0, or -1 if that memory is in use, unknown, or may not hold such an object
 */
static inline int vka_utspace_alloc_at(vka_t *vka, const cspacepath_t *dest, seL4_Word type,
                                       seL4_Word size_bits, uintptr_t paddr, seL4_Word *cookie) {
    VKA_REQUIRE(vka, utspace_alloc_at, -1);
    return vka->utspace_alloc_at(vka->data, dest, type, size_bits, paddr, cookie);
}

/** Give an object's memory back; its capability must have been deleted. */
static inline void vka_utspace_free(vka_t *vka, seL4_Word type, seL4_Word size_bits,
                                    seL4_Word target) {
    VKA_REQUIRE(vka, utspace_free, );
    vka->utspace_free(vka->data, type, size_bits, target);
}

/** @return the physical address of an object, VKA_NO_PADDR if it is not known */
static inline uintptr_t vka_utspace_paddr(vka_t *vka, seL4_Word target, seL4_Word type,
                                          seL4_Word size_bits) {
    VKA_REQUIRE(vka, utspace_paddr, VKA_NO_PADDR);
    return vka->utspace_paddr(vka->data, target, type, size_bits);
}
