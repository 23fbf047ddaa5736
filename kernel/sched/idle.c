/* The thread that runs when no other can: it halts the CPU until an interrupt comes.
 *
 * It is a TCB like any other, but runs in kernel mode, is never in a ready queue, and can never be
 * named by a capability.
 */
#include "sched/sched.h"

#include "boot/boot.h"
#include "debug/debug.h"
#include "object/object.h"
#include "x86/x86.h"

static alignas(BIT(TCB_OBJECT_BITS)) char idle_object[BIT(TCB_OBJECT_BITS)];

static void __attribute__((noreturn, naked)) idle_loop(void) {
    __asm__ volatile("1: sti\n\thlt\n\tjmp 1b");
}

void sched_init(void) {
    idle_thread = tcb_create(idle_object);
    idle_thread->state = state_idle;
    idle_thread->regs.rip = (word_t)idle_loop;
    idle_thread->restart_ip = (word_t)idle_loop;
    idle_thread->regs.cs = SEL_KERNEL_CODE;
    idle_thread->regs.ss = SEL_KERNEL_DATA;
    idle_thread->regs.rflags = RFLAGS_USER;
    idle_thread->regs.entry = ENTRY_FULL;
    debug_thread_name(idle_thread, "idle_thread");
    domain_init();
}

void idle_check(void) {
    if (machine.idle_exit && !ready_any() && !irq_may_wake())
        debug_all_idle();
}
