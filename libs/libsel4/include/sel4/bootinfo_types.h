/* What the kernel tells the root task at boot: the layout of the BootInfo page and of the extra
 * blocks behind it.
 *
 * seL4 Reference Manual, chapter 9; ABI sheet 2.1 to 2.5. */
#pragma once
#include <sel4/types.h>

/** Slots of the root task's CNode that always hold the same. */
enum seL4_RootCNodeCapSlots {
    seL4_CapNull = 0,
    seL4_CapInitThreadTCB = 1,
    seL4_CapInitThreadCNode = 2,
    seL4_CapInitThreadVSpace = 3,
    seL4_CapIRQControl = 4,
    seL4_CapASIDControl = 5,
    seL4_CapInitThreadASIDPool = 6,
    seL4_CapIOPortControl = 7,
    seL4_CapIOSpace = 8, /**< empty: no IOMMU */
    seL4_CapBootInfoFrame = 9,
    seL4_CapInitThreadIPCBuffer = 10,
    seL4_CapDomain = 11,
    seL4_CapSMMUSIDControl = 12, /**< empty */
    seL4_CapSMMUCBControl = 13,  /**< empty */
    seL4_CapInitThreadSC = 14,   /**< empty */
    seL4_CapSMC = 15,            /**< empty */
    seL4_NumInitialCaps = 16
};
#define seL4_CapInitThreadPD seL4_CapInitThreadVSpace

typedef seL4_Word seL4_SlotPos;

/** The slots start, start + 1, ..., end - 1. */
typedef struct seL4_SlotRegion {
    seL4_SlotPos start;
    seL4_SlotPos end;
} seL4_SlotRegion;

/** One block of physical memory. */
typedef struct {
    seL4_Word paddr;     /**< where it begins */
    seL4_Uint8 sizeBits; /**< 2^sizeBits bytes */
    seL4_Uint8 isDevice; /**< 1: not RAM; gives only frames and untypeds */
    seL4_Uint8 padding[sizeof(seL4_Word) - 2 * sizeof(seL4_Uint8)];
} seL4_UntypedDesc;

typedef struct {
    seL4_Word extraLen; /**< bytes of the extra blocks, see seL4_BootInfoHeader */
    seL4_NodeId nodeID;
    seL4_Word numNodes;
    seL4_Word numIOPTLevels; /**< all ones without IOMMU */
    seL4_IPCBuffer *ipcBuffer;
    seL4_SlotRegion empty;           /**< free slots */
    seL4_SlotRegion sharedFrames;    /**< none */
    seL4_SlotRegion userImageFrames; /**< frames of the root task's image, ascending */
    seL4_SlotRegion userImagePaging; /**< its paging structures */
    seL4_SlotRegion ioSpaceCaps;     /**< none */
    seL4_SlotRegion extraBIPages;    /**< frames of the extra blocks */
    seL4_Word initThreadCNodeSizeBits;
    seL4_Domain initThreadDomain;
    seL4_SlotRegion untyped; /**< one capability a block of memory */
    seL4_UntypedDesc untypedList[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS];
} seL4_BootInfo;

#define seL4_BootInfoFrameBits seL4_PageBits
#define seL4_BootInfoFrameSize (1ul << seL4_BootInfoFrameBits)

/** Head of an extra block.  The blocks follow each other without gaps, from one page after the
 * BootInfo on; the next begins `len` bytes after this one. */
typedef struct {
    seL4_Word id;
    seL4_Word len;
} seL4_BootInfoHeader;

typedef enum {
    SEL4_BOOTINFO_HEADER_PADDING = 0,
    SEL4_BOOTINFO_HEADER_X86_VBE = 1,
    SEL4_BOOTINFO_HEADER_X86_MBMMAP = 2,
    SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP = 3,
    SEL4_BOOTINFO_HEADER_X86_FRAMEBUFFER = 4,
    SEL4_BOOTINFO_HEADER_X86_TSC_FREQ = 5,
    SEL4_BOOTINFO_HEADER_FDT = 6,
    SEL4_BOOTINFO_HEADER_NUM = 7,
    SEL4_FORCE_LONG_ENUM(seL4_BootInfoID)
} seL4_BootInfoID;

#define SEL4_MULTIBOOT_MAX_MMAP_ENTRIES 50

/** One entry of the boot loader's memory map; type 1 is RAM. */
typedef struct seL4_X86_mb_mmap {
    seL4_Uint32 size;
    seL4_Uint64 base_addr;
    seL4_Uint64 length;
    seL4_Uint32 type;
} SEL4_PACKED seL4_X86_mb_mmap_t;

/** Block SEL4_BOOTINFO_HEADER_X86_MBMMAP. */
typedef struct seL4_X86_BootInfo_mmap {
    seL4_BootInfoHeader header;
    seL4_Uint32 mmap_length; /**< bytes of `mmap` in use */
    seL4_X86_mb_mmap_t mmap[SEL4_MULTIBOOT_MAX_MMAP_ENTRIES];
} SEL4_PACKED seL4_X86_BootInfo_mmap_t;

/** Block SEL4_BOOTINFO_HEADER_X86_FRAMEBUFFER. */
typedef struct seL4_X86_BootInfo_fb {
    seL4_BootInfoHeader header;
    seL4_Uint64 addr;
    seL4_Uint32 pitch;
    seL4_Uint32 width;
    seL4_Uint32 height;
    seL4_Uint8 bpp;
    seL4_Uint8 type;
} SEL4_PACKED seL4_X86_BootInfo_fb_t;

/** Block SEL4_BOOTINFO_HEADER_X86_TSC_FREQ. */
typedef struct seL4_X86_BootInfo_tsc_freq {
    seL4_BootInfoHeader header;
    seL4_Uint32 freq_mhz;
} SEL4_PACKED seL4_X86_BootInfo_tsc_freq_t;
