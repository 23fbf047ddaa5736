/* What one load of CR3 costs by itself: a guest that does nothing else.
 *
 * An emulator forgets all translations then, so no kernel that changes page tables can be faster.
 * Prints the least of many measurements of four loads in a row, and leaves QEMU.
 */
#define ROUNDS    20000
#define LARGE     0x83          /* present, writable, 4 MiB */
#define CR4_PSE   0x10
#define CR0_PG    0x80000000
#define SERIAL    0x3f8

    .text
    .p2align 2
    .long 0x1BADB002, 3, -(0x1BADB002 + 3)

    .globl _start
_start:
    movl $stack, %esp
    movl $directory, %ebx
    movl %ebx, %cr3
    movl $CR4_PSE, %eax
    movl %eax, %cr4
    movl %cr0, %eax
    orl $CR0_PG, %eax
    movl %eax, %cr0
    movl $ROUNDS, %edi
    movl $-1, %ebp              /* the least so far */
round:
    rdtsc
    movl %eax, %esi
    .rept 4
    movl %ebx, %cr3
    .endr
    rdtsc
    subl %esi, %eax
    cmpl %ebp, %eax
    jae 1f
    movl %eax, %ebp
1:  decl %edi
    jnz round

    movl %ebp, %eax             /* in decimal */
    movl $10, %ecx
1:  xorl %edx, %edx
    divl %ecx
    addl $'0', %edx
    pushl %edx
    incl %edi
    testl %eax, %eax
    jnz 1b
    movw $SERIAL, %dx
1:  popl %eax
    outb %al, %dx
    decl %edi
    jnz 1b
    movl $0x10, %eax
    movw $0xf4, %dx
    outl %eax, %dx
1:  hlt
    jmp 1b

    .bss
    .skip 256
stack:
    .data
    .p2align 12
directory:
    .set page, 0
    .rept 1024
    .long (page << 22) + LARGE
    .set page, page + 1
    .endr
