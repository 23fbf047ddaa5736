/* The two threads of hygiene.c: a secretive one, which has a pattern in all its registers, and an
 * observer, which has another there and writes down what it finds in them after a kernel entry.
 *
 * They are assembly, since every register counts. The names are those of one file: it is included
 * once.
 */
#pragma once

#include "check.h"

#define SECRET 0x5ec5ec5ec5ec0000ul
#define OWN    0x0b5e0b5e0b5e0000ul

struct cpu { /* in the order of the assembly below */
    word rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, rsp;
};
#define REGISTERS    (sizeof(struct cpu) / sizeof(word))
#define BUFFER_WORDS (sizeof(seL4_IPCBuffer) / sizeof(word))

/* What the secretive thread calls, over and over. */
word secret_number, secret_cap, secret_info;
/* Registers of the observer, before and after; where its stack is meanwhile. */
struct cpu before, after;
word observer_stack;

void secret_loop(void), secret_spin(void), secret_fault(void), secret_undefined(void);
void observe_call(void), observe_spin(void);

__asm__(".macro fill_secret\n\t"
        "movabsq $0x5ec5ec5ec5ec0001, %rax\n\t"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
        "movq %rax, %xmm\\n\n\t"
        ".endr\n\t"
        "leaq 1(%rax), %rbx\n\tleaq 2(%rax), %rcx\n\tleaq 3(%rax), %rbp\n\t"
        "leaq 4(%rax), %r8\n\tleaq 5(%rax), %r9\n\tleaq 6(%rax), %r10\n\t"
        "leaq 7(%rax), %r11\n\tleaq 8(%rax), %r12\n\tleaq 9(%rax), %r13\n\t"
        "leaq 10(%rax), %r14\n\tleaq 11(%rax), %r15\n\tleaq 12(%rax), %rsi\n\t"
        "leaq 13(%rax), %rdi\n\tleaq 14(%rax), %rdx\n\t"
        ".endm\n"

        "secret_loop:\n\t"
        "fill_secret\n\t"
        "movq secret_number, %rdx\n\tmovq secret_cap, %rdi\n\tmovq secret_info, %rsi\n\t"
        "syscall\n\t"
        "jmp secret_loop\n"

        "secret_spin:\n\tfill_secret\n1:\tjmp 1b\n"
        "secret_fault:\n\tfill_secret\n\tmovb $0, 0x10\n"
        "secret_undefined:\n\tfill_secret\n\tud2\n"

        ".macro load_observer\n\t"
        "pushq %rbx\n\tpushq %rbp\n\tpushq %r12\n\tpushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
        "movq %rsp, observer_stack\n\t"
        "movq before, %rax\n\tmovq before+8, %rbx\n\tmovq before+16, %rcx\n\t"
        "movq before+24, %rdx\n\tmovq before+32, %rsi\n\tmovq before+40, %rdi\n\t"
        "movq before+48, %rbp\n\tmovq before+56, %r8\n\tmovq before+64, %r9\n\t"
        "movq before+72, %r10\n\tmovq before+80, %r11\n\tmovq before+88, %r12\n\t"
        "movq before+96, %r13\n\tmovq before+104, %r14\n\tmovq before+112, %r15\n\t"
        ".endm\n"
        ".macro store_observer\n\t"
        "movq %rax, after\n\tmovq %rbx, after+8\n\tmovq %rcx, after+16\n\t"
        "movq %rdx, after+24\n\tmovq %rsi, after+32\n\tmovq %rdi, after+40\n\t"
        "movq %rbp, after+48\n\tmovq %r8, after+56\n\tmovq %r9, after+64\n\t"
        "movq %r10, after+72\n\tmovq %r11, after+80\n\tmovq %r12, after+88\n\t"
        "movq %r13, after+96\n\tmovq %r14, after+104\n\tmovq %r15, after+112\n\t"
        "movq %rsp, after+120\n\tmovq observer_stack, %rsp\n\t"
        "popq %r15\n\tpopq %r14\n\tpopq %r13\n\tpopq %r12\n\tpopq %rbp\n\tpopq %rbx\n\t"
        "ret\n\t"
        ".endm\n"

        "observe_call:\n\tload_observer\n\tsyscall\n\tstore_observer\n"

        "observe_spin:\n\t" /* long enough for several time slices */
        "load_observer\n\tmovl $20000000, %ecx\n"
        "1:\tdecl %ecx\n\tjnz 1b\n\t"
        "movq before+16, %rcx\n\tstore_observer\n");
