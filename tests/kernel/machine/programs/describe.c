/* Prints what a root task is given, one fact a line: regions of slots, untyped memory, extra boot
 * info. What it should be is the test's business.
 */
#include <sel4/sel4.h>
#include <stdio.h>
#include <string.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

static void region(const char *name, seL4_SlotRegion r) {
    printf("slots %s %lu %lu\n", name, r.start, r.end);
}

static void extra(const char *at, seL4_Word bytes) {
    for (seL4_Word done = 0; done < bytes;) {
        seL4_Word head[2]; /* blocks lie at any address */
        memcpy(head, at + done, sizeof head);
        printf("block %lu %lu ", head[0], head[1]);
        for (seL4_Word i = sizeof head; i < head[1] && done + i < bytes; i++) {
            printf("%02x", (unsigned char)at[done + i]);
        }
        printf("\n");
        done += head[1] < sizeof head ? bytes : head[1];
    }
}

int main(void) {
    const seL4_BootInfo *info = platsupport_get_bootinfo();
    printf("\n");
    region("empty", info->empty);
    region("image", info->userImageFrames);
    region("paging", info->userImagePaging);
    region("extra", info->extraBIPages);
    region("untyped", info->untyped);
    printf("cnode bits %lu\n", (seL4_Word)info->initThreadCNodeSizeBits);
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i];
        printf("untyped %lx %u %u\n", u->paddr, u->sizeBits, u->isDevice);
    }
    extra((const char *)info + 4096, info->extraLen);
    printf("extra %lu bytes\n", (seL4_Word)info->extraLen);
    return 0;
}
