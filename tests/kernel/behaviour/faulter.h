/* A thread that faults on purpose: pieces of code, the registers it starts with, its first message.
 *
 * Invariant: the faulter has one fault handler, the endpoint in `handler` with badge 0xfa, and is
 * above the worker, so its fault is there as soon as it was started.
 */
#pragma once

#include "check.h"

/* A piece of code whose instruction at `id` faults; if it gets past it, `id_next` is exception 6.
 */
#define SNIPPET(id, code)                                                                          \
    __asm__(".pushsection .text\n" #id ": " code "\n" #id "_next: ud2\n.popsection");              \
    extern const char id[], id##_next[]

static struct thread *faulter;
static word handler;

/* Runs a snippet with these registers in a thread of its own; the first fault message. */
static inline struct message fault_in(const char *code, word rax, word rdx) {
    handler = endpoint();
    thread_fault_handler = badged(handler, 0xfa);
    faulter = thread(NULL, 0, HIGH);
    seL4_UserContext r = {.rip = (word)code,
                          .rsp = (word)faulter->stack_top - 64,
                          .rflags = 0x202,
                          .rax = rax,
                          .rdx = rdx,
                          .rbx = 0xb0,
                          .rcx = 0,
                          .rsi = 0x51,
                          .rdi = 0xd1,
                          .rbp = 0xb9,
                          .r8 = 0x8,
                          .r9 = 0x9,
                          .r10 = 0x10,
                          .r12 = 0x12,
                          .r13 = 0x13,
                          .r14 = 0x14,
                          .r15 = 0x15};
    set_registers(faulter->tcb, true, &r);
    return poll(handler);
}
static inline word stack(void) { return (word)faulter->stack_top - 64; }
/* The same thread once more, at another snippet. */
static inline struct message fault_next(const char *code) {
    seL4_UserContext r = {.rip = (word)code, .rsp = stack(), .rflags = 0x202};
    suspend(faulter);
    set_registers(faulter->tcb, true, &r);
    return poll(handler);
}
static inline void check_exception(struct message m, const char *ip, word number, word code) {
    EQUAL(m.cap, 0xfa);
    EQUAL(LABEL(m.info), seL4_Fault_UserException);
    EQUAL(LENGTH(m.info), 5);
    EQUAL(m.mr[0], (word)ip);
    EQUAL(m.mr[1], stack());
    EQUAL(m.mr[3], number);
    EQUAL(seL4_GetMR(4), code);
}
static inline void check_vm_fault(struct message m, word ip, word address, word status) {
    EQUAL(m.cap, 0xfa);
    EQUAL(m.info, INFO(seL4_Fault_VMFault, 0, 4));
    EQUAL(m.mr[0], ip);
    EQUAL(m.mr[1], address);
    EQUAL(m.mr[2], 0);
    EQUAL(m.mr[3], status);
}
