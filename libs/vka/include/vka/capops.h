/*
 * The CNode invocations on cspacepath_t, one function each.
 *
 * All of them return the kernel's error (0 is success) and name slots by (root, capPtr, capDepth).
 */
#pragma once

#include <vka/object.h>
#include <vka/vka.h>

/** Copy a capability into an empty slot with at most the given rights. */
static inline int vka_cnode_copy(const cspacepath_t *dest, const cspacepath_t *src,
                                 seL4_CapRights_t rights) {
    return seL4_CNode_Copy(dest->root, dest->capPtr, (seL4_Uint8)dest->capDepth, src->root,
                           src->capPtr, (seL4_Uint8)src->capDepth, rights);
}

/** Copy a capability with a badge (endpoint, notification) or a guard (CNode). */
static inline int vka_cnode_mint(const cspacepath_t *dest, const cspacepath_t *src,
                                 seL4_CapRights_t rights, seL4_Word badge) {
    return seL4_CNode_Mint(dest->root, dest->capPtr, (seL4_Uint8)dest->capDepth, src->root,
                           src->capPtr, (seL4_Uint8)src->capDepth, rights, badge);
}

/** Move a capability into an empty slot. */
static inline int vka_cnode_move(const cspacepath_t *dest, const cspacepath_t *src) {
    return seL4_CNode_Move(dest->root, dest->capPtr, (seL4_Uint8)dest->capDepth, src->root,
                           src->capPtr, (seL4_Uint8)src->capDepth);
}

/** Move a capability and set a CNode's guard on the way. */
static inline int vka_cnode_mutate(const cspacepath_t *dest, const cspacepath_t *src,
                                   seL4_Word badge) {
    return seL4_CNode_Mutate(dest->root, dest->capPtr, (seL4_Uint8)dest->capDepth, src->root,
                             src->capPtr, (seL4_Uint8)src->capDepth, badge);
}

/** Move src into pivot and what was in pivot into dest, in one step. */
static inline int vka_cnode_rotate(const cspacepath_t *dest, seL4_Word dest_badge,
                                   const cspacepath_t *pivot, seL4_Word pivot_badge,
                                   const cspacepath_t *src) {
    return seL4_CNode_Rotate(dest->root, dest->capPtr, (seL4_Uint8)dest->capDepth, dest_badge,
                             pivot->root, pivot->capPtr, (seL4_Uint8)pivot->capDepth, pivot_badge,
                             src->root, src->capPtr, (seL4_Uint8)src->capDepth);
}

/** Delete one capability; the object goes with its last one. */
static inline int vka_cnode_delete(const cspacepath_t *src) {
    return seL4_CNode_Delete(src->root, src->capPtr, (seL4_Uint8)src->capDepth);
}

/** Delete everything that was derived from a capability; it stays. */
static inline int vka_cnode_revoke(const cspacepath_t *src) {
    return seL4_CNode_Revoke(src->root, src->capPtr, (seL4_Uint8)src->capDepth);
}

/** Cancel the waiting sends of an endpoint that carry the badge of this capability. */
static inline int vka_cnode_cancelBadgedSends(const cspacepath_t *src) {
    return seL4_CNode_CancelBadgedSends(src->root, src->capPtr, (seL4_Uint8)src->capDepth);
}

/** Move the pending reply capability of the calling thread into an empty slot. */
static inline int vka_cnode_saveCaller(const cspacepath_t *src) {
    return seL4_CNode_SaveCaller(src->root, src->capPtr, (seL4_Uint8)src->capDepth);
}

/** Make objects from an untyped that vka_alloc_untyped() gave, at a path of `window` slots. */
static inline int vka_untyped_retype(vka_object_t *untyped, int type, int size_bits,
                                     int num_objects, const cspacepath_t *dest) {
    return seL4_Untyped_Retype(untyped->cptr, (seL4_Word)type, (seL4_Word)size_bits, dest->root,
                               dest->dest, dest->destDepth, dest->offset, (seL4_Word)num_objects);
}
