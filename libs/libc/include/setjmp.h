/* Jumps out of a chain of calls. */
#pragma once

/** rbx, rbp, r12, r13, r14, r15, rsp, rip: what a called function must keep. */
typedef unsigned long jmp_buf[8];

/** Remembers this place. Returns 0 at first, and the value given to longjmp when jumped to. */
__attribute__((returns_twice)) int setjmp(jmp_buf place);

/** Goes back to a place whose function has not returned yet; `value` 0 arrives as 1. */
__attribute__((noreturn)) void longjmp(jmp_buf place, int value);
