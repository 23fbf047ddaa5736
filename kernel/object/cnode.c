/* CNodes: the operations on slots. The invoked CNode is the root in which the destination is named;
 * the other slots are named from roots among the extra capabilities.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "ipc/ipc.h"
#include "sched/sched.h"

cap_t cnode_finalise(cap_t cap) {
    unsigned radix = cap_cnode_radix(cap);
    return cap_zombie_new(cap_object(cap), false, radix, BIT(radix));
}

/* The slot that every operation has: words 0 and 1, from the invoked CNode. */
static inline outcome_t find_target(const struct invocation *inv, struct resolved *target) {
    if (slot_arg(inv, inv->cap, 0, false, target) != DONE)
        return refuse(FAILED, "CNode operation: Target slot invalid.");
    return DONE;
}

/* ---- operations on one slot ---- */

/* A preempted operation is called again: its trace record is written only the first time. */
static const slot_t *preempted_slot;

static inline outcome_t long_operation(const struct invocation *inv, enum trace_kind kind,
                                       outcome_t (*operation)(slot_t *)) {
    struct resolved at;
    TRY(find_target(inv, &at));
    if (preempted_slot != at.slot && !slot_is_empty(at.slot))
        trace(slot, kind, &at);
    outcome_t outcome = operation(at.slot);
    preempted_slot = outcome == PREEMPTED ? at.slot : NULL;
    return outcome;
}

outcome_t cnode_revoke(struct invocation *inv) {
    return long_operation(inv, record_revoke, slot_revoke);
}

outcome_t cnode_delete(struct invocation *inv) {
    return long_operation(inv, record_delete, slot_delete);
}

outcome_t cnode_cancel_badged(struct invocation *inv) {
    struct resolved at;
    TRY(find_target(inv, &at));
    cap_t cap = at.slot->cap;
    if (cap_type(cap) != cap_endpoint || cap_rights(cap) != RIGHTS_ALL)
        return refuse(fail_illegal(), "CNode CancelBadgedSends: Target cap invalid.");
    trace(slot, record_cancel, &at);
    if (cap_badge(cap) != 0)
        ipc_cancel_badged(cap_object(cap), cap_badge(cap));
    return DONE;
}

outcome_t cnode_save_caller(struct invocation *inv) {
    struct resolved at;
    TRY(find_target(inv, &at));
    if (slot_require_empty(at.slot) != DONE)
        return refuse(FAILED, "CNode SaveCaller: Destination slot not empty.");
    slot_t *caller = tcb_slot(current_thread, tcb_caller);
    if (slot_is_empty(caller))
        return refuse(DONE, "CNode SaveCaller: Reply cap not present.");
    slot_move(at.slot, caller->cap, caller);
    trace(slot, record_savecaller, &at);
    return DONE;
}

/* ---- Copy, Mint, Move, Mutate: from a source slot to an empty destination ---- */

static const struct transfer {
    enum trace_kind kind;
    const char *name;    /* for the console, if the source is copied */
    bool masks, updates; /* word 4 has new rights; the last word a new badge or guard */
    bool moves;
    uint8_t words; /* how many there must be */
} transfers[] = {
    [label_cnode_copy - label_cnode_copy] = {record_copy, "Copy", true, false, false, 5},
    [label_cnode_mint - label_cnode_copy] = {record_mint, "Mint", true, true, false, 6},
    [label_cnode_move - label_cnode_copy] = {record_move, NULL, false, false, true, 4},
    [label_cnode_mutate - label_cnode_copy] = {record_mutate, NULL, false, true, true, 5},
};

/* That there are words enough for the operation is checked after the two slots. */
static outcome_t find_slots(const struct invocation *inv, unsigned words, struct resolved *dest,
                            struct resolved *source) {
    TRY(find_target(inv, dest));
    if (inv->length < 4 || inv->extra_count < 1)
        return refuse(fail_truncated(), "CNode Copy/Mint/Move/Mutate: Truncated message.");
    if (slot_require_empty(dest->slot) != DONE)
        return refuse(FAILED, "CNode Copy/Mint/Move/Mutate: Destination not empty.");
    if (slot_arg(inv, cap_arg(inv, 0), 2, true, source) != DONE)
        return refuse(FAILED, "CNode Copy/Mint/Move/Mutate: Invalid source slot.");
    if (slot_is_empty(source->slot))
        return refuse(fail_lookup_missing(true, word_arg(inv, 3)),
                      "CNode Copy/Mint/Move/Mutate: Source slot invalid or empty.");
    if (inv->length < words)
        return refuse(fail_truncated(), "CNode Copy/Mint/Move/Mutate: Truncated message.");
    return DONE;
}

outcome_t cnode_transfer(struct invocation *inv) {
    const struct transfer *how = &transfers[inv->label - label_cnode_copy];
    struct resolved dest, from;
    TRY(find_slots(inv, how->words, &dest, &from));
    slot_t *source = from.slot;
    cap_t cap = source->cap;
    if (how->masks)
        cap = cap_mask_rights(cap, word_arg(inv, 4));
    if (how->updates)
        cap = cap_update_data(cap, word_arg(inv, how->words - 1), how->moves);
    if (!how->moves && cap_derive(source, cap, &cap) != DONE)
        return refuse(FAILED, "Error deriving cap for CNode %s operation.", how->name);
    if (cap_type(cap) == cap_null)
        return refuse(fail_illegal(), "CNode Copy/Mint/Move/Mutate: Mutated cap would be invalid.");
    if (how->moves)
        slot_move(dest.slot, cap, source);
    else
        slot_insert(dest.slot, cap, source);
    trace(derive, how->kind, source, &dest);
    return DONE;
}

/* ---- Rotate: source to pivot, pivot to destination, which may be the source ---- */

static outcome_t decode_rotation(const struct invocation *inv, struct resolved *dest,
                                 struct resolved *pivot, struct resolved *source) {
    TRY(find_target(inv, dest));
    if (inv->length < 8 || inv->extra_count < 2)
        return refuse(fail_truncated(), "CNode Rotate: Truncated message.");
    TRY(slot_arg(inv, cap_arg(inv, 1), 6, true, source));
    TRY(slot_arg(inv, cap_arg(inv, 0), 3, true, pivot));
    if (pivot->slot == source->slot || pivot->slot == dest->slot)
        return refuse(fail_illegal(), "CNode Rotate: Pivot slot the same as source or dest slot.");
    if (dest->slot != source->slot)
        TRY(slot_require_empty(dest->slot));
    if (slot_is_empty(source->slot))
        return fail_lookup_missing(true, word_arg(inv, 7));
    return slot_is_empty(pivot->slot) ? fail_lookup_missing(false, word_arg(inv, 4)) : DONE;
}

outcome_t cnode_rotate(struct invocation *inv) {
    struct resolved to, over, from;
    TRY(decode_rotation(inv, &to, &over, &from));
    slot_t *dest = to.slot, *pivot = over.slot, *source = from.slot;
    cap_t to_pivot = cap_update_data(source->cap, word_arg(inv, 5), true);
    cap_t to_dest = cap_update_data(pivot->cap, word_arg(inv, 2), true);
    if (cap_type(to_pivot) == cap_null || cap_type(to_dest) == cap_null)
        return refuse(fail_illegal(), "CNode Rotate: Source or pivot cap would be invalid.");
    if (source == dest) {
        slot_swap(dest, to_dest, pivot, to_pivot);
    } else {
        slot_move(dest, to_dest, pivot);
        slot_move(pivot, to_pivot, source);
    }
    trace(derive, record_rotate, pivot, &to);
    trace(derive, record_rotate, source, &over);
    return DONE;
}
