/* Faults: a thread that cannot go on has the kernel send a message to its fault handler in its
 * name.
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

/* The registers of an UnknownSyscall message, in its order; the instruction pointer follows them.
 */
static word_t *syscall_register(tcb_t *tcb, unsigned i) {
    struct registers *r = &tcb->regs;
    word_t *const order[] = {&r->rax, &r->rbx, &r->rcx, &r->rdx,          &r->rsi, &r->rdi,
                             &r->rbp, &r->r8,  &r->r9,  &r->r10,          &r->r11, &r->r12,
                             &r->r13, &r->r14, &r->r15, &tcb->restart_ip, &r->rsp, &r->rflags};
    return order[i];
}
#define SYSCALL_REGISTERS 18

/* Likewise for UserException. */
static word_t *exception_register(tcb_t *tcb, unsigned i) {
    word_t *const order[] = {&tcb->restart_ip, &tcb->regs.rsp, &tcb->regs.rflags};
    return order[i];
}
#define EXCEPTION_REGISTERS 3

static unsigned cap_fault_words(const tcb_t *faulter, word_t *words) {
    words[0] = faulter->restart_ip;
    words[1] = faulter->fault.address;
    words[2] = faulter->fault.in_receive;
    return 3 + lookup_failure_words(&faulter->fault.lookup, words + 3);
}

static unsigned vm_fault_words(const tcb_t *faulter, word_t *words) {
    words[0] = faulter->restart_ip;
    words[1] = faulter->fault.address;
    words[2] = faulter->fault.in_receive;
    words[3] = faulter->fault.code;
    return 4;
}

static unsigned register_words(tcb_t *faulter, word_t *words) {
    const struct fault *fault = &faulter->fault;
    bool is_syscall = fault->type == fault_unknown_syscall;
    unsigned count = is_syscall ? SYSCALL_REGISTERS : EXCEPTION_REGISTERS;
    for (unsigned i = 0; i < count; i++)
        words[i] = is_syscall ? *syscall_register(faulter, i) : *exception_register(faulter, i);
    words[count++] = fault->address;
    if (!is_syscall)
        words[count++] = fault->code;
    return count;
}

unsigned fault_message(tcb_t *faulter, tcb_t *receiver) {
    word_t words[SYSCALL_REGISTERS + 2];
    unsigned count = 0;
    switch (faulter->fault.type) {
    case fault_cap:
        count = cap_fault_words(faulter, words);
        break;
    case fault_vm:
        count = vm_fault_words(faulter, words);
        break;
    case fault_unknown_syscall:
    case fault_user_exception:
        count = register_words(faulter, words);
        break;
    case fault_none:
        panic("no fault to send");
    }
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
    if (type == fault_cap || type == fault_vm)
        return true; /* the handler mended the cause or it faults again */
    bool is_syscall = type == fault_unknown_syscall;
    const word_t *buffer = tcb_ipc_buffer(replier, false);
    unsigned count = MIN(info_length(info), message_room(buffer));
    count = MIN(count, is_syscall ? SYSCALL_REGISTERS : EXCEPTION_REGISTERS);
    for (unsigned i = 0; i < count; i++) {
        word_t *place = is_syscall ? syscall_register(faulter, i) : exception_register(faulter, i);
        set_register(place, faulter, message_get(replier, buffer, i));
    }
    return info_label(info) == 0;
}
