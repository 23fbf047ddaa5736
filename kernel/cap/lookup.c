/* Capability addresses: walking from CNode to CNode, consuming the bits of a capability pointer.
 *
 * A CNode takes its guard's bits, which must match, then its radix' bits, which choose a slot; a
 * CNode found there goes on with the bits that remain. Invariant: every CNode has at least two
 * slots, so each step consumes a bit and a walk ends after 64, however CNodes point at each other.
 */
#include "cap/cap.h"

#include "object/tcb.h"

/* The uppermost @p bits (0 to 63) of a word. */
static inline word_t first_bits(word_t word, unsigned bits) {
    return word >> 1 >> (WORD_BITS - 1 - bits);
}

/* The CNode @p node does not fit on what is left of the address: the upper @p left of @p ahead. */
static outcome_t fail_at(cap_t node, word_t ahead, unsigned left) {
    unsigned guard_bits = cap_cnode_guard_size(node), bits = guard_bits + cap_cnode_radix(node);
    word_t guard = cap_cnode_guard(node);
    bool guard_fits = guard_bits <= left && first_bits(ahead, guard_bits) == guard;
    current_lookup_failure =
        guard_fits ? (struct lookup_failure){lookup_depth_mismatch, left, 0, bits}
                   : (struct lookup_failure){lookup_guard_mismatch, left, guard, guard_bits};
    return FAILED;
}

outcome_t resolve_address(cap_t root, cptr_t cptr, unsigned depth, struct resolved *result) {
    if (cap_type(root) != cap_cnode) {
        current_lookup_failure = (struct lookup_failure){.type = lookup_invalid_root};
        return FAILED;
    }
    word_t ahead = cptr << (WORD_BITS - depth);
    unsigned left = depth;
    for (cap_t node = root;;) {
        unsigned radix = cap_cnode_radix(node), guard_bits = cap_cnode_guard_size(node);
        if (unlikely(radix + guard_bits > left ||
                     first_bits(ahead, guard_bits) != cap_cnode_guard(node)))
            return fail_at(node, ahead, left);
        ahead <<= guard_bits;
        left -= radix + guard_bits;
        slot_t *slots = cap_object(node), *slot = slots + first_bits(ahead, radix);
        if (left == 0 || cap_type(slot->cap) != cap_cnode) {
            *result = (struct resolved){.slot = slot, .bits_left = left, .cnode = slots};
            return DONE;
        }
        ahead <<= radix;
        node = slot->cap;
    }
}

slot_t *lookup_slot(const struct tcb *thread, cptr_t cptr) {
    struct resolved found;
    cap_t root = tcb_slot(thread, tcb_cspace)->cap;
    return resolve_address(root, cptr, WORD_BITS, &found) == DONE ? found.slot : NULL;
}

outcome_t lookup_operation(cap_t root, word_t index, word_t depth, bool is_source,
                           struct resolved *result) {
    if (cap_type(root) != cap_cnode)
        return fail_lookup_as(is_source, lookup_invalid_root, 0);
    if (depth < 1 || depth > WORD_BITS)
        return fail_range(1, WORD_BITS);
    if (resolve_address(root, index, depth, result) != DONE)
        return fail_lookup(is_source);
    if (result->bits_left != 0)
        return fail_lookup_as(is_source, lookup_depth_mismatch, result->bits_left);
    return DONE;
}
