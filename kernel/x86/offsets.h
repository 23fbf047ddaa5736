/* Where entry.S finds things in a struct tcb: included by assembly and, for the proof, by C.
 *
 * Invariant: every number here is checked against the struct when trap.c is compiled.
 */
#pragma once

#define TCB_R15        16
#define TCB_R14        24
#define TCB_R13        32
#define TCB_R12        40
#define TCB_R10        56
#define TCB_R9         64
#define TCB_R8         72
#define TCB_RDI        80
#define TCB_RSI        88
#define TCB_RBP        96
#define TCB_RDX        104
#define TCB_RBX        120
#define TCB_RAX        128
#define TCB_ENTRY      136
#define TCB_RIP        152
#define TCB_RFLAGS     168
#define TCB_REGS_END   192
#define TCB_RESTART_IP 736

#define SYSCALL_INSTRUCTION_BYTES 2

#define KERNEL_STACK_BYTES (8192 + 256) /* its top shares a page with HOT_DATA */

#ifndef __ASSEMBLER__
#include "object/tcb.h"

#define CHECK_OFFSET(name, field)                                                                  \
    static_assert(name == offsetof(struct tcb, field), "entry.S relies on it")
CHECK_OFFSET(TCB_R15, regs.r15);
CHECK_OFFSET(TCB_R14, regs.r14);
CHECK_OFFSET(TCB_R13, regs.r13);
CHECK_OFFSET(TCB_R12, regs.r12);
CHECK_OFFSET(TCB_R10, regs.r10);
CHECK_OFFSET(TCB_R9, regs.r9);
CHECK_OFFSET(TCB_R8, regs.r8);
CHECK_OFFSET(TCB_RDI, regs.rdi);
CHECK_OFFSET(TCB_RSI, regs.rsi);
CHECK_OFFSET(TCB_RBP, regs.rbp);
CHECK_OFFSET(TCB_RDX, regs.rdx);
CHECK_OFFSET(TCB_RBX, regs.rbx);
CHECK_OFFSET(TCB_RAX, regs.rax);
CHECK_OFFSET(TCB_ENTRY, regs.entry);
CHECK_OFFSET(TCB_RIP, regs.rip);
CHECK_OFFSET(TCB_RFLAGS, regs.rflags);
CHECK_OFFSET(TCB_RESTART_IP, restart_ip);
static_assert(TCB_REGS_END == sizeof(struct registers), "a trap's frame ends the registers");
static_assert(offsetof(struct tcb, regs) == 0 && TCB_REGS_END % 16 == 0,
              "the CPU aligns the stack of a trap to 16 bytes");
#endif
