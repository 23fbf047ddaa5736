/* The kernel's page tables, as data: the window onto all of physical memory and the kernel image.
 *
 * One table of 1 GiB pages fills the topmost 512 GiB: entry i is physical gigabyte i, entry 510
 * once more physical gigabyte 0 (the image, at -2 GiB), entry 511 the devices (vm.c). The top level
 * also has it at address 0, for boot code that reads what the firmware left; vm_forget_identity() ends
 * that. Invariant: no entry carries the user bit.
 */
#define TABLE     0x23          /* present, writable, accessed */
#define PAGE_1G   0x1e3         /* … and dirty, large, global */
#define GIGABYTE  0x40000000
#define TO_PADDR  0xffffffff80000000

    .global kernel_pml4, kernel_pdpt

    .data
    .p2align 12
kernel_pml4:
    .quad kernel_pdpt - TO_PADDR + TABLE
    .fill 510, 8, 0
    .quad kernel_pdpt - TO_PADDR + TABLE

kernel_pdpt:
    .set gigabyte, 0
    .rept 510
    .quad gigabyte * GIGABYTE + PAGE_1G
    .set gigabyte, gigabyte + 1
    .endr
    .quad PAGE_1G
    .quad 0
