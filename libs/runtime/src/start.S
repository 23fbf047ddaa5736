/* The first instructions of a program.
 *
 * A root task comes from the kernel with rsp = 0 and the BootInfo's address in rdi; it has no
 * stack but the one in its own image. A process comes from its parent with rsp on the argument
 * count; it keeps that stack. rsp tells the two apart, so that every program can be linked with
 * the entry _sel4_start and be started either way. */
#include <autoconf.h>

    .section .text.start, "ax", @progbits
    .globl _sel4_start
    .type _sel4_start, @function
_sel4_start:
    testq %rsp, %rsp
    jnz _start
    leaq sel4runtime_root_stack_top(%rip), %rsp
    movq %rsp, %rbp
    call __sel4_start_root
    ud2
    .size _sel4_start, . - _sel4_start

    .globl _start
    .type _start, @function
_start:
    movq %rsp, %rdi
    xorl %ebp, %ebp
    andq $-16, %rsp
    call __sel4_start_process
    ud2
    .size _start, . - _start

    .bss
    .balign 4096
    .globl sel4runtime_root_stack
sel4runtime_root_stack:
    .skip CONFIG_SEL4RUNTIME_ROOT_STACK
    .globl sel4runtime_root_stack_top
sel4runtime_root_stack_top:

    .section .note.GNU-stack, "", @progbits
