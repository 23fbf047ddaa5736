/* A root task of many megabytes: DATA names a file that becomes part of the image. It prints a sum
 * of the file's words in which every page has its own weight, and whether the zeros behind it hold.
 */
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

__asm__(".section .data\n .p2align 12\n .globl data, data_end\n"
        "data: .incbin \"" DATA "\"\n data_end:\n .previous");
extern const seL4_Word data[], data_end[];
seL4_Word zeros[1 << 20];

int main(void) {
    const seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_Word sum = 0, others = 0, page = 1;
    for (const seL4_Word *at = data; at < data_end; at += 512, page++) {
        seL4_Word words = 0;
        for (int i = 0; i < 512; i++) {
            words += at[i];
        }
        sum += page * words;
    }
    for (unsigned i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        others |= zeros[i];
    }
    printf("\nsum %lx\nzeros %lx\n", sum, others);
    printf("image %lu frames, cnode %lu bits, empty %lu to %lu\n",
           info->userImageFrames.end - info->userImageFrames.start,
           (seL4_Word)info->initThreadCNodeSizeBits, info->empty.start, info->empty.end);
    printf("type of the last frame: %u\n", seL4_DebugCapIdentify(info->userImageFrames.end - 1));
    return 0;
}
