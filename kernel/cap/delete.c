/* Deleting and revoking capabilities, with no recursion and in bounded steps.
 *
 * Deleting the last capability of a CNode or TCB destroys an object full of capabilities, some of
 * which may again be the last of theirs, in nests as deep as there are objects and in cycles. The
 * kernel's stack is one page, and an interrupt may not wait for all of it. So the state of a
 * destruction lives in the capability slots themselves, as zombies:
 *
 *   A zombie is what the last capability of a CNode or TCB becomes. It counts how many of the
 *   object's slots, from the bottom, may still hold something. Emptying it takes the topmost of
 *   these, over and over. A zombie cannot be invoked or copied, so nobody can put anything into a
 *   dying object; and as it stays in the derivation tree, its memory cannot be reused before the
 *   last slot is empty.
 *
 * The hard case is a slot E of the dying object A that holds the last capability of an object B.
 * All work happens at one slot W, at first the one to be deleted, and W must lead from each object
 * to the next and back. Pointer reversal does that, as in the marking of garbage collectors that
 * have no stack: going from A down to B, three capabilities change places,
 *
 *         W: A      E: B      B's lowest slot: x        (before)
 *         W: B      E: x      B's lowest slot: A        (after)
 *
 * so that W's zombie is now B, whose lowest slot remembers where to go back to, and x waits in A
 * for its turn. B is emptied from the top; when only its lowest slot is left, and that holds a
 * zombie (the way back to A, or just another nested object: there is no difference), W takes it
 * over and B is gone. Each such step empties an object for good or begins one, so it ends.
 *
 * W may itself lie in a dying object, since a CNode can hold its own last capability, or that of
 * one which holds it. Then W's memory, and so that object, must outlive all the others:
 *
 *   - An object that contains W is entered last: its capability is put off to the lowest slot of
 *     the object where it is found.
 *   - When it is entered, its zombie lies in its own memory. It settles in the lowest slot, which
 *     becomes W. So it meets itself when all else is empty, and not before: that the last thing
 *     left is a nested object, for which it would be given up, does not happen to it.
 *
 * Two deletions can be under way at once, both preempted, and one may meet the other's zombies. As
 * a zombie says all there is to know, it simply continues with them; the other finds its slot
 * empty. If the work moved away from the slot that a preempted deletion began at, calling it again
 * does not lead there; but such a slot belongs to an object that no CSpace reaches any more, so it
 * was a Revoke of the untyped below that came there, and that finds every zombie by itself.
 *
 * So that deletions that begin at different slots cannot undo each other's way for ever, one is
 * only preempted after a step that nothing undoes: an object begun, ended, or emptied further.
 * Between two of these there are at most two steps for each zombie that a preempted deletion left.
 */
#include "cap/cap.h"

#include "config.h"
#include "debug/debug.h"
#include "object/object.h"
#include "x86/x86.h"

outcome_t preemption_point(void) {
    static unsigned units;
    if (++units < CONFIG_MAX_NUM_WORK_UNITS_PER_PREEMPTION)
        return DONE;
    units = 0;
    return apic_interrupt_pending() ? PREEMPTED : DONE;
}

/* Takes down what @p cap stands for; @p final: no other capability to the object exists. Returns
 * what stays in the slot: null, or a zombie with slots still to empty. */
static cap_t finalise(cap_t cap, bool final) {
    if (!final && cap_type(cap) != cap_frame) /* each of a frame's has a mapping of its own */
        return cap_null_new();
    if (final)
        trace(life, cap, LIFE_GONE);
    switch (cap_type(cap)) {
    case cap_endpoint: endpoint_finalise(cap); break;
    case cap_notification: notification_finalise(cap); break;
    case cap_frame: frame_finalise(cap); break;
    case cap_page_table:
    case cap_page_directory:
    case cap_pdpt: table_finalise(cap); break;
    case cap_pml4: pml4_finalise(cap); break;
    case cap_asid_pool: asid_pool_finalise(cap); break;
    case cap_cnode: return cnode_finalise(cap);
    case cap_thread: return tcb_finalise(cap);
    case cap_zombie: return cap;
    default: break;
    }
    return cap_null_new();
}

void slot_delete_now(slot_t *slot) {
    cap_t cap = slot->cap;
    bool final = slot_is_final(slot);
    cap_t remainder = finalise(cap, final);
    kassert(cap_type(remainder) == cap_null);
    slot_unlink(slot);
    if (final && cap_type(cap) == cap_irq_handler)
        irq_handler_cleanup(cap);
    else if (final && cap_type(cap) == cap_io_port)
        io_port_cleanup(cap);
}

/* ---- zombies ---- */

static slot_t *zombie_slots(cap_t zombie) { return cap_object(zombie); }

static bool zombie_contains(cap_t zombie, const slot_t *slot) {
    word_t count = cap_zombie_is_tcb(zombie) ? tcb_slot_count : BIT(cap_zombie_radix(zombie));
    return slot >= zombie_slots(zombie) && slot < zombie_slots(zombie) + count;
}

/* The work's place after a zombie came to @p work: another only if that is in its own object. */
static slot_t *zombie_settle(slot_t *work) {
    slot_t *lowest = zombie_slots(work->cap);
    if (work == lowest || !zombie_contains(work->cap, work))
        return work;
    slot_swap(work, lowest->cap, lowest, work->cap);
    return lowest;
}

/* The slot @p nested, topmost of the object that dies at *work, holds the last capability of
 * another: the essay above. True if nothing undoes this step. */
static bool zombie_descend(slot_t **work, slot_t *nested) {
    bool begins = cap_type(nested->cap) != cap_zombie;
    cap_t outer = (*work)->cap;
    cap_t inner = finalise(nested->cap, true);
    slot_t *lowest = zombie_slots(outer), *way_back = zombie_slots(inner);
    nested->cap = inner;
    if (nested != lowest && zombie_contains(inner, *work)) {
        slot_swap(nested, lowest->cap, lowest, inner); /* put off */
        return begins;
    }
    if (nested == lowest) {
        slot_unlink(*work); /* the outer object is gone but for this slot */
        slot_move(*work, inner, nested);
        *work = zombie_settle(*work);
        return true;
    }
    slot_swap(*work, inner, nested, outer);
    slot_swap(nested, way_back->cap, way_back, outer);
    return begins;
}

/* One bounded step towards an empty slot *work, which holds a zombie; *work becomes the slot where
 * the work goes on, and is empty when all is done. True if nothing undoes this step. */
static bool zombie_step(slot_t **work) {
    cap_t zombie = (*work)->cap;
    word_t remaining = cap_zombie_remaining(zombie);
    slot_t *top = zombie_slots(zombie) + remaining - 1;
    if (top != *work && slot_is_long_delete(top))
        return zombie_descend(work, top);
    if (top != *work && !slot_is_empty(top))
        slot_delete_now(top);
    if (remaining > 1)
        (*work)->cap.word[1] = remaining - 1;
    else
        slot_unlink(*work); /* never a zombie of nothing: its lowest slot must serve as way back */
    return true;
}

/* ---- the two operations ---- */

outcome_t slot_delete(slot_t *slot) {
    if (slot_is_empty(slot))
        return DONE;
    if (!slot_is_long_delete(slot)) {
        slot_delete_now(slot);
        return DONE;
    }
    slot->cap = finalise(slot->cap, true);
    slot_t *work = zombie_settle(slot);
    for (;;) {
        bool lasting = zombie_step(&work);
        if (slot_is_empty(work)) {
            kassert(slot_is_empty(slot));
            return DONE;
        }
        if (lasting && preemption_point() == PREEMPTED)
            return PREEMPTED;
    }
}

outcome_t slot_revoke(slot_t *slot) {
    /* If the slot itself dies along the way it is empty, and an empty slot has no children. */
    while (slot_has_children(slot))
        if (slot_delete(slot_next(slot)) == PREEMPTED || preemption_point() == PREEMPTED)
            return PREEMPTED;
    return DONE;
}
