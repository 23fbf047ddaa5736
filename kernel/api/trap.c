/* Entries that a thread did not ask for: exceptions, traps by `int n`, and interrupts.
 *
 * Invariant: the thread's restart IP is the instruction that is to run again. For an exception that
 * is the one that failed; for `int n` it is the int instruction itself.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "ipc/ipc.h"
#include "sched/sched.h"
#include "x86/x86.h"

#define EXCEPTION_PAGE_FAULT 14
#define FSR_PRESENT          1ul
#define FSR_FETCH            16ul
#define FSR_BITS             5
#define EXCEPTION_CODE_BITS  28

#define INT_INSTRUCTION_BYTES 2

static struct fault page_fault(word_t error) {
    vaddr_t address = cr2_read();
    if (address > USER_TOP)
        error &= ~FSR_PRESENT; /* a user may not find out what the kernel has mapped */
    return (struct fault){.type = fault_vm,
                          .address = address,
                          .code = error & MASK(FSR_BITS),
                          .in_receive = error & FSR_FETCH};
}

static struct fault fault_of(tcb_t *tcb, unsigned vector, word_t error) {
    if (vector == EXCEPTION_PAGE_FAULT)
        return page_fault(error);
    if (vector < VECTOR_TRAP_FIRST)
        return (struct fault){.type = fault_user_exception,
                              .address = vector,
                              .code = error & MASK(EXCEPTION_CODE_BITS)};
    /* `int n` counts as a system call; its number tells n and part of rax. */
    tcb->restart_ip -= INT_INSTRUCTION_BYTES;
    int32_t number = (int32_t)((vector << 24) + (tcb->regs.rax & MASK(24)));
    return (struct fault){.type = fault_unknown_syscall, .address = (word_t)(int64_t)number};
}

void handle_user_trap(unsigned vector, word_t error) {
    tcb_t *tcb = current_thread;
    tcb->restart_ip = tcb->regs.rip;
    if (vector != VECTOR_SPURIOUS) {
        current_fault = fault_of(tcb, vector, error);
        fault_deliver(tcb);
        schedule();
    }
}

void handle_interrupt(unsigned vector) {
    current_thread->restart_ip = current_thread->regs.rip;
    if (vector == VECTOR_TIMER)
        sched_tick();
    else
        irq_deliver(vector - VECTOR_IRQ_BASE);
    apic_eoi();
    schedule();
}
