/* Capability addresses: walking from CNode to CNode, consuming the bits of a capability pointer.
 *
 * A CNode takes its guard's bits, which must match, then its radix' bits, which choose a slot; a
 * CNode found there goes on with the bits that remain. Invariant: every CNode has at least two
 * slots, so each step consumes at least one bit and a walk ends after 64 steps however the CNodes
 * point at each other.
 */
#include "cap/cap.h"

#include "object/tcb.h"

static outcome_t fail_walk(struct lookup_failure why)
{
    current_lookup_failure = why;
    return FAILED;
}

/* Do the topmost bits of the @p left low bits of @p cptr equal the CNode's guard? */
static bool guard_matches(cap_t node, cptr_t cptr, unsigned left)
{
    unsigned size = cap_cnode_guard_size(node);
    if (size == 0) {
        return true;
    }
    return size <= left && ((cptr >> (left - size)) & MASK(size)) == cap_cnode_guard(node);
}

outcome_t resolve_address(cap_t root, cptr_t cptr, unsigned depth, struct resolved *result)
{
    if (cap_type(root) != cap_cnode) {
        return fail_walk((struct lookup_failure){.type = lookup_invalid_root});
    }
    cap_t node = root;
    unsigned left = depth;
    for (;;) {
        unsigned radix = cap_cnode_radix(node), level = radix + cap_cnode_guard_size(node);
        if (!guard_matches(node, cptr, left)) {
            return fail_walk((struct lookup_failure){.type = lookup_guard_mismatch,
                                                     .bits_left = left,
                                                     .guard_found = cap_cnode_guard(node),
                                                     .bits_found = cap_cnode_guard_size(node)});
        }
        if (level > left) {
            return fail_walk((struct lookup_failure){
                .type = lookup_depth_mismatch, .bits_left = left, .bits_found = level});
        }
        left -= level;
        word_t index = (cptr >> left) & MASK(radix);
        slot_t *slot = (slot_t *)cap_object(node) + index;
        if (left == 0 || cap_type(slot->cap) != cap_cnode) {
            *result = (struct resolved){slot, left, cap_object(node), index};
            return DONE;
        }
        node = slot->cap;
    }
}

outcome_t lookup_slot(struct tcb *thread, cptr_t cptr, slot_t **slot)
{
    struct resolved found;
    if (resolve_address(tcb_slot(thread, tcb_cspace)->cap, cptr, WORD_BITS, &found) != DONE) {
        return FAILED;
    }
    *slot = found.slot;
    return DONE;
}

outcome_t lookup_operation(cap_t root, word_t index, word_t depth, bool is_source,
                           struct resolved *result)
{
    if (cap_type(root) != cap_cnode) {
        return fail_lookup_invalid_root(is_source);
    }
    if (depth < 1 || depth > WORD_BITS) {
        return fail_range(1, WORD_BITS);
    }
    if (resolve_address(root, index, depth, result) != DONE) {
        return fail_lookup(is_source);
    }
    if (result->bits_left != 0) {
        current_lookup_failure =
            (struct lookup_failure){.type = lookup_depth_mismatch, .bits_left = result->bits_left};
        return fail_lookup(is_source);
    }
    return DONE;
}

outcome_t lookup_operation_slot(cap_t root, word_t index, word_t depth, bool is_source,
                                slot_t **slot)
{
    struct resolved found;
    if (lookup_operation(root, index, depth, is_source, &found) != DONE) {
        return FAILED;
    }
    *slot = found.slot;
    return DONE;
}
