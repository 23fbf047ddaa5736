/* The doors of the kernel: in by `syscall`, trap or interrupt; out by sysret or iretq.
 *
 * Registers are saved into, and loaded from, the TCB itself: there is no other copy. A trap finds
 * the end of the current thread's registers as its stack (IST 1), so the CPU's own frame lands in
 * place. C then runs on the one kernel stack, from its top, and nothing on it outlives the entry.
 * Invariant: interrupts are off between a door in and a door out, and every register a thread gets
 * back comes from its TCB: no value of the kernel's or of another thread's is left in one.
 */
#include "x86/offsets.h"

    .set offset, TCB_REGISTERS  /* TCB_r15, TCB_r14 … : where each is in the TCB */
    .irp reg, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rdx, rcx, rbx, rax
    .set TCB_\reg, offset
    .set offset, offset + 8
    .endr

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
    .irp reg, rax, rbx, rdx, rbp, rsi, rdi, r8, r9, r10, r12, r13, r14, r15
    movq %\reg, TCB_\reg(%rsp)
    .endr
    movq $kernel_stack_top, %rsp
    call handle_syscall
    movq current_thread(%rip), %rdi

return_to_user:                 /* rdi: the thread */
    cmpq $-1, TCB_ENTRY(%rdi)
    jne return_by_iret
    movq TCB_RIP(%rdi), %rcx
    movq TCB_RFLAGS(%rdi), %r11
    .irp reg, rax, rbx, rdx, rbp, rsi, r8, r9, r10, r12, r13, r14, r15, rdi
    movq TCB_\reg(%rdi), %\reg
    .endr
    to_user_tables
    xorl %esp, %esp
    sysretq

return_by_iret:
    leaq TCB_REGISTERS(%rdi), %rsp
    .irp reg, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rdx, rcx, rbx, rax
    popq %\reg
    .endr
    addq $16, %rsp              /* entry and error */
    hand_out_frame
    iretq

    .section TRAP_TEXT, "ax"
/* The CPU has pushed ss … rip, and an error code or the stub a 0; the stub has pushed the vector. */
trap_common:
    fetch_trap_frame
    .irp reg, rax, rbx, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
    pushq %\reg
    .endr
    cld
    leaq -TCB_REGISTERS(%rsp), %rdi /* the struct registers just filled */
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
