/* Where entry.S finds things in a struct tcb: included by assembly and, for the proof, by C.
 *
 * Invariant: every number here is checked against the struct when trap.c is compiled.
 */
#pragma once

#define TCB_REGISTERS  16 /* r15, the first of those that a trap pushes */
#define TCB_ENTRY      136
#define TCB_RIP        152
#define TCB_RFLAGS     168
#define TCB_REGS_END   192
#define TCB_RESTART_IP 736

#define SYSCALL_INSTRUCTION_BYTES 2

#define KERNEL_STACK_BYTES (8192 + 256) /* its top shares a page with HOT_DATA */

#ifndef __ASSEMBLER__
#include "object/tcb.h"

#define REGISTER_AT(n, reg) (offsetof(struct registers, reg) == TCB_REGISTERS + 8 * (n))
static_assert(REGISTER_AT(0, r15) && REGISTER_AT(1, r14) && REGISTER_AT(2, r13) &&
                  REGISTER_AT(3, r12) && REGISTER_AT(4, r11) && REGISTER_AT(5, r10) &&
                  REGISTER_AT(6, r9) && REGISTER_AT(7, r8) && REGISTER_AT(8, rdi) &&
                  REGISTER_AT(9, rsi) && REGISTER_AT(10, rbp) && REGISTER_AT(11, rdx) &&
                  REGISTER_AT(12, rcx) && REGISTER_AT(13, rbx) && REGISTER_AT(14, rax),
              "entry.S saves them in this order");

#define CHECK_OFFSET(name, field)                                                                  \
    static_assert(name == offsetof(struct tcb, field), "entry.S relies on it")
CHECK_OFFSET(TCB_ENTRY, regs.entry);
CHECK_OFFSET(TCB_RIP, regs.rip);
CHECK_OFFSET(TCB_RFLAGS, regs.rflags);
CHECK_OFFSET(TCB_RESTART_IP, restart_ip);
static_assert(TCB_REGS_END == sizeof(struct registers), "a trap's frame ends the registers");
static_assert(offsetof(struct tcb, regs) == 0 && TCB_REGS_END % 16 == 0,
              "the CPU aligns the stack of a trap to 16 bytes");
#endif
