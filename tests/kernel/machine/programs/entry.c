/* A root task without a runtime: prints the registers with which its first instruction begins.
 *
 * Its own entry stores all registers before anything else runs; nothing else of the libraries is
 * linked in. Then it leaves QEMU through the debug exit port, which needs no debug kernel.
 */
#include <sel4/sel4.h>

#define EXIT_PORT 0xf4

unsigned long entered[22];
static char stack[4096] __attribute__((aligned(16), used));
__thread seL4_IPCBuffer *__sel4_ipc_buffer; /* libsel4's headers name it; nothing here uses it */

__asm__(".globl _sel4_start\n_sel4_start:\n"
        "movq %rax, entered\n movq %rbx, entered+8\n movq %rcx, entered+16\n"
        "movq %rdx, entered+24\n movq %rsi, entered+32\n movq %rdi, entered+40\n"
        "movq %rbp, entered+48\n movq %rsp, entered+56\n movq %r8, entered+64\n"
        "movq %r9, entered+72\n movq %r10, entered+80\n movq %r11, entered+88\n"
        "movq %r12, entered+96\n movq %r13, entered+104\n movq %r14, entered+112\n"
        "movq %r15, entered+120\n leaq stack+4096(%rip), %rsp\n pushfq\n popq entered+128\n"
        "stmxcsr entered+160\n fnstcw entered+168\n"
        "movw %cs, entered+136\n movw %ss, entered+144\n movw %ds, entered+152\n"
        "call body\n ud2\n");

static long call(unsigned long cap, unsigned long info, unsigned long a, unsigned long b,
                 unsigned long c, unsigned long d) {
    register unsigned long r10 __asm__("r10") = a, r8 __asm__("r8") = b;
    register unsigned long r9 __asm__("r9") = c, r15 __asm__("r15") = d;
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(cap), "+S"(info), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "d"((long)seL4_SysCall)
                     : "rbx", "rcx", "r11", "memory");
    return (long)(info >> 12);
}

static void put(char c) {
    unsigned long cap = (unsigned char)c, info = 0;
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(cap), "+S"(info)
                     : "d"((long)seL4_SysDebugPutChar)
                     : "rbx", "rcx", "r11", "r8", "r9", "r10", "r15", "memory");
}

static void say(const char *name, unsigned long value) {
    while (*name) {
        put(*name++);
    }
    put('=');
    for (int shift = 60; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[(value >> shift) & 15]);
    }
    put('\n');
}

/* Issues the port to a free slot and writes the status to it: QEMU ends with 2 * status + 1. */
static void leave(unsigned status, const seL4_BootInfo *info) {
    seL4_IPCBuffer *buffer = info->ipcBuffer;
    buffer->caps_or_badges[0] = seL4_CapInitThreadCNode;
    call(seL4_CapIOPortControl, X86IOPortControlIssue << 12 | 1 << 7 | 4, EXIT_PORT, EXIT_PORT,
         info->empty.start, 64);
    call(info->empty.start, X86IOPortOut8 << 12 | 2, EXIT_PORT, status, 0, 0);
}

__attribute__((used)) void body(void) {
    static const char *const names[] = {"rax",   "rbx", "rcx", "rdx", "rsi",   "rdi", "rbp", "rsp",
                                        "r8",    "r9",  "r10", "r11", "r12",   "r13", "r14", "r15",
                                        "flags", "cs",  "ss",  "ds",  "mxcsr", "fcw"};
    const seL4_BootInfo *info = (const seL4_BootInfo *)entered[5];
#ifndef QUIET
    put('\n');
    for (int i = 0; i < 22; i++) {
        say(names[i], entered[i]);
    }
    say("bootinfo", info->ipcBuffer ? (unsigned long)info->ipcBuffer + 4096 : 0);
#else
    (void)names;
    (void)say;
#endif
    leave(5, info);
}
