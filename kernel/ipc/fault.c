/* Faults: for a thread that cannot go on, the kernel sends a message to its fault handler.
 *
 * Invariant: fault.type is not fault_none from delivery until the handler's reply or a suspend. The
 * message layouts and the rules for replies are those of the ABI sheet, 7.7 and 7.8.
 */
#include "ipc/ipc.h"

#include "debug/debug.h"
#include "ipc/message.h"
#include "sched/sched.h"

/* The endpoint capability that the thread's fault handler address names now; FAILED puts the second
 * fault, that of looking for the handler, into current_fault. */
static outcome_t find_handler(tcb_t *tcb, cap_t *handler) {
    struct fault second = {.type = fault_cap, .address = tcb->fault_handler};
    const slot_t *slot = lookup_slot(tcb, tcb->fault_handler);
    if (slot == NULL) {
        second.lookup = current_lookup_failure;
    } else {
        *handler = slot->cap;
        if (cap_allows(slot->cap, cap_endpoint, RIGHT_WRITE) &&
            (cap_rights(slot->cap) & (RIGHT_GRANT | RIGHT_GRANT_REPLY)))
            return DONE;
        second.lookup = (struct lookup_failure){.type = lookup_missing_capability};
    }
    current_fault = second;
    return FAILED;
}

void fault_deliver(tcb_t *tcb) {
    cap_t handler;
    struct fault fault = current_fault;
    if (find_handler(tcb, &handler) != DONE) {
        trace(fault, tcb, &fault, NULL, 0);
        fault_report(tcb, &fault, &current_fault);
        thread_set_state(tcb, state_inactive);
        return;
    }
    trace(fault, tcb, &fault, cap_object(handler), cap_badge(handler));
    tcb->fault = fault;
    ipc_send(tcb, cap_object(handler),
             (struct send){.badge = cap_badge(handler),
                           .rights = cap_rights(handler),
                           .blocking = true,
                           .is_call = true});
}

/* ---- messages ---- */

#define SYSCALL_REGISTERS   18
#define EXCEPTION_REGISTERS 3

static unsigned register_count(enum fault_type type) {
    return type == fault_unknown_syscall ? SYSCALL_REGISTERS : EXCEPTION_REGISTERS;
}

/* The registers of an UnknownSyscall message, in its order; a UserException has the last few. */
static word_t *register_at(tcb_t *tcb, enum fault_type type, unsigned i) {
    struct registers *r = &tcb->regs;
    word_t *const order[SYSCALL_REGISTERS] = {
        &r->rax, &r->rbx, &r->rcx, &r->rdx,          &r->rsi, &r->rdi,
        &r->rbp, &r->r8,  &r->r9,  &r->r10,          &r->r11, &r->r12,
        &r->r13, &r->r14, &r->r15, &tcb->restart_ip, &r->rsp, &r->rflags};
    return order[SYSCALL_REGISTERS - register_count(type) + i];
}

static unsigned address_words(const tcb_t *faulter, word_t *words) {
    const struct fault *fault = &faulter->fault;
    words[0] = faulter->restart_ip;
    words[1] = fault->address;
    words[2] = fault->in_receive;
    if (fault->type == fault_cap)
        return 3 + lookup_failure_words(&fault->lookup, words + 3);
    words[3] = fault->code;
    return 4;
}

static unsigned register_words(tcb_t *faulter, word_t *words) {
    const struct fault *fault = &faulter->fault;
    unsigned count = register_count(fault->type);
    for (unsigned i = 0; i < count; i++)
        words[i] = *register_at(faulter, fault->type, i);
    words[count++] = fault->address;
    if (fault->type == fault_user_exception)
        words[count++] = fault->code;
    return count;
}

/* The handler mends the cause or the thread faults again: no registers go to and fro. */
static bool is_about_address(enum fault_type type) { return type == fault_vm || type == fault_cap; }

unsigned fault_message(tcb_t *faulter, tcb_t *receiver) {
    word_t words[SYSCALL_REGISTERS + 2];
    kassert(faulter->fault.type != fault_none);
    unsigned count = is_about_address(faulter->fault.type) ? address_words(faulter, words)
                                                           : register_words(faulter, words);
    return message_write(receiver, words, count);
}

/* ---- replies ---- */

static void set_register(word_t *place, tcb_t *faulter, word_t value) {
    if (place == &faulter->restart_ip)
        value = sanitise_address(value);
    else if (place == &faulter->regs.rflags)
        value = sanitise_flags(value);
    *place = value;
}

bool fault_apply_reply(tcb_t *faulter, tcb_t *replier, word_t info) {
    enum fault_type type = faulter->fault.type;
    faulter->fault.type = fault_none;
    if (is_about_address(type))
        return true;
    const word_t *buffer = tcb_ipc_buffer(replier, false);
    unsigned count = MIN(info_length(info), message_room(buffer));
    count = MIN(count, register_count(type));
    for (unsigned i = 0; i < count; i++)
        set_register(register_at(faulter, type, i), faulter, message_get(replier, buffer, i));
    return info_label(info) == 0;
}
