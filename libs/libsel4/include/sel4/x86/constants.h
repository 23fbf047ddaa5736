/* Sizes of pages and paging structures, and the numbers of the PC's interrupts.
 *
 * ABI sheet 4.5, 4.9, 5.2. */
#pragma once
#include <sel4/macros.h>

#define seL4_PageBits      12
#define seL4_LargePageBits 21
#define seL4_HugePageBits  30

#define seL4_PageTableBits      12
#define seL4_PageTableIndexBits 9
#define seL4_PageTableEntryBits 3
#define seL4_PageDirBits        12
#define seL4_PageDirIndexBits   9
#define seL4_PageDirEntryBits   3
#define seL4_PDPTBits           12
#define seL4_PDPTIndexBits      9
#define seL4_PDPTEntryBits      3
#define seL4_PML4Bits           12
#define seL4_PML4IndexBits      9
#define seL4_PML4EntryBits      3
#define seL4_VSpaceBits         seL4_PML4Bits
#define seL4_VSpaceIndexBits    seL4_PML4IndexBits
#define seL4_IOPageTableBits    12

#define seL4_ASIDPoolBits      12
#define seL4_ASIDPoolIndexBits 9
#define seL4_NumASIDPoolsBits  3

/* The highest address that user programs have, and the end of what can be mapped. */
#define seL4_UserTop       0x00007ffffffff000
#define seL4_UserVSpaceTop 0x00007fffffffefff

/* Interrupts: vector argument + IRQ_OFFSET is the processor's vector. */
#define IRQ_OFFSET 0x30
#define VECTOR_MIN 0
#define VECTOR_MAX 109

#define TLS_GDT_ENTRY       7
#define TLS_GDT_SELECTOR    0x3b
#define IPCBUF_GDT_ENTRY    8
#define IPCBUF_GDT_SELECTOR 0x43

/** How a page is cached. */
typedef enum {
    seL4_X86_Default_VMAttributes = 0,
    seL4_X86_WriteBack = 0,
    seL4_X86_WriteThrough = 1,
    seL4_X86_CacheDisabled = 2,
    seL4_X86_Uncacheable = 3,
    seL4_X86_WriteCombining = 4,
    SEL4_FORCE_LONG_ENUM(seL4_X86_VMAttributes)
} seL4_X86_VMAttributes;
