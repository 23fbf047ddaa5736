/*
 * void *utils_run_on_stack(void *stack_top, void *(*func)(void *), void *arg)
 *
 * The caller's stack pointer waits in rbp, which every function preserves.
 */
    .text
    .globl utils_run_on_stack
    .type utils_run_on_stack, @function
utils_run_on_stack:
    pushq %rbp
    movq %rsp, %rbp
    movq %rdi, %rsp
    movq %rdx, %rdi
    call *%rsi
    movq %rbp, %rsp
    popq %rbp
    ret
    .size utils_run_on_stack, . - utils_run_on_stack

    .section .note.GNU-stack, "", @progbits
