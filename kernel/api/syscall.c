/* The system calls: what a thread asked for, done on its behalf.
 *
 * While an invocation runs, the caller's state is restart: if the operation is preempted, or stops
 * its own caller, the same system call is simply made again when the thread next runs. Only a
 * finished operation makes it running, past the call.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "ipc/ipc.h"
#include "ipc/message.h"
#include "sched/sched.h"
#include "x86/x86.h"

/* ---- sending: to a thread through an object, or to an object itself ---- */

static void reply_to_caller(tcb_t *caller, word_t label, const word_t *words, unsigned count) {
    unsigned length = message_write(caller, words, count);
    caller->regs.rdi = 0;
    caller->regs.rsi = info_new(label, 0, 0, length);
}

static outcome_t invoke(tcb_t *tcb, struct invocation *inv) {
    cap_t cap = inv->cap;
    switch (cap_type(cap)) {
    case cap_endpoint:
        if (!(cap_rights(cap) & RIGHT_WRITE))
            return invocation_refuse(inv, "read-only endpoint");
        ipc_send(tcb, cap_object(cap),
                 (struct send){cap_badge(cap), cap_rights(cap), inv->blocking, inv->is_call});
        return DONE;
    case cap_notification:
        if (!(cap_rights(cap) & RIGHT_WRITE))
            return invocation_refuse(inv, "read-only notification");
        notification_signal(cap_object(cap), cap_badge(cap));
        return DONE;
    case cap_reply:
        if (cap_reply_is_master(cap))
            return invocation_refuse(inv, "invalid reply");
        reply_send(tcb, inv->slot);
        return DONE;
    default: return invocation_decode(inv);
    }
}

static void read_message(const tcb_t *tcb, struct invocation *inv) {
    word_t info = tcb->regs.rsi;
    inv->cptr = tcb->regs.rdi;
    inv->label = info_label(info);
    inv->length = info_length(info);
    inv->buffer = info_is_short(info) ? NULL : tcb_ipc_buffer(tcb, false);
    inv->extra_count = 0;
    inv->result_length = 0;
    if (inv->buffer == NULL && inv->length > MESSAGE_REGISTERS) {
        user_error("Warning: No IPC buffer for thread. Truncating message length to: %u.",
                   MESSAGE_REGISTERS);
        inv->length = MESSAGE_REGISTERS;
    }
}

/* Finds what is invoked and what is attached. False: there is nothing at *missing. */
static bool find_capabilities(const tcb_t *tcb, struct invocation *inv, cptr_t *missing) {
    *missing = inv->cptr;
    inv->slot = lookup_slot(tcb, inv->cptr);
    if (inv->slot == NULL)
        return refuse(false, "Invocation of invalid cap #%lu.", inv->cptr);
    inv->cap = inv->slot->cap;
    unsigned wanted = inv->buffer == NULL ? 0 : info_caps(tcb->regs.rsi);
    for (; inv->extra_count < wanted; inv->extra_count++) {
        *missing = inv->buffer[BUFFER_CAPS + inv->extra_count];
        inv->extra[inv->extra_count] = lookup_slot(tcb, *missing);
        if (inv->extra[inv->extra_count] == NULL)
            return refuse(false, "Lookup of extra caps failed.");
    }
    return true;
}

/* Nothing fit is at @p cptr: current_lookup_failure says why. */
static void cap_fault(tcb_t *tcb, cptr_t cptr, bool in_receive) {
    current_fault = (struct fault){.type = fault_cap,
                                   .address = cptr,
                                   .in_receive = in_receive,
                                   .lookup = current_lookup_failure};
    fault_deliver(tcb);
}

static void send(tcb_t *tcb, bool blocking, bool is_call) {
    cptr_t missing;
    struct invocation inv;
    inv.blocking = blocking;
    inv.is_call = is_call;
    read_message(tcb, &inv);
    if (!find_capabilities(tcb, &inv, &missing)) {
        if (blocking)
            cap_fault(tcb, missing, false);
        return;
    }
    tcb->state = state_restart;
    switch (invoke(tcb, &inv)) {
    case DONE:
        if (tcb->state == state_restart) { /* not blocked, stopped or destroyed by its own call */
            tcb->state = state_running;
            if (is_call)
                reply_to_caller(tcb, no_error, inv.result, inv.result_length);
        }
        break;
    case FAILED:
        trace(error, &inv, &current_error);
        tcb->state = state_running;
        if (is_call)
            reply_to_caller(tcb, current_error.code, current_error.words, current_error.count);
        break;
    case PREEMPTED: sched_reschedule(); /* the interrupt that waits is taken on the way out */
    }
}

/* ---- receiving ---- */

static void receive(tcb_t *tcb, bool blocking) {
    const slot_t *slot = lookup_slot(tcb, tcb->regs.rdi);
    if (slot == NULL) {
        cap_fault(tcb, tcb->regs.rdi, true);
        return;
    }
    cap_t cap = slot->cap;
    const notification_t *ntfn = cap_object(cap);
    if (cap_allows(cap, cap_endpoint, RIGHT_READ)) {
        reply_drop(tcb); /* a receiver gives up the caller it has not answered */
        ipc_receive(tcb, cap, blocking);
    } else if (cap_allows(cap, cap_notification, RIGHT_READ) &&
               (ntfn->bound == NULL || ntfn->bound == tcb)) {
        notification_receive(tcb, cap, blocking);
    } else {
        current_lookup_failure = (struct lookup_failure){.type = lookup_missing_capability};
        cap_fault(tcb, tcb->regs.rdi, true);
    }
}

static void reply(tcb_t *tcb) {
    slot_t *caller = tcb_slot(tcb, tcb_caller);
    if (!slot_is_empty(caller))
        reply_send(tcb, caller);
}

/* ---- the entry ---- */

static void dispatch(tcb_t *tcb, int64_t number) {
    switch (number) {
    case sys_call: send(tcb, true, true); break;
    case sys_send: send(tcb, true, false); break;
    case sys_nb_send: send(tcb, false, false); break;
    case sys_reply_recv:
        reply(tcb);
        receive(tcb, true);
        break;
    case sys_recv: receive(tcb, true); break;
    case sys_nb_recv: receive(tcb, false); break;
    case sys_reply: reply(tcb); break;
    case sys_yield: thread_yield(); break;
    case sys_set_tls_base:
        if (is_canonical(tcb->regs.rdi)) {
            cpu_save_bases(tcb); /* GS base, which is not ours to change */
            tcb->regs.fs_base = tcb->regs.rdi;
            cpu_load_bases(tcb);
        }
        break;
    default:
        if (!debug_syscall(tcb, number)) {
            current_fault =
                (struct fault){.type = fault_unknown_syscall, .address = (word_t)number};
            fault_deliver(tcb);
        }
    }
}

static __attribute__((noinline)) void take_general_path(tcb_t *tcb) {
    dispatch(tcb, (int64_t)tcb->regs.rdx);
    schedule();
}

/* The general path is not inlined here: it would have the fast one save registers for it. */
HOT void handle_syscall(cptr_t cptr, word_t info, int64_t number) {
    tcb_t *tcb = current_thread;
    bool done = (number == sys_call && fastpath_call(tcb, cptr, info)) ||
                (number == sys_reply_recv && fastpath_reply_recv(tcb, cptr, info));
    if (!done)
        take_general_path(tcb);
    debug_after_entry();
}
