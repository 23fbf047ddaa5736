/* The derivation tree: which capability came from which, kept as one list a tree.
 *
 * The descendants of a slot directly follow it in its list, so the tree needs no pointers to
 * parents or children: the children of a slot are the following slots for which slot_is_parent()
 * holds, up to the first for which it does not. That rule looks only at the two capabilities and
 * two bits of the slots. Invariants: prev and next of neighbours agree; a slot without a capability
 * is in no list; the bits "revocable" and "first badged" are set as the ABI sheet says in 8.4.
 */
#include "cap/cap.h"

#include "debug/debug.h"

static void set_next(slot_t *slot, const slot_t *next) {
    slot->next_bits = (word_t)next | (slot->next_bits & SLOT_FLAGS);
}

static void link_after(slot_t *slot, slot_t *before, word_t flags) {
    slot_t *next = slot_next(before);
    slot->prev = (word_t)before;
    slot->next_bits = (word_t)next | flags;
    set_next(before, slot);
    if (next != NULL)
        next->prev = (word_t)slot;
}

/* ---- who is whose relative ---- */

/* Blocks are aligned to their size: one lies in another if it is no larger and begins in it. */
static bool contains(cap_t outer, cap_t inner) {
    word_t distance = (word_t)cap_object(outer) ^ (word_t)cap_object(inner);
    unsigned bits = cap_object_bits(outer);
    return distance >> bits == 0 && cap_object_bits(inner) <= bits;
}

bool cap_same_object(cap_t a, cap_t b) {
    if (cap_type(a) != cap_type(b))
        return false;
    switch (cap_type(a)) {
    case cap_null:
    case cap_zombie: return false; /* always the last of its object */
    case cap_irq_handler:
    case cap_io_port: return a.word[1] == b.word[1];
    case cap_untyped:
    case cap_frame:
    case cap_cnode:
        return cap_object(a) == cap_object(b) && cap_object_bits(a) == cap_object_bits(b);
    default: return cap_object(a) == cap_object(b);
    }
}

static bool same_region(cap_t a, cap_t b) {
    switch (cap_type(a)) {
    case cap_untyped: return cap_is_physical(b) && contains(a, b);
    case cap_frame: return cap_type(b) == cap_frame && contains(a, b);
    case cap_irq_control: return cap_type(b) == cap_irq_control || cap_type(b) == cap_irq_handler;
    case cap_io_port_control:
        return cap_type(b) == cap_io_port_control || cap_type(b) == cap_io_port;
    default: return cap_same_object(a, b);
    }
}

bool slot_is_parent(const slot_t *a, const slot_t *b) {
    if (!(a->next_bits & SLOT_REVOCABLE) || !same_region(a->cap, b->cap))
        return false;
    if (!cap_is_badged(a->cap) || cap_badge(a->cap) == 0)
        return true;
    return cap_badge(a->cap) == cap_badge(b->cap) && !(b->next_bits & SLOT_FIRST_BADGED);
}

bool slot_has_children(const slot_t *slot) {
    const slot_t *next = slot_next(slot);
    return next != NULL && slot_is_parent(slot, next);
}

bool slot_is_final(const slot_t *slot) {
    const slot_t *prev = slot_prev(slot), *next = slot_next(slot);
    return (prev == NULL || !cap_same_object(prev->cap, slot->cap)) &&
           (next == NULL || !cap_same_object(slot->cap, next->cap));
}

bool slot_is_long_delete(const slot_t *slot) {
    enum cap_type type = cap_type(slot->cap);
    return type == cap_zombie || ((type == cap_cnode || type == cap_thread) && slot_is_final(slot));
}

outcome_t slot_require_childless(const slot_t *slot) {
    return slot_has_children(slot) ? fail_revoke_first() : DONE;
}

outcome_t slot_require_empty(const slot_t *slot) {
    return slot_is_empty(slot) ? DONE : fail_delete_first();
}

/* ---- coming, moving and going ---- */

/* A plain copy cannot revoke its copies; a new badge, or a copy of an untyped, starts a family. */
static bool starts_family(cap_t copy, cap_t source) {
    return cap_is_badged(copy) ? cap_badge(copy) != cap_badge(source)
                               : cap_type(copy) == cap_untyped;
}

void slot_insert(slot_t *dest, cap_t cap, slot_t *source) {
    kassert(slot_is_empty(dest));
    word_t flags = starts_family(cap, source->cap) ? SLOT_FLAGS : 0;
    if (cap_type(cap) == cap_untyped && cap_same_object(cap, source->cap))
        source->cap.word[1] = BIT(cap_untyped_bits(cap)); /* the memory is now the copy's to use */
    dest->cap = cap;
    link_after(dest, source, flags);
}

void slot_insert_child(slot_t *dest, cap_t cap, slot_t *parent) {
    kassert(slot_is_empty(dest));
    dest->cap = cap;
    /* An ASID pool cannot be revoked: the genuine kernel makes it look like a copy (sheet 14b). */
    link_after(dest, parent, cap_type(cap) == cap_asid_pool ? 0 : SLOT_FLAGS);
}

void slot_insert_root(slot_t *dest, cap_t cap) {
    kassert(slot_is_empty(dest));
    *dest = (slot_t){.cap = cap, .next_bits = SLOT_FLAGS};
}

void slot_move(slot_t *dest, cap_t cap, slot_t *source) {
    kassert(slot_is_empty(dest));
    slot_t *prev = slot_prev(source), *next = slot_next(source);
    *dest = (slot_t){.cap = cap, .prev = source->prev, .next_bits = source->next_bits};
    if (prev != NULL)
        set_next(prev, dest);
    if (next != NULL)
        next->prev = (word_t)dest;
    *source = (slot_t){0};
}

void slot_swap(slot_t *a, cap_t cap_for_a, slot_t *b, cap_t cap_for_b) {
    slot_t aside = {0}; /* stands in the list, so that neighbours need no care */
    slot_move(&aside, cap_for_b, a);
    slot_move(a, cap_for_a, b);
    slot_move(b, cap_for_b, &aside);
}

void slot_unlink(slot_t *slot) {
    slot_t *prev = slot_prev(slot), *next = slot_next(slot);
    if (prev != NULL)
        set_next(prev, next);
    if (next != NULL) {
        next->prev = (word_t)prev;
        /* Without the one that began its family, the next copy begins it: it must not fall to
         * another capability that was minted with the same badge. */
        next->next_bits |= slot->next_bits & SLOT_FIRST_BADGED;
    }
    *slot = (slot_t){0};
}
