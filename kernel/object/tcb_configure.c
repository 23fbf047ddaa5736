/* Where a thread finds things: its CSpace, its address space and its IPC buffer.
 *
 * The TCB holds copies of the capabilities given, as their children in the derivation tree, so that
 * revoking the originals takes them away. Everything that can be refused is worked out first into a
 * `struct setup`; putting it in place cannot fail and is not preempted, since a slot whose old
 * content would take long to delete is refused too.
 */
#include "api/api.h"

#include "debug/debug.h"
#include "object/object.h"
#include "sched/sched.h"

struct setup {
    cap_t cap; /* what goes into the TCB's slot: derived from the capability in source */
    slot_t *source;
};

/* ---- checks ---- */

#define BUFFER_ALIGN_BITS 10

/* @p vaddr 0 means no buffer; the frame capability is then not looked at. */
static outcome_t decode_buffer(slot_t *frame, vaddr_t vaddr, struct setup *setup) {
    *setup = (struct setup){cap_null_new(), frame};
    if (vaddr == 0)
        return DONE;
    cap_t cap;
    if (cap_derive(frame, frame->cap, &cap) != DONE)
        return FAILED;
    if (cap_type(cap) != cap_frame || cap_frame_is_device(cap)) {
        user_error("IPC Buffer is an invalid cap.");
        return fail_illegal();
    }
    if (vaddr & MASK(BUFFER_ALIGN_BITS)) {
        user_error("IPC Buffer vaddr 0x%x is not aligned.", (unsigned)vaddr);
        return fail_alignment();
    }
    setup->cap = cap;
    return DONE;
}

/* @p data 0 leaves the capability as it is. */
static outcome_t derive_with(slot_t *source, word_t data, struct setup *setup) {
    cap_t cap = data == 0 ? source->cap : cap_update_data(source->cap, data, false);
    setup->source = source;
    return cap_derive(source, cap, &setup->cap);
}

struct spaces {
    word_t fault_handler;
    struct setup cspace, vspace;
};

/* The caller's words: fault handler, CSpace data, VSpace data; extra capabilities: CSpace, VSpace.
 */
static outcome_t decode_spaces(const struct invocation *inv, struct spaces *spaces) {
    const tcb_t *tcb = cap_object(inv->cap);
    spaces->fault_handler = word_arg(inv, 0);
    if (slot_is_long_delete(tcb_slot(tcb, tcb_cspace)) ||
        slot_is_long_delete(tcb_slot(tcb, tcb_vspace))) {
        user_error("TCB Configure: CSpace or VSpace currently being deleted.");
        return fail_illegal();
    }
    if (derive_with(inv->extra[0], word_arg(inv, 1), &spaces->cspace) != DONE)
        return FAILED;
    if (cap_type(spaces->cspace.cap) != cap_cnode) {
        user_error("TCB Configure: CSpace cap is invalid.");
        return fail_illegal();
    }
    if (derive_with(inv->extra[1], word_arg(inv, 2), &spaces->vspace) != DONE)
        return FAILED;
    if (!cap_is_assigned_pml4(spaces->vspace.cap)) {
        user_error("TCB Configure: VSpace cap is invalid.");
        return fail_illegal();
    }
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

static void set_spaces(tcb_t *tcb, const struct spaces *spaces) {
    tcb->fault_handler = spaces->fault_handler;
    set_slot(tcb, tcb_cspace, &spaces->cspace);
    set_slot(tcb, tcb_vspace, &spaces->vspace);
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
    if (decode_buffer(inv->extra[0], vaddr, &buffer) != DONE)
        return FAILED;
    set_buffer(tcb, vaddr, &buffer);
    trace(tcb, "ipcbuffer", tcb, "buffer:%lx frame:%p", vaddr, cap_object(cap_arg(inv, 0)));
    return finish(tcb);
}

outcome_t tcb_set_space(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    struct spaces spaces;
    if (decode_spaces(inv, &spaces) != DONE)
        return FAILED;
    set_spaces(tcb, &spaces);
    trace(tcb, "space", tcb, "cspace:%p vspace:%p fault:%lu", cap_object(cap_arg(inv, 0)),
          cap_object(cap_arg(inv, 1)), spaces.fault_handler);
    return finish(tcb);
}

outcome_t tcb_configure(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    vaddr_t vaddr = word_arg(inv, 3);
    struct setup buffer;
    struct spaces spaces;
    if (decode_buffer(inv->extra[2], vaddr, &buffer) != DONE || decode_spaces(inv, &spaces) != DONE)
        return FAILED;
    set_spaces(tcb, &spaces);
    set_buffer(tcb, vaddr, &buffer);
    trace(tcb, "configure", tcb, "cspace:%p vspace:%p buffer:%lx frame:%p fault:%lu",
          cap_object(cap_arg(inv, 0)), cap_object(cap_arg(inv, 1)), vaddr,
          cap_object(cap_arg(inv, 2)), spaces.fault_handler);
    return finish(tcb);
}
