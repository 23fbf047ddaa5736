/* The end of the machine: kernel bugs and deliberate halts.
 *
 * Every way out goes through machine_stop(); whatever was to be said is said before. A bug met
 * while telling about a bug stops at once.
 */
#include "debug/debug.h"

#include "api/api.h"
#include "boot/boot.h"
#include "sched/sched.h"
#include "x86/x86.h"

/* The word is meaningless but fixed: what the reference kernel calls the entry that halted it. */
static _Noreturn void halt(const char *why, unsigned entry_word) {
    kprintf("halting...\nKernel entry via Unknown syscall, word: %u", entry_word);
    trace(halt, why);
    machine_stop(STOP_HALT);
}

void debug_halt(int64_t syscall_number) {
    halt("debughalt", syscall_number == sys_debug_halt ? 65 : 73);
}

void debug_after_entry(void) {
    static word_t entries;
    if (machine.check_interval != 0 && ++entries % machine.check_interval == 0)
        check_invariants();
}

/* First thing in a panic. */
static void stop_if_nested(void) {
    static bool panicking;
    if (panicking)
        machine_stop(STOP_HALT);
    panicking = true;
}

void panic_at(const char *file, unsigned line, const char *function, const char *why) {
    stop_if_nested();
    kprintf("seL4 called fail at %s:%u in function %s, saying \"%s\"\n", file, line, function, why);
    halt("panic", 0);
}

void assert_failed(const char *file, unsigned line, const char *function, const char *expression) {
    stop_if_nested();
    kprintf("seL4 failed assertion '%s' at %s:%u in function %s\n", expression, file, line,
            function);
    halt("panic", 0);
}

#define STACK_WORDS 20

/* Only what can be a stack is read: kernel stacks lie in the kernel's image. */
static void print_stack(word_t sp) {
    kprintf("\nStack Dump:\n");
    sp = ALIGN_DOWN(sp, 3);
    for (unsigned i = 0; i < STACK_WORDS && sp >= KERNEL_IMAGE_BASE; i++, sp += sizeof(word_t))
        kprintf("*0x%lx == 0x%lx\n", sp, *(const word_t *)sp);
}

void panic_exception(unsigned vector, const struct registers *frame) {
    stop_if_nested();
    kprintf("\n========== KERNEL EXCEPTION ==========\n");
    kprintf("Vector:  0x%lx\n", (word_t)vector);
    kprintf("ErrCode: 0x%lx\n", frame->error);
    kprintf("IP:      0x%lx\n", frame->rip);
    kprintf("SP:      0x%lx\n", frame->rsp);
    kprintf("FLAGS:   0x%lx\n", frame->rflags);
    kprintf("CR0:     0x%lx\n", cr0_read());
    kprintf("CR2:     0x%lx (page-fault address)\n", cr2_read());
    kprintf("CR3:     0x%lx (page-directory physical address)\n", cpu_cr3());
    kprintf("CR4:     0x%lx\n", cr4_read());
    print_stack(frame->rsp);
    kprintf("\nHalting...\n");
    halt("panic", 0);
}
