/* A thread's registers by what they are for, not by their names on this machine. */
#pragma once

#include <sel4/sel4.h>

/** Set where a thread continues. */
static inline void sel4utils_set_instruction_pointer(seL4_UserContext *regs, seL4_Word value) {
    regs->rip = value;
}

/** Set a thread's stack pointer. */
static inline void sel4utils_set_stack_pointer(seL4_UserContext *regs, seL4_Word value) {
    regs->rsp = value;
}

/** Set the first argument of a thread's entry function. */
static inline void sel4utils_set_arg0(seL4_UserContext *regs, seL4_Word value) {
    regs->rdi = value;
}

/** @return where a thread continues */
static inline seL4_Word sel4utils_get_instruction_pointer(seL4_UserContext regs) {
    return regs.rip;
}

/** @return a thread's stack pointer */
static inline seL4_Word sel4utils_get_sp(seL4_UserContext regs) { return regs.rsp; }
