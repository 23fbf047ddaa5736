/* The allocator's front: it turns a shortage of one part into work of another. */
#include <allocman/allocman.h>
#include <utils/zf_log.h>
#include "virtual_pool.h"

static void set_error(int *error, int value) {
    if (error != NULL) {
        *error = value;
    }
}

void *allocman_mspace_alloc(allocman_t *alloc, size_t bytes, int *error) {
    virtual_pool_grow(alloc, bytes);
    void *memory = mspace_alloc(&alloc->memory, bytes);
    set_error(error, memory == NULL ? -1 : 0);
    return memory;
}

void allocman_mspace_free(allocman_t *alloc, void *ptr, size_t bytes) {
    mspace_free(&alloc->memory, ptr, bytes);
}

int allocman_cspace_alloc(allocman_t *alloc, cspacepath_t *slot) {
    seL4_CPtr found;
    int error = slots_alloc(&alloc->slots, &found);

    if (error != 0 && utspace_join(&alloc->untypeds)) {
        error = slots_alloc(&alloc->slots, &found);
    }
    if (error == 0) {
        *slot = slots_path(&alloc->slots, found);
    }
    return error;
}

void allocman_cspace_free(allocman_t *alloc, const cspacepath_t *slot) {
    if (slots_free(&alloc->slots, slot->capPtr) != 0) {
        ZF_LOGE("Slot %lu is freed but was not allocated", slot->capPtr);
    }
}

cspacepath_t allocman_cspace_make_path(allocman_t *alloc, seL4_CPtr slot) {
    return slots_path(&alloc->slots, slot);
}

seL4_Word allocman_utspace_alloc(allocman_t *alloc, size_t size_bits, seL4_Word type,
                                 const cspacepath_t *path, bool can_use_dev, int *error) {
    int result;

    virtual_pool_grow(alloc, 0);
    struct ut_piece *piece =
        utspace_alloc(&alloc->untypeds, path, type, size_bits, can_use_dev, &result);
    set_error(error, result);
    return (seL4_Word)piece;
}

seL4_Word allocman_utspace_alloc_at(allocman_t *alloc, size_t size_bits, seL4_Word type,
                                    const cspacepath_t *path, uintptr_t paddr, int *error) {
    int result;

    virtual_pool_grow(alloc, 0);
    struct ut_piece *piece =
        utspace_alloc_at(&alloc->untypeds, path, type, size_bits, paddr, &result);
    set_error(error, result);
    return (seL4_Word)piece;
}

void allocman_utspace_free(allocman_t *alloc, seL4_Word cookie, size_t size_bits) {
    (void)size_bits; /* the piece knows */
    utspace_free(&alloc->untypeds, (struct ut_piece *)cookie);
}

uintptr_t allocman_utspace_paddr(allocman_t *alloc, seL4_Word cookie, size_t size_bits) {
    (void)alloc;
    (void)size_bits;
    return ((struct ut_piece *)cookie)->paddr;
}

int allocman_utspace_add_uts(allocman_t *alloc, size_t num, const cspacepath_t *uts,
                             size_t *size_bits, uintptr_t *paddr, int ut_kind) {
    for (size_t i = 0; i < num; i++) {
        virtual_pool_grow(alloc, 0);
        if (utspace_add(&alloc->untypeds, uts[i].capPtr, size_bits[i], paddr[i], ut_kind) != 0) {
            return -1;
        }
    }
    return 0;
}
