/* Where a multiboot boot loader jumps to: 32-bit protected mode, no paging.
 *
 * Checks that the CPU can do what follows, turns on paging with the tables of window.S, and goes on
 * in 64-bit mode at the kernel's own addresses. This file is linked at its physical address.
 * Registers kept all the way: edi the boot loader's magic number, esi its information.
 */
#include "x86/offsets.h"

#define TO_PADDR 0xffffffff80000000

#define MULTIBOOT1_MAGIC 0x1badb002
#define MULTIBOOT1_FLAGS 3      /* modules on page boundaries, tell about memory */
#define MULTIBOOT2_MAGIC 0xe85250d6

#define CR0_START  0x80010033   /* PG, WP, NE, ET, MP, PE */
#define CR4_START  0x220        /* OSFXSR, PAE */
#define MSR_EFER   0xc0000080
#define EFER_START 0x100        /* LME */

#define EXTENDED_FEATURES 0x80000001
#define LONG_MODE_BIT     29
#define HUGE_PAGE_BIT     26

#define SERIAL_DATA   0x3f8
#define SERIAL_STATUS 0x3fd
#define TX_EMPTY      0x20
#define KERNEL_CODE   0x08

    .section .multiboot, "awx"
    .p2align 3
multiboot1_header:
    .long MULTIBOOT1_MAGIC, MULTIBOOT1_FLAGS, -(MULTIBOOT1_MAGIC + MULTIBOOT1_FLAGS)
    .long 0, 0, 0, 0, 0         /* addresses: the ELF headers say */
    .long 0, 0, 0, 0            /* video: none wanted */

    .p2align 3
multiboot2_header:
    .long MULTIBOOT2_MAGIC, 0, multiboot2_end - multiboot2_header
    .long 0x100000000 - (MULTIBOOT2_MAGIC + multiboot2_end - multiboot2_header)
    .word 0, 0                  /* end tag */
    .long 8
multiboot2_end:

    .code32
    .global kernel_entry
kernel_entry:
    cli
    cld
    movl %eax, %edi
    movl %ebx, %esi
    movl $EXTENDED_FEATURES - 1, %eax
    cpuid
    xorl %edx, %edx
    cmpl $EXTENDED_FEATURES, %eax
    jb 1f
    movl $EXTENDED_FEATURES, %eax
    cpuid
1:  movl $no_long_mode, %ebx
    btl $LONG_MODE_BIT, %edx
    jnc complain
    movl $no_huge_page, %ebx
    btl $HUGE_PAGE_BIT, %edx
    jnc complain

    movl $CR4_START, %eax
    movl %eax, %cr4
    movl $kernel_pml4 - TO_PADDR, %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    movl $EFER_START, %eax
    xorl %edx, %edx
    wrmsr
    movl $CR0_START, %eax
    movl %eax, %cr0
    lgdt gdt_pointer
    ljmp $KERNEL_CODE, $in_64_bits

/* Prints the string at ebx and stops. */
complain:
    movb (%ebx), %cl
    testb %cl, %cl
    jz stop
    movw $SERIAL_STATUS, %dx
1:  inb %dx, %al
    testb $TX_EMPTY, %al
    jz 1b
    movb %cl, %al
    movw $SERIAL_DATA, %dx
    outb %al, %dx
    incl %ebx
    jmp complain
stop:
    hlt
    jmp stop

no_long_mode:
    .asciz "Long mode not supported by the processor\r\n"
no_huge_page:
    .asciz "Huge page not supported by the processor\r\n"

gdt_pointer:
    .word 8 * 8 - 1
    .long gdt - TO_PADDR

    .code64
in_64_bits:
    movq $kernel_stack_top, %rsp
    movl %edi, %edi             /* the upper halves are undefined after the change of mode */
    movl %esi, %esi
    movq $boot_main, %rax
    call *%rax
