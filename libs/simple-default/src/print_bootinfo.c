/* Prints a BootInfo line by line, in the words that the lessons quote; it reads and never writes.
 */
#include <sel4debug/debug.h>
#include <stdio.h>

static void print_region(const char *title, seL4_SlotRegion region) {
    printf("%-16s [%lu --> %lu)\n", title, region.start, region.end);
}

static void print_untypeds(const seL4_BootInfo *info, seL4_Word count) {
    printf("List of untypeds\n");
    printf("------------------\n");
    printf("Paddr    | Size   | Device\n");
    for (seL4_Word i = 0; i < count; i++) {
        const seL4_UntypedDesc *ut = &info->untypedList[i];
        printf("%p | %zu | %d\n", (void *)ut->paddr, (size_t)ut->sizeBits, (int)ut->isDevice);
    }
}

static void print_summary(const seL4_BootInfo *info, seL4_Word count) {
    int of_size[seL4_WordBits] = {0};

    for (seL4_Word i = 0; i < count; i++) {
        of_size[info->untypedList[i].sizeBits % seL4_WordBits]++;
    }
    printf("Untyped summary\n");
    for (int bits = 0; bits < seL4_WordBits; bits++) {
        if (of_size[bits] != 0) {
            printf("%d untypeds of size %d\n", of_size[bits], bits);
        }
    }
}

void debug_print_bootinfo(seL4_BootInfo *info) {
    seL4_Word untypeds = info->untyped.end - info->untyped.start;

    printf("Node %lu of %lu\n", info->nodeID, info->numNodes);
    printf("IOPT levels:     %u\n", (unsigned)info->numIOPTLevels);
    printf("IPC buffer:      %p\n", (void *)info->ipcBuffer);
    print_region("Empty slots:", info->empty);
    print_region("sharedFrames:", info->sharedFrames);
    print_region("userImageFrames:", info->userImageFrames);
    print_region("userImagePaging:", info->userImagePaging);
    print_region("untypeds:", info->untyped);
    printf("Initial thread domain: %u\n", (unsigned)info->initThreadDomain);
    printf("Initial thread cnode size: %u\n", (unsigned)info->initThreadCNodeSizeBits);
    print_untypeds(info, untypeds);
    print_summary(info, untypeds);
}
