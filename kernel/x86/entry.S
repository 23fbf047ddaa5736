/* The doors of the kernel: in by `syscall`, trap or interrupt; out by sysret or iretq.
 *
 * Registers are saved into, and loaded from, the TCB itself: there is no other copy. A trap finds
 * the end of the current thread's registers as its stack (IST 1), so the CPU's own frame lands in
 * place. C then runs on the one kernel stack, from its top, and nothing on it outlives the entry.
 * Invariant: interrupts are off between a door in and a door out, and every register a thread gets
 * back comes from its TCB: no value of the kernel's or of another thread's is left in one.
 */
#include "x86/offsets.h"

#ifdef CONFIG_PAGE_TABLE_ISOLATION
/* Each door in changes to the kernel's tables and each door out to the thread's (isolation.c). The
 * next instruction lies in the trampoline, which both show; rsp is free at all doors. */
#define ENTRY_TEXT .trampoline.text
#define TRAP_TEXT  .trampoline.traps
#define TO_PADDR   0xffffffff80000000

    .macro to_kernel_tables
    movl $kernel_pml4 - TO_PADDR, %esp
    movq %rsp, %cr3
    .endm

    .macro to_user_tables
    movq user_cr3(%rip), %rsp
    movq %rsp, %cr3
    .endm

    .macro fetch_trap_frame     /* goes on as if it had been pushed into the thread */
    to_kernel_tables
    movb $1, trap_frame_used(%rip)
    movq trap_stack(%rip), %rsp
    .irp word, 7, 6, 5, 4, 3, 2, 1
    pushq trap_frame + 8 * \word(%rip)
    .endr
    .endm

    .macro hand_out_frame       /* from the thread, at rsp, to where iretq can read it */
    movb $1, trap_frame_used(%rip)
    .irp word, 3, 4, 5, 6, 7
    popq trap_frame + 8 * \word(%rip)
    .endr
    to_user_tables
    movq $trap_frame + 8 * 3, %rsp
    .endm
#else
#define ENTRY_TEXT .text.hot
#define TRAP_TEXT  .text
    .irp door, to_kernel_tables, to_user_tables, fetch_trap_frame, hand_out_frame
    .macro \door
    .endm
    .endr
#endif

    .section ENTRY_TEXT, "ax"
    .global syscall_entry, return_to_user, trap_stubs, kernel_stack_top

/* A call may change rcx, r11 and rsp (the ABI says so): rsp is free to address the TCB, and the
 * TCB's rcx, r11 and rsp keep what the last trap left there. */
    .p2align 6
syscall_entry:
    to_kernel_tables
    movq current_thread(%rip), %rsp
    movq %rcx, TCB_RIP(%rsp)
    subq $SYSCALL_INSTRUCTION_BYTES, %rcx
    movq %rcx, TCB_RESTART_IP(%rsp)
    movq %r11, TCB_RFLAGS(%rsp)
    movq $-1, TCB_ENTRY(%rsp)
    movq %rax, TCB_RAX(%rsp)
    movq %rbx, TCB_RBX(%rsp)
    movq %rdx, TCB_RDX(%rsp)
    movq %rbp, TCB_RBP(%rsp)
    movq %rsi, TCB_RSI(%rsp)
    movq %rdi, TCB_RDI(%rsp)
    movq %r8, TCB_R8(%rsp)
    movq %r9, TCB_R9(%rsp)
    movq %r10, TCB_R10(%rsp)
    movq %r12, TCB_R12(%rsp)
    movq %r13, TCB_R13(%rsp)
    movq %r14, TCB_R14(%rsp)
    movq %r15, TCB_R15(%rsp)
    movq $kernel_stack_top, %rsp
    call handle_syscall
    movq current_thread(%rip), %rdi

return_to_user:                 /* rdi: the thread */
    cmpq $-1, TCB_ENTRY(%rdi)
    jne return_by_iret
    movq TCB_RIP(%rdi), %rcx
    movq TCB_RFLAGS(%rdi), %r11
    movq TCB_RAX(%rdi), %rax
    movq TCB_RBX(%rdi), %rbx
    movq TCB_RDX(%rdi), %rdx
    movq TCB_RBP(%rdi), %rbp
    movq TCB_RSI(%rdi), %rsi
    movq TCB_R8(%rdi), %r8
    movq TCB_R9(%rdi), %r9
    movq TCB_R10(%rdi), %r10
    movq TCB_R12(%rdi), %r12
    movq TCB_R13(%rdi), %r13
    movq TCB_R14(%rdi), %r14
    movq TCB_R15(%rdi), %r15
    movq TCB_RDI(%rdi), %rdi
    to_user_tables
    xorl %esp, %esp
    sysretq

return_by_iret:
    leaq TCB_R15(%rdi), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rbp
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    addq $16, %rsp              /* entry and error */
    hand_out_frame
    iretq

    .section TRAP_TEXT, "ax"
/* The CPU has pushed ss … rip, and an error code or the stub a 0; the stub has pushed the vector. */
trap_common:
    fetch_trap_frame
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rbp
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    cld
    leaq -TCB_R15(%rsp), %rdi   /* the struct registers just filled */
    movq $kernel_stack_top, %rsp
    call handle_trap
    movq current_thread(%rip), %rdi
    jmp return_to_user

/* One stub a vector, 16 bytes apart; vectors 8, 10 to 14, 17, 21, 29 and 30 bring an error code. */
    .p2align 4
trap_stubs:
    .set vector, 0
    .rept 256
    .p2align 4
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || \
          vector == 29 || vector == 30)
    pushq $0
    .endif
    pushq $vector
    jmp trap_common
    .set vector, vector + 1
    .endr

    .section .bss.stack, "aw", @nobits
    .p2align 12
    .skip KERNEL_STACK_BYTES
kernel_stack_top:
