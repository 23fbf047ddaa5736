/* CNodes: the operations on slots. The invoked CNode is the root in which the destination is named;
 * the other slots are named from roots among the extra capabilities.
 */
#include "api/api.h"

#include "debug/debug.h"
#include "ipc/ipc.h"
#include "object/object.h"
#include "sched/sched.h"

cap_t cnode_finalise(cap_t cap, bool final) {
    unsigned radix = cap_cnode_radix(cap);
    return final ? cap_zombie_new(cap_object(cap), false, radix, BIT(radix)) : cap_null_new();
}

/* The slot that every operation has: words 0 and 1, from the invoked CNode. */
static outcome_t find_target(const struct invocation *inv, struct resolved *target) {
    outcome_t found = lookup_operation(inv->cap, word_arg(inv, 0), word_arg(inv, 1), false, target);
    if (found != DONE)
        user_error("CNode operation: Target slot invalid.");
    return found;
}

/* ---- operations on one slot ---- */

/* A preempted operation is called again: its trace record is written only the first time. */
static const slot_t *traced_slot;

static void trace_once(enum trace_kind kind, const struct resolved *at) {
    if (traced_slot != at->slot && !slot_is_empty(at->slot))
        trace(slot, kind, at);
}

static outcome_t remember_if_preempted(outcome_t outcome, const slot_t *slot) {
    traced_slot = outcome == PREEMPTED ? slot : NULL;
    return outcome;
}

outcome_t cnode_revoke(struct invocation *inv) {
    struct resolved at;
    if (find_target(inv, &at) != DONE)
        return FAILED;
    trace_once(record_revoke, &at);
    return remember_if_preempted(slot_revoke(at.slot), at.slot);
}

outcome_t cnode_delete(struct invocation *inv) {
    struct resolved at;
    if (find_target(inv, &at) != DONE)
        return FAILED;
    trace_once(record_delete, &at);
    return remember_if_preempted(slot_delete(at.slot), at.slot);
}

outcome_t cnode_cancel_badged(struct invocation *inv) {
    struct resolved at;
    if (find_target(inv, &at) != DONE)
        return FAILED;
    cap_t cap = at.slot->cap;
    if (cap_type(cap) != cap_endpoint || cap_rights(cap) != RIGHTS_ALL) {
        user_error("CNode CancelBadgedSends: Target cap invalid.");
        return fail_illegal();
    }
    trace(slot, record_cancel, &at);
    if (cap_badge(cap) != 0)
        ipc_cancel_badged(cap_object(cap), cap_badge(cap));
    return DONE;
}

outcome_t cnode_save_caller(struct invocation *inv) {
    struct resolved at;
    if (find_target(inv, &at) != DONE)
        return FAILED;
    if (slot_require_empty(at.slot) != DONE) {
        user_error("CNode SaveCaller: Destination slot not empty.");
        return FAILED;
    }
    slot_t *caller = tcb_slot(current_thread, tcb_caller);
    if (slot_is_empty(caller)) {
        user_error("CNode SaveCaller: Reply cap not present.");
        return DONE;
    }
    slot_move(at.slot, caller->cap, caller);
    trace(slot, record_savecaller, &at);
    return DONE;
}

/* ---- Copy, Mint, Move, Mutate: from a source slot to an empty destination ---- */

struct transfer {
    struct resolved dest, source;
};

static outcome_t truncated(void) {
    user_error("CNode Copy/Mint/Move/Mutate: Truncated message.");
    return fail_truncated();
}

static outcome_t find_source(const struct invocation *inv, struct resolved *source) {
    word_t depth = word_arg(inv, 3);
    if (lookup_operation(cap_arg(inv, 0), word_arg(inv, 2), depth, true, source) != DONE) {
        user_error("CNode Copy/Mint/Move/Mutate: Invalid source slot.");
        return FAILED;
    }
    if (slot_is_empty(source->slot)) {
        user_error("CNode Copy/Mint/Move/Mutate: Source slot invalid or empty.");
        return fail_lookup_missing(true, depth);
    }
    return DONE;
}

/* @p words: how many the operation takes; the check comes after those of the two slots. */
static outcome_t decode_transfer(const struct invocation *inv, unsigned words,
                                 struct transfer *transfer) {
    if (find_target(inv, &transfer->dest) != DONE)
        return FAILED;
    if (inv->length < 4 || inv->extra_count < 1)
        return truncated();
    if (slot_require_empty(transfer->dest.slot) != DONE) {
        user_error("CNode Copy/Mint/Move/Mutate: Destination not empty.");
        return FAILED;
    }
    if (find_source(inv, &transfer->source) != DONE)
        return FAILED;
    return inv->length < words ? truncated() : DONE;
}

static outcome_t require_valid(cap_t cap) {
    if (cap_type(cap) == cap_null) {
        user_error("CNode Copy/Mint/Move/Mutate: Mutated cap would be invalid.");
        return fail_illegal();
    }
    return DONE;
}

/* Inserts what deriving from @p cap, the source's capability as changed by the operation, gives. */
static outcome_t insert_copy(enum trace_kind kind, const struct transfer *transfer, cap_t cap) {
    cap_t copy;
    if (cap_derive(transfer->source.slot, cap, &copy) != DONE) {
        user_error("Error deriving cap for CNode %s operation.",
                   kind == record_copy ? "Copy" : "Mint");
        return FAILED;
    }
    if (require_valid(copy) != DONE)
        return FAILED;
    slot_insert(transfer->dest.slot, copy, transfer->source.slot);
    trace(derive, kind, transfer->source.slot, &transfer->dest);
    return DONE;
}

outcome_t cnode_copy(struct invocation *inv) {
    struct transfer transfer;
    if (decode_transfer(inv, 5, &transfer) != DONE)
        return FAILED;
    cap_t cap = cap_mask_rights(transfer.source.slot->cap, word_arg(inv, 4));
    return insert_copy(record_copy, &transfer, cap);
}

outcome_t cnode_mint(struct invocation *inv) {
    struct transfer transfer;
    if (decode_transfer(inv, 6, &transfer) != DONE)
        return FAILED;
    cap_t cap = cap_mask_rights(transfer.source.slot->cap, word_arg(inv, 4));
    return insert_copy(record_mint, &transfer, cap_update_data(cap, word_arg(inv, 5), false));
}

outcome_t cnode_move(struct invocation *inv) {
    struct transfer transfer;
    if (decode_transfer(inv, 4, &transfer) != DONE)
        return FAILED;
    slot_move(transfer.dest.slot, transfer.source.slot->cap, transfer.source.slot);
    trace(derive, record_move, transfer.source.slot, &transfer.dest);
    return DONE;
}

outcome_t cnode_mutate(struct invocation *inv) {
    struct transfer transfer;
    if (decode_transfer(inv, 5, &transfer) != DONE)
        return FAILED;
    cap_t cap = cap_update_data(transfer.source.slot->cap, word_arg(inv, 4), true);
    if (require_valid(cap) != DONE)
        return FAILED;
    slot_move(transfer.dest.slot, cap, transfer.source.slot);
    trace(derive, record_mutate, transfer.source.slot, &transfer.dest);
    return DONE;
}

/* ---- Rotate: source to pivot, pivot to destination, which may be the source ---- */

struct rotation {
    struct resolved dest, pivot;
    slot_t *source;
    cap_t pivot_cap, source_cap; /* as they arrive, in dest and pivot */
};

static outcome_t find_rotation_slots(const struct invocation *inv, struct rotation *rotation) {
    struct resolved source;
    if (lookup_operation(cap_arg(inv, 1), word_arg(inv, 6), word_arg(inv, 7), true, &source) !=
            DONE ||
        lookup_operation(cap_arg(inv, 0), word_arg(inv, 3), word_arg(inv, 4), true,
                         &rotation->pivot) != DONE)
        return FAILED;
    rotation->source = source.slot;
    return DONE;
}

static outcome_t check_rotation(const struct invocation *inv, const struct rotation *rotation) {
    const slot_t *dest = rotation->dest.slot, *pivot = rotation->pivot.slot;
    if (pivot == rotation->source || pivot == dest) {
        user_error("CNode Rotate: Pivot slot the same as source or dest slot.");
        return fail_illegal();
    }
    if (dest != rotation->source && slot_require_empty(dest) != DONE)
        return FAILED;
    if (slot_is_empty(rotation->source))
        return fail_lookup_missing(true, word_arg(inv, 7));
    if (slot_is_empty(pivot))
        return fail_lookup_missing(false, word_arg(inv, 4));
    return DONE;
}

static void rotate(struct rotation *rotation) {
    slot_t *dest = rotation->dest.slot, *pivot = rotation->pivot.slot;
    if (rotation->source == dest) {
        slot_swap(dest, rotation->pivot_cap, pivot, rotation->source_cap);
    } else {
        slot_move(dest, rotation->pivot_cap, pivot);
        slot_move(pivot, rotation->source_cap, rotation->source);
    }
    trace(derive, record_rotate, pivot, &rotation->dest);
    trace(derive, record_rotate, rotation->source, &rotation->pivot);
}

outcome_t cnode_rotate(struct invocation *inv) {
    struct rotation rotation;
    if (find_target(inv, &rotation.dest) != DONE)
        return FAILED;
    if (inv->length < 8 || inv->extra_count < 2) {
        user_error("CNode Rotate: Truncated message.");
        return fail_truncated();
    }
    if (find_rotation_slots(inv, &rotation) != DONE || check_rotation(inv, &rotation) != DONE)
        return FAILED;
    rotation.source_cap = cap_update_data(rotation.source->cap, word_arg(inv, 5), true);
    rotation.pivot_cap = cap_update_data(rotation.pivot.slot->cap, word_arg(inv, 2), true);
    if (cap_type(rotation.source_cap) == cap_null || cap_type(rotation.pivot_cap) == cap_null) {
        user_error("CNode Rotate: Source or pivot cap would be invalid.");
        return fail_illegal();
    }
    rotate(&rotation);
    return DONE;
}
