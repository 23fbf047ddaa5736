/* The smallest guest that a boot can be measured against: it prints one line and leaves QEMU.
 *
 * What it needs is what no kernel can do without: QEMU's start, the firmware, the multiboot loader.
 */
    .text
    .p2align 2                  /* the multiboot header: it must lie in the file's first 8 KiB */
    .long 0x1BADB002, 3, -(0x1BADB002 + 3)

    .globl _start
_start:
    movl $line, %esi
    movl $(line_end - line), %ecx
    movw $0x3f8, %dx
    rep outsb
    movl $0x10, %eax
    movw $0xf4, %dx
    outl %eax, %dx
1:  hlt
    jmp 1b

line:
    .ascii "smallest\n"
line_end:
