/*
 * New capabilities to an object that vka already allocated.
 *
 * On success `result` names a newly allocated slot that belongs to the caller; on failure no slot
 * stays allocated.
 */
#pragma once

#include <vka/capops.h>
#include <vka/object.h>

/**
 * Mint an object of one allocator's CSpace into a new slot of another's.
 * @param rights  rights of the new capability
 * @param badge   badge or guard of the new capability
 * @return 0, or an error number; then result is not to be used
 */
static inline int vka_mint_object_inter_cspace(vka_t *src_vka, vka_object_t *object,
                                               vka_t *dest_vka, cspacepath_t *result,
                                               seL4_CapRights_t rights, seL4_Word badge) {
    cspacepath_t src;
    int error = vka_cspace_alloc_path(dest_vka, result);
    if (error != 0) {
        return error;
    }
    vka_cspace_make_path(src_vka, object->cptr, &src);
    error = vka_cnode_mint(result, &src, rights, badge);
    if (error != 0) {
        vka_cspace_free_path(dest_vka, *result);
    }
    return error;
}

/** As vka_mint_object_inter_cspace(), within one CSpace. */
static inline int vka_mint_object(vka_t *vka, vka_object_t *object, cspacepath_t *result,
                                  seL4_CapRights_t rights, seL4_Word badge) {
    return vka_mint_object_inter_cspace(vka, object, vka, result, rights, badge);
}

/** Copy an object's capability into a new slot, with at most the given rights. */
static inline int vka_copy_object(vka_t *vka, vka_object_t *object, cspacepath_t *result,
                                  seL4_CapRights_t rights) {
    cspacepath_t src;
    int error = vka_cspace_alloc_path(vka, result);
    if (error != 0) {
        return error;
    }
    vka_cspace_make_path(vka, object->cptr, &src);
    error = vka_cnode_copy(result, &src, rights);
    if (error != 0) {
        vka_cspace_free_path(vka, *result);
    }
    return error;
}
