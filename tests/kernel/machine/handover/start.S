/* The boot loader's own entry: a multiboot 1 kernel for QEMU, far above the kernel that it loads. */
    .section .text.first, "ax"
    .p2align 2
    .long 0x1badb002, 3, -(0x1badb002 + 3)

    .global _start
_start:
    movl $stack_top, %esp
    pushl %ebx
    call load
    ud2

/* void enter(uint32_t entry, uint32_t magic, const void *info) */
    .global enter
enter:
    movl 4(%esp), %ecx
    movl 8(%esp), %eax
    movl 12(%esp), %ebx
    jmp *%ecx

    .bss
    .p2align 4
    .skip 4096
stack_top:
