/* Asks for single ports and for the whole range, and prints the error code of each answer. */
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

int main(void) {
    static const seL4_Word ports[] = {0x80, 0xe8, 0xe9, 0xf4, 0x510, 0x518, 0x51b, 0x51c};
    seL4_CPtr slot = platsupport_get_bootinfo()->empty.start;
    int error = seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0, 0xffff,
                                             seL4_CapInitThreadCNode, slot, 64);
    printf("\nport 0: %d\n", error);
    seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, 64);
    for (unsigned i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        error = seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, ports[i], ports[i],
                                             seL4_CapInitThreadCNode, slot + i, 64);
        printf("port %lx: %d\n", ports[i], error);
    }
    return 0;
}
