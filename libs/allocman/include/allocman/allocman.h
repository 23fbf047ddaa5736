/*
 * The allocator of root tasks: slots, untyped memory, and room for its own notes.
 *
 * The three parts (cspace/slots.h, utspace/utspace.h, mspace/mspace.h) know nothing of each other's
 * shortages; this level does: when slots or notes run low it joins free untypeds, and when notes
 * run low and a virtual pool is configured it maps further pages for them. Every function leaves
 * all three as they were when it fails.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <allocman/cspace/slots.h>
#include <allocman/mspace/mspace.h>
#include <allocman/utspace/utspace.h>
#include <vka/cspacepath_t.h>

/* Address range that may be filled with pages for notes, from the low end upward. */
struct virtual_pool {
    uintptr_t next; /* first address without a page */
    uintptr_t end;  /* == next: no pool, or used up */
    seL4_CPtr vspace;
    bool growing; /* set while a page is being added, which itself allocates */
};

typedef struct allocman {
    struct mspace memory;
    struct slots slots;
    struct utspace untypeds;
    struct virtual_pool pool;
} allocman_t;

/**
 * Get memory for notes.
 * @param error  receives 0 or -1; may be NULL
 * @return the memory, NULL if there is none
 */
void *allocman_mspace_alloc(allocman_t *alloc, size_t bytes, int *error);

/** Give memory for notes back; `bytes` as when it was got. */
void allocman_mspace_free(allocman_t *alloc, void *ptr, size_t bytes);

/**
 * Take an empty slot.
 * @return 0, or -1 if no slot is left
 */
int allocman_cspace_alloc(allocman_t *alloc, cspacepath_t *slot);

/** Give an empty slot back; one that was not taken is reported and ignored. */
void allocman_cspace_free(allocman_t *alloc, const cspacepath_t *slot);

/** @return the full path of a slot */
cspacepath_t allocman_cspace_make_path(allocman_t *alloc, seL4_CPtr slot);

/**
 * Make an object in a slot.
 * @param size_bits  as for Untyped_Retype
 * @param type       object type number
 * @param path       empty slot
 * @param can_use_dev  whether memory that the kernel cannot touch will do
 * @param error      receives 0 or an error number; may be NULL
 * @return cookie for the memory, 0 on failure
 */
seL4_Word allocman_utspace_alloc(allocman_t *alloc, size_t size_bits, seL4_Word type,
                                 const cspacepath_t *path, bool can_use_dev, int *error);

/** As allocman_utspace_alloc(), at a physical address of RAM or of a device. */
seL4_Word allocman_utspace_alloc_at(allocman_t *alloc, size_t size_bits, seL4_Word type,
                                    const cspacepath_t *path, uintptr_t paddr, int *error);

/** Give an object's memory back; what capabilities to it are left are deleted. */
void allocman_utspace_free(allocman_t *alloc, seL4_Word cookie, size_t size_bits);

/** @return the physical address of the object that a cookie stands for */
uintptr_t allocman_utspace_paddr(allocman_t *alloc, seL4_Word cookie, size_t size_bits);

/**
 * Add untypeds from which nothing has been made.
 * @param num        number of entries of the three arrays
 * @param uts        where their capabilities are, in the CSpace that this allocator manages
 * @param ut_kind    one of ALLOCMAN_UT_*, for all of them
 * @return 0, or -1 if there is no room to note them; those before the failing one are added
 */
int allocman_utspace_add_uts(allocman_t *alloc, size_t num, const cspacepath_t *uts,
                             size_t *size_bits, uintptr_t *paddr, int ut_kind);
