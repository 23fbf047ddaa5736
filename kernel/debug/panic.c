/* The end of the machine: kernel bugs and deliberate halts.
 *
 * Every way out goes through machine_stop(); whatever was to be said is said before. A bug met
 * while telling about a bug stops at once.
 */
#include "debug/debug.h"

#include "api/api.h"
#include "boot/boot.h"
#include "sched/sched.h"
#include "x86/registers.h"
#include "x86/x86.h"

/* Meaningless but fixed: what the reference kernel calls the entry by which it was halted. */
static word_t entry_word(int64_t syscall_number) {
    switch (syscall_number) {
    case sys_debug_halt: return 65;
    case sys_debug_name_thread: return 73;
    default: return 0;
    }
}

static void __attribute__((noreturn)) halt(const char *why, int64_t syscall_number) {
    kprintf("halting...\nKernel entry via Unknown syscall, word: %lu", entry_word(syscall_number));
    trace(halt, why);
    machine_stop(STOP_HALT);
}

void debug_halt(int64_t syscall_number) { halt("debughalt", syscall_number); }

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

static word_t read_cr4(void) {
    word_t value;
    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
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
    kprintf("CR4:     0x%lx\n", read_cr4());
    print_stack(frame->rsp);
    kprintf("\nHalting...\n");
    halt("panic", 0);
}
