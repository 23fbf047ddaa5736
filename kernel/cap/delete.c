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
 * The work all happens at one slot R, where the caller asked for the deletion, and R must lead from
 * each object to the next and back. Pointer reversal does that, as in the marking of garbage
 * collectors that have no stack: going from A to B, three capabilities change places,
 *
 *         R: A      E: B      B's lowest slot: x        (before)
 *         R: B      E: x      B's lowest slot: A        (after)
 *
 * so that R's zombie is now B, whose lowest slot remembers where to go back to, and x waits in A
 * for its turn. B is emptied from the top; when only its lowest slot is left, and that holds a
 * zombie (the way back to A, or just another nested object: there is no difference), R takes it
 * over and B is gone. Each such step empties an object for good or begins one, so it ends.
 *
 * Two things need care. R itself may lie in a dying object, since a CNode can hold its own last
 * capability, or that of one which holds it: R is then skipped when its turn comes, and that object
 * must outlive the others, because R's memory must. So an object that contains R is never left
 * while work remains (down), and never entered before the rest of the work is done (later). "The
 * lowest slot" means the lowest that is not R. Second, two deletions can be under way at once, both
 * preempted: one may meet the other's zombies. As a zombie says all there is to know, it simply
 * continues with them, and the other finds its slot already empty.
 */
#include "cap/cap.h"

#include "config.h"
#include "debug/debug.h"
#include "object/object.h"
#include "x86/x86.h"

outcome_t preemption_point(void)
{
    static unsigned units;
    if (++units < CONFIG_MAX_NUM_WORK_UNITS_PER_PREEMPTION) {
        return DONE;
    }
    units = 0;
    return apic_interrupt_pending() ? PREEMPTED : DONE;
}

struct finalised cap_finalise(cap_t cap, bool final)
{
    struct finalised result = {cap_null_new(), cap_null_new()};
    switch (cap_type(cap)) {
    case cap_endpoint:
        endpoint_finalise(cap, final);
        break;
    case cap_notification:
        notification_finalise(cap, final);
        break;
    case cap_frame:
        frame_finalise(cap, final);
        break;
    case cap_page_table:
    case cap_page_directory:
    case cap_pdpt:
        table_finalise(cap, final);
        break;
    case cap_pml4:
        pml4_finalise(cap, final);
        break;
    case cap_asid_pool:
        asid_pool_finalise(cap, final);
        break;
    case cap_irq_handler:
    case cap_io_port:
        result.cleanup = final ? cap : cap_null_new();
        break;
    case cap_cnode:
        return cnode_finalise(cap, final);
    case cap_thread:
        return tcb_finalise(cap, final);
    case cap_zombie:
        result.remainder = cap;
        break;
    default:
        break;
    }
    return result;
}

void slot_delete_now(slot_t *slot)
{
    struct finalised result = cap_finalise(slot->cap, slot_is_final(slot));
    kassert(cap_type(result.remainder) == cap_null);
    slot_unlink(slot);
    if (cap_type(result.cleanup) == cap_irq_handler) {
        irq_handler_cleanup(result.cleanup);
    } else if (cap_type(result.cleanup) == cap_io_port) {
        io_port_cleanup(result.cleanup);
    }
}

/* ---- zombies ---- */

static slot_t *zombie_slots(cap_t zombie)
{
    return cap_object(zombie);
}

static bool zombie_contains(cap_t zombie, const slot_t *slot)
{
    word_t count = cap_zombie_is_tcb(zombie) ? tcb_slot_count : BIT(cap_zombie_radix(zombie));
    return slot >= zombie_slots(zombie) && slot < zombie_slots(zombie) + count;
}

/* The lowest slot of the dying object other than the one that the work happens at. */
static slot_t *zombie_lowest(cap_t zombie, const slot_t *work)
{
    slot_t *slots = zombie_slots(zombie);
    return slots == work ? slots + 1 : slots;
}

static cap_t zombie_with(cap_t zombie, word_t remaining)
{
    return cap_zombie_new(cap_object(zombie), cap_zombie_is_tcb(zombie), cap_zombie_radix(zombie),
                          remaining);
}

/* The slot @p nested, topmost of the object that dies at @p work, holds the last capability of
 * another: the essay above. */
static void zombie_descend(slot_t *work, slot_t *nested)
{
    cap_t outer = work->cap;
    cap_t inner = cap_finalise(nested->cap, true).remainder;
    slot_t *lowest = zombie_lowest(outer, work);
    nested->cap = inner;
    if (nested == lowest && !zombie_contains(outer, work)) {
        slot_unlink(work); /* nothing else is left of the outer object */
        slot_move(work, inner, nested);
    } else if (nested != lowest && zombie_contains(inner, work)) {
        slot_swap(nested, lowest->cap, lowest, inner); /* later */
    } else {
        slot_t *way_back = zombie_slots(inner);
        slot_swap(work, inner, nested, outer); /* down */
        slot_swap(nested, way_back->cap, way_back, outer);
    }
}

/* One bounded step towards an empty slot @p work, which holds a zombie. */
static void zombie_step(slot_t *work)
{
    word_t remaining = cap_zombie_remaining(work->cap);
    if (remaining == 0) {
        slot_unlink(work);
        return;
    }
    slot_t *top = zombie_slots(work->cap) + remaining - 1;
    if (top != work && slot_is_long_delete(top)) {
        zombie_descend(work, top);
        return;
    }
    if (top != work && !slot_is_empty(top)) {
        slot_delete_now(top);
    }
    work->cap = zombie_with(work->cap, remaining - 1);
}

/* ---- the two operations ---- */

outcome_t slot_delete(slot_t *slot)
{
    if (slot_is_empty(slot)) {
        return DONE;
    }
    if (!slot_is_long_delete(slot)) {
        slot_delete_now(slot);
        return DONE;
    }
    slot->cap = cap_finalise(slot->cap, true).remainder;
    for (;;) {
        zombie_step(slot);
        if (slot_is_empty(slot)) {
            return DONE;
        }
        if (preemption_point() == PREEMPTED) {
            return PREEMPTED;
        }
    }
}

outcome_t slot_revoke(slot_t *slot)
{
    /* If the slot itself dies along the way it is empty, and an empty slot has no children. */
    while (slot_has_children(slot)) {
        if (slot_delete(slot_next(slot)) == PREEMPTED || preemption_point() == PREEMPTED) {
            return PREEMPTED;
        }
    }
    return DONE;
}
