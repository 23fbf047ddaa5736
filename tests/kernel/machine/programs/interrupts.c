/* Interrupts that nobody waits for, and a snapshot: what the kernel reports about them.
 *
 * The serial line's transmitter is empty, so enabling its interrupt raises it at once.
 */
#include <sel4/sel4.h>
#include <stdio.h>

#define SERIAL     0x3f8
#define SERIAL_PIN 4
#define VECTOR     20

seL4_BootInfo *platsupport_get_bootinfo(void);

int main(void) {
    seL4_CPtr ports = platsupport_get_bootinfo()->empty.start, irq = ports + 1;
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, SERIAL, SERIAL + 7, seL4_CapInitThreadCNode,
                                 ports, 64);
    seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, seL4_CapInitThreadCNode, irq, 64, 0, SERIAL_PIN,
                              0, 0, VECTOR);
    printf("\ninterrupt without a notification\n");
    seL4_X86_IOPort_Out8(ports, SERIAL + 1, 2);
    seL4_X86_IOPort_Out8(ports, SERIAL + 1, 0);
    printf("again, while it is masked\n");
    seL4_X86_IOPort_Out8(ports, SERIAL + 1, 2);
    seL4_X86_IOPort_Out8(ports, SERIAL + 1, 0);
    printf("snapshot\n");
    seL4_DebugSnapshot();
    printf("\nend\n");
    return 0;
}
