/* Where a thread finds things: its CSpace, its address space and its IPC buffer.
 *
 * The TCB holds copies of the capabilities given, as their children in the derivation tree, so that
 * revoking the originals takes them away. Everything that can be refused is worked out first into a
 * `struct setup`; putting it in place cannot fail and is not preempted, since a slot whose old
 * content would take long to delete is refused too.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"

struct setup {
    cap_t cap; /* what goes into the TCB's slot: derived from the capability in source */
    slot_t *source;
};

/* ---- checks ---- */

#define BUFFER_ALIGN_BITS 10

/* @p vaddr 0 means no buffer; the frame capability is then not looked at. */
static outcome_t decode_buffer(slot_t *frame, vaddr_t vaddr, struct setup *buffer) {
    *buffer = (struct setup){cap_null_new(), frame};
    if (vaddr == 0)
        return DONE;
    TRY(cap_derive(frame, frame->cap, &buffer->cap));
    if (cap_type(buffer->cap) != cap_frame || cap_frame_is_device(buffer->cap))
        return refuse(fail_illegal(), "IPC Buffer is an invalid cap.");
    if (vaddr & MASK(BUFFER_ALIGN_BITS))
        return refuse(fail_alignment(), "IPC Buffer vaddr 0x%x is not aligned.", (unsigned)vaddr);
    return DONE;
}

/* @p data 0 leaves the capability as it is. */
static outcome_t derive_with(slot_t *source, word_t data, struct setup *setup) {
    cap_t cap = data == 0 ? source->cap : cap_update_data(source->cap, data, false);
    setup->source = source;
    return cap_derive(source, cap, &setup->cap);
}

/* Words 1 and 2: data for CSpace and VSpace, which are extra capabilities 0 and 1. */
static outcome_t decode_spaces(const struct invocation *inv, struct setup *cspace,
                               struct setup *vspace) {
    const tcb_t *tcb = cap_object(inv->cap);
    if (slot_is_long_delete(tcb_slot(tcb, tcb_cspace)) ||
        slot_is_long_delete(tcb_slot(tcb, tcb_vspace)))
        return refuse(fail_illegal(), "TCB Configure: CSpace or VSpace currently being deleted.");
    TRY(derive_with(inv->extra[0], word_arg(inv, 1), cspace));
    if (cap_type(cspace->cap) != cap_cnode)
        return refuse(fail_illegal(), "TCB Configure: CSpace cap is invalid.");
    TRY(derive_with(inv->extra[1], word_arg(inv, 2), vspace));
    if (!cap_is_assigned_pml4(vspace->cap))
        return refuse(fail_illegal(), "TCB Configure: VSpace cap is invalid.");
    return DONE;
}

/* ---- effects ---- */

/* The source cannot have gone with the slot's old content: that was no CNode's last capability. */
static void set_slot(tcb_t *tcb, enum tcb_slot which, const struct setup *setup) {
    slot_t *slot = tcb_slot(tcb, which);
    if (!slot_is_empty(slot))
        slot_delete_now(slot);
    if (cap_type(setup->cap) != cap_null)
        slot_insert(slot, setup->cap, setup->source);
}

static void set_spaces(const struct invocation *inv, const struct setup *cspace,
                       const struct setup *vspace) {
    tcb_t *tcb = cap_object(inv->cap);
    tcb->fault_handler = word_arg(inv, 0);
    set_slot(tcb, tcb_cspace, cspace);
    set_slot(tcb, tcb_vspace, vspace);
}

static void set_buffer(tcb_t *tcb, vaddr_t vaddr, const struct setup *buffer) {
    tcb->buffer_offset = vaddr & MASK(cap_frame_bits(buffer->cap));
    set_slot(tcb, tcb_buffer, buffer);
}

static outcome_t finish(const tcb_t *tcb) {
    if (tcb == current_thread)
        sched_reschedule(); /* loads its new address space, if it has one */
    return DONE;
}

/* ---- the invocations ---- */

outcome_t tcb_set_ipc_buffer(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    vaddr_t vaddr = word_arg(inv, 0);
    struct setup buffer;
    TRY(decode_buffer(inv->extra[0], vaddr, &buffer));
    set_buffer(tcb, vaddr, &buffer);
    trace(tcb, "ipcbuffer", tcb, "buffer:%lx frame:%p", vaddr, cap_object(cap_arg(inv, 0)));
    return finish(tcb);
}

outcome_t tcb_set_space(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    struct setup cspace, vspace;
    TRY(decode_spaces(inv, &cspace, &vspace));
    set_spaces(inv, &cspace, &vspace);
    trace(tcb, "space", tcb, "cspace:%p vspace:%p fault:%lu", cap_object(cap_arg(inv, 0)),
          cap_object(cap_arg(inv, 1)), tcb->fault_handler);
    return finish(tcb);
}

outcome_t tcb_configure(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    vaddr_t vaddr = word_arg(inv, 3);
    struct setup buffer, cspace, vspace;
    TRY(decode_buffer(inv->extra[2], vaddr, &buffer));
    TRY(decode_spaces(inv, &cspace, &vspace));
    set_spaces(inv, &cspace, &vspace);
    set_buffer(tcb, vaddr, &buffer);
    trace(tcb, "configure", tcb, "cspace:%p vspace:%p buffer:%lx frame:%p fault:%lu",
          cap_object(cap_arg(inv, 0)), cap_object(cap_arg(inv, 1)), vaddr,
          cap_object(cap_arg(inv, 2)), tcb->fault_handler);
    return finish(tcb);
}
