/* Runs for ever, and prints as it goes: by the kernel if PRINTS is 1, by the port itself if 2. */
#include <sel4/sel4.h>
#include <stdio.h>

#define DATA 0x3f8

seL4_BootInfo *platsupport_get_bootinfo(void);

int main(void) {
    seL4_CPtr port = platsupport_get_bootinfo()->empty.start;
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, DATA, DATA + 7, seL4_CapInitThreadCNode,
                                 port, 64);
    for (;;) {
        if (PRINTS == 1) {
            printf("more\n");
        } else if (PRINTS == 2) {
            seL4_X86_IOPort_Out8(port, DATA, 'm');
            seL4_X86_IOPort_Out16(port, DATA, 'o'); /* and nothing to the next port */
        }
    }
}
