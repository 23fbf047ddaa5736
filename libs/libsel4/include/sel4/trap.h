/* The one instruction that enters the kernel, in the few shapes that differ in what comes back.
 *
 * Registers: rdx the system call's number, rdi the capability, rsi the message info, and r10, r8,
 * r9, r15 the first four message registers.  The kernel returns with rsp = 0, so that the stack
 * pointer waits in rbx; rcx and r11 are overwritten by the instruction itself.  Everything else
 * survives.  No function here touches memory: they work in a thread without IPC buffer, without
 * thread-local storage and on any stack. */
#pragma once
#include <sel4/message_info.h>
#include <sel4/syscall.h>

#define SEL4_TRAP     "movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
#define SEL4_CLOBBERS "rbx", "rcx", "r11", "memory"

/** A message in registers: what goes into the kernel and what comes out. */
typedef struct {
    seL4_Word cap;   /**< capability; afterwards the badge */
    seL4_Word info;  /**< message info */
    seL4_Word mr[4]; /**< message registers 0 to 3 */
} sel4_regs_t;

/** Sends a message and receives one (Call, ReplyRecv). */
LIBSEL4_ALWAYS_INLINE sel4_regs_t sel4_trap_exchange(seL4_Syscall_ID number, sel4_regs_t m) {
    register seL4_Word mr0 __asm__("r10") = m.mr[0];
    register seL4_Word mr1 __asm__("r8") = m.mr[1];
    register seL4_Word mr2 __asm__("r9") = m.mr[2];
    register seL4_Word mr3 __asm__("r15") = m.mr[3];
    __asm__ volatile(SEL4_TRAP
                     : "+D"(m.cap), "+S"(m.info), "+r"(mr0), "+r"(mr1), "+r"(mr2), "+r"(mr3)
                     : "d"((seL4_Word)number)
                     : SEL4_CLOBBERS);
    return (sel4_regs_t){m.cap, m.info, {mr0, mr1, mr2, mr3}};
}

/** Sends a message; nothing comes back (Send, NBSend, Reply). */
LIBSEL4_ALWAYS_INLINE void sel4_trap_send(seL4_Syscall_ID number, sel4_regs_t m) {
    register seL4_Word mr0 __asm__("r10") = m.mr[0];
    register seL4_Word mr1 __asm__("r8") = m.mr[1];
    register seL4_Word mr2 __asm__("r9") = m.mr[2];
    register seL4_Word mr3 __asm__("r15") = m.mr[3];
    __asm__ volatile(SEL4_TRAP
                     : "+D"(m.cap), "+S"(m.info), "+r"(mr0), "+r"(mr1), "+r"(mr2), "+r"(mr3)
                     : "d"((seL4_Word)number)
                     : SEL4_CLOBBERS);
}

/** Receives a message (Recv, NBRecv).  Where the kernel delivers only a badge (a signal, or
 * nothing to poll), info and message registers hold what was there by chance. */
LIBSEL4_ALWAYS_INLINE sel4_regs_t sel4_trap_receive(seL4_Syscall_ID number, seL4_Word cap) {
    sel4_regs_t m = {.cap = cap};
    register seL4_Word mr0 __asm__("r10");
    register seL4_Word mr1 __asm__("r8");
    register seL4_Word mr2 __asm__("r9");
    register seL4_Word mr3 __asm__("r15");
    __asm__ volatile(SEL4_TRAP
                     : "+D"(m.cap), "=S"(m.info), "=r"(mr0), "=r"(mr1), "=r"(mr2), "=r"(mr3)
                     : "d"((seL4_Word)number)
                     : SEL4_CLOBBERS);
    return (sel4_regs_t){m.cap, m.info, {mr0, mr1, mr2, mr3}};
}

/** A system call with one argument and perhaps a result, no message (Yield, Signal, debugging). */
LIBSEL4_ALWAYS_INLINE seL4_Word sel4_trap_plain(seL4_Syscall_ID number, seL4_Word arg,
                                                seL4_Word info) {
    __asm__ volatile(SEL4_TRAP : "+D"(arg), "+S"(info) : "d"((seL4_Word)number) : SEL4_CLOBBERS);
    return arg;
}
