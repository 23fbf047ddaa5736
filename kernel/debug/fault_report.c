/* The console text for a fault that nobody handles (sheet 7.9): students see it first of all.
 *
 * It is printed without a pause, in a kernel that is never preempted, so its lines stay together.
 */
#include "debug/debug.h"

#include "boot/boot.h"
#include "object/object.h"

static void print_fault(const struct fault *fault) {
    switch (fault->type) {
    case fault_cap:
        kprintf("cap fault in %s phase at address %p", fault->in_receive ? "receive" : "send",
                (void *)fault->address);
        break;
    case fault_vm:
        kprintf("vm fault on %s at address %p with status %p", fault->in_receive ? "code" : "data",
                (void *)fault->address, (void *)fault->code);
        break;
    case fault_unknown_syscall: kprintf("unknown syscall %p", (void *)fault->address); break;
    case fault_user_exception:
        kprintf("user exception %p code %p", (void *)fault->address, (void *)fault->code);
        break;
    case fault_none: kprintf("null fault"); break;
    }
}

static void print_stack(const tcb_t *tcb) {
    vaddr_t sp = tcb->regs.rsp;
    if (!cap_is_assigned_pml4(tcb_slot(tcb, tcb_vspace)->cap)) {
        kprintf("Invalid vspace\n");
        return;
    }
    if (sp % sizeof(word_t) != 0) {
        kprintf("RSP not aligned\n");
        return;
    }
    for (unsigned i = 0; i < CONFIG_USER_STACK_TRACE_LENGTH; i++, sp += sizeof(word_t)) {
        const word_t *word = vspace_read_word(tcb, sp);
        if (word != NULL)
            kprintf("0x%lx: 0x%lx\n", sp, *word);
        else
            kprintf("0x%lx: INVALID\n", sp);
    }
}

void fault_report(const tcb_t *tcb, const struct fault *fault, const struct fault *second) {
    if (machine.quiet)
        return;
    kprintf("Caught ");
    print_fault(second);
    kprintf("\nwhile trying to handle:\n");
    print_fault(fault);
    kprintf("\nin thread %p \"%s\" at address %p\n", (const void *)tcb, tcb_name(tcb),
            (void *)tcb->restart_ip);
    kprintf("With stack:\n");
    print_stack(tcb);
}
