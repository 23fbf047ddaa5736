/* The registers of a thread, in the order in which the kernel reads and writes them.
 *
 * ABI sheet 4.6. */
#pragma once
#include <sel4/simple_types.h>

typedef struct seL4_UserContext_ {
    /* 0 to 17: the frame */
    seL4_Word rip, rsp, rflags, rax, rbx, rcx, rdx, rsi, rdi, rbp;
    seL4_Word r8, r9, r10, r11, r12, r13, r14, r15;
    /* 18 and 19: the bases of fs and gs */
    seL4_Word fs_base, gs_base;
} seL4_UserContext;

/** Number of words in seL4_UserContext. */
#define SEL4_USER_CONTEXT_WORDS 20
