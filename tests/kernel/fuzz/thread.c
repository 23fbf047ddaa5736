/* The threads of the fuzzer: each makes one random, mostly sensible, system call after the other.
 *
 * Invariant: nothing here, in find.c and in invoke.c needs writable memory but the thread's own
 * pages, and a thread can start afresh at fuzz_entry with no register but its FS base.
 */
#include "thread.h"

/* ---- messages ---- */

static void random_message(struct state *s, struct call *c) {
    *c = (struct call){.label = ONE_OF(s, 0, 0, 1, 2, 3, 5, 77), .length = below(s, 6)};
    if (chance(s, 5)) {
        c->length = below(s, 128);
        c->label = wild(s);
    }
    for (unsigned i = 0; i < sizeof c->words / sizeof(word); i++) {
        c->words[i] = i == 0 || i == 15 ? (word)fuzz_entry : wild(s);
    }
    c->cap_count = chance(s, 30) ? below(s, 4) : 0;
    for (unsigned i = 0; i < c->cap_count; i++) {
        c->caps[i] = any_cptr(s);
    }
}

static void set_receive_path(struct state *s) {
    seL4_IPCBuffer *buffer = &privates[s->number % FUZZERS].buffer;
    struct place at = place(s, true);
    buffer->receiveCNode = at.root;
    buffer->receiveIndex = at.index;
    buffer->receiveDepth = at.depth;
}

/* What came may be a fault or a call, or nothing; an answer hurts nobody. */
static void answer_somehow(struct state *s) {
    struct call c;
    random_message(s, &c);
    c.label = chance(s, 80) ? 0 : c.label;
    c.length = chance(s, 60) ? 0 : c.length;
    issue(s, seL4_SysReply, &c);
}

/* Who has been received from may wait for an answer: gives one, or keeps the caller for later. */
static void take_care_of_caller(struct state *s) {
    struct place at = place(s, true);
    struct call save = {at.root, CNodeSaveCaller, 2, {at.index, at.depth}, 0, {0}};
    if (chance(s, 70)) {
        answer_somehow(s);
    } else if (issue(s, seL4_SysCall, &save).info >> 12 == 0) {
        s->saved = at.index;
    }
}

static void communicate(struct state *s) {
    static const int8_t numbers[] = {
        seL4_SysCall,   seL4_SysCall,   seL4_SysSend,   seL4_SysRecv,   seL4_SysReplyRecv,
        seL4_SysReply,  seL4_SysNBSend, seL4_SysNBSend, seL4_SysNBSend, seL4_SysNBSend,
        seL4_SysNBRecv, seL4_SysNBRecv, seL4_SysNBRecv, seL4_SysNBRecv, seL4_SysNBRecv,
    };
    struct call c;
    long number = numbers[below(s, sizeof numbers)];
    bool receives = number == seL4_SysRecv || number == seL4_SysNBRecv;
    random_message(s, &c);
    c.cap = find(s, chance(s, 75)               ? t_endpoint
                    : receives || chance(s, 30) ? t_notification
                                                : t_reply);
    set_receive_path(s);
    struct answer a = issue(s, number, &c);
    if (receives && (number == seL4_SysRecv || a.badge != 0) && chance(s, 80)) {
        take_care_of_caller(s);
    }
}

/* ---- what else a thread can do ---- */

/* After a system call, in which others may have run, the registers that it has nothing to do with
 * are what they were. Holds in honest worlds; and nobody can jump into the middle of this function,
 * for all that jump blindly jump to the start of a page. */
static void __attribute__((noinline, aligned(512))) use_registers(struct state *s) {
    word in = wild(s), differ, cap = find(s, t_endpoint), info = 0;
    long number =
        ONE_OF(s, seL4_SysYield, seL4_SysCall, seL4_SysRecv, seL4_SysSend, seL4_SysNBRecv);
    count_call(s);
    __asm__ volatile("movq %[in], %%xmm3\n\tpinsrq $1, %[in], %%xmm3\n\tmovdqa %%xmm3, %%xmm12\n\t"
                     "movq %[in], %%r12\n\tmovq %[in], %%r13\n\tmovq %%rsp, %%rbx\n\t"
                     "syscall\n\t"
                     "movq %%rbx, %%rsp\n\txorq %%r12, %%r13\n\tmovq %%r13, %[differ]\n\t"
                     "movq %%r12, %%xmm4\n\tpinsrq $1, %%r12, %%xmm4\n\t"
                     "pxor %%xmm4, %%xmm3\n\tpxor %%xmm4, %%xmm12\n\tpor %%xmm12, %%xmm3\n\t"
                     "movq %%xmm3, %%r12\n\torq %%r12, %[differ]\n\t"
                     "pextrq $1, %%xmm3, %%r12\n\torq %%r12, %[differ]"
                     : [differ] "=&a"(differ), "+D"(cap), "+S"(info)
                     : [in] "r"(in), "d"(number)
                     : "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r15", "memory", "cc");
    if (differ != 0 && honest) {
        s->broken = BROKEN_REGISTERS;
    }
}

/* Instructions that trap, or that should; each is its own little function. */
#define INSTRUCTION(name, text)                                                                    \
    static void __attribute__((noinline)) name(void) { __asm__ volatile(text); }
INSTRUCTION(undefined, "ud2")
INSTRUCTION(breakpoint, "int3")
INSTRUCTION(int_call, "int $0x80")
INSTRUCTION(int_high, "int $0xff")
INSTRUCTION(int_trap, "int $0xa0")
INSTRUCTION(int_timer, "int $0x9d")
INSTRUCTION(int_line, "int $0x34")
INSTRUCTION(int_page_fault, "int $14")
INSTRUCTION(halt, "hlt")
INSTRUCTION(interrupts_off, "cli")
INSTRUCTION(port, "inb $0x60, %al")
INSTRUCTION(control_register, "movq %cr3, %rax")
INSTRUCTION(debug_register, "movq %rax, %dr7")
INSTRUCTION(model_register, "movl $0xc0000080, %ecx\n\trdmsr")
INSTRUCTION(divide, "xorl %ecx, %ecx\n\tdivl %ecx")
INSTRUCTION(base, "movq $77, %rax\n\twrgsbase %rax")
INSTRUCTION(selectors, "movl $0x33, %eax\n\tmovw %ax, %ds\n\tmovw %ax, %es\n\tmovw %ax, %gs")
INSTRUCTION(bad_selector, "movl $0x10, %eax\n\tmovw %ax, %ss")
INSTRUCTION(iret, "pushq $0\n\tpushq $0\n\tpushq $0\n\tpushq $8\n\tpushq $0\n\tiretq")
INSTRUCTION(far_return, "pushq $8\n\tpushq $0\n\tlretq")
INSTRUCTION(system_return, "xorl %ecx, %ecx\n\tsysretq")

static void raise_exception(struct state *s) {
    static void (*const instructions[])(void) = {
        undefined,    breakpoint, int_call,  int_high,      int_timer,      int_line,
        halt,         port,       int_trap,  divide,        int_page_fault, interrupts_off,
        bad_selector, iret,       base,      far_return,    debug_register, control_register,
        selectors,    selectors,  selectors, system_return, model_register};
    word kind = below(s, sizeof instructions / sizeof instructions[0] + 2);
    if (kind < sizeof instructions / sizeof instructions[0]) {
        instructions[kind]();
    } else if (chance(s, 50)) {
        __asm__ volatile("jmp *%0" : : "r"(address(s)));
    } else { /* flags: also single steps, nested tasks, alignment checks, down instead of up */
        __asm__ volatile("movq %%rsp, %%rbx\n\tpushq %0\n\tpopfq\n\tsyscall\n\t"
                         "movq %%rbx, %%rsp\n\tcld"
                         :
                         : "r"(below(s, 1 << 22)), "d"((word)seL4_SysYield)
                         : "rbx", "rcx", "r11", "memory", "cc");
    }
}

/* Numbers of calls that stop the machine, or print a lot, are left out. */
static long any_number(struct state *s) {
    long number = ONE_OF(s, -1, -2, -3, -4, -5, -6, -7, -8, -9, -12, -15, -16, -29, -31, 0, 1, 77);
    return chance(s, 95) ? number : (long)(wild(s) | 32);
}

static void do_anything(struct state *s) {
    struct call c;
    random_message(s, &c);
    c.cap = any_cptr(s);
    if (chance(s, 10)) {
        c.label = below(s, LABELS);
        c.cap_count = below(s, 4);
        c.length = below(s, 10);
    }
    issue(s, chance(s, 20) ? -30 : any_number(s), &c);
    raw_call(-30, (word)s, 0, c.words); /* or this thread would soon not find itself */
}

static void behave(struct state *s) {
    switch (below(s, 16)) {
    case 0:
        raise_exception(s);
        break;
    case 1:
        *(volatile char *)address(s);
        break;
    case 2:
        *(volatile char *)(MAP_BASE + below(s, 1 << 16)) = 1;
        break;
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
        issue(s, seL4_SysYield, &(struct call){0});
        break;
    case 8:
    case 9:
        do_anything(s);
        break;
    default:
        use_registers(s);
    }
}

void fuzz_loop(struct state *s);
void fuzz_loop(struct state *s) {
    for (;;) {
        word kind = below(s, 100);
        if (kind < 3) {
            tangle(s);
        } else if (kind < 4) {
            map_and_unmap(s);
        } else if (kind < 60) {
            invoke_something(s);
        } else if (kind < 92) {
            communicate(s);
        } else {
            behave(s);
        }
    }
}

__asm__(".globl fuzz_entry\n"
        "fuzz_entry:\n\t"
        "movq %fs:0, %rdi\n\t"
        "leaq 8192(%rdi), %rsp\n\t" /* the end of the stack: struct private */
        "cld\n\t"
        "call fuzz_loop\n\t"
        "ud2");
