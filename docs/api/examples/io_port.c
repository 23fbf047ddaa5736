/* Devices behind I/O ports: the serial line at 0x3f8, the PCI configuration at 0xcf8. */
#include <sel4/sel4.h>

static seL4_Error take_ports(seL4_Word first, seL4_Word last, seL4_CPtr slot) {
    return seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, first, last, seL4_CapInitThreadCNode,
                                        slot, seL4_WordBits);
}

/* Writes to the scratch register of a serial line and reads it back: is there one? */
static seL4_Bool serial_line_is_there(seL4_X86_IOPort ports) {
    seL4_X86_IOPort_Out8(ports, 0x3ff, 0x5a);
    seL4_X86_IOPort_In8_t answer = seL4_X86_IOPort_In8(ports, 0x3ff);
    return answer.error == seL4_NoError && answer.result == 0x5a;
}

/* Vendor and device of the first PCI device; all ones if there is none. */
static seL4_Uint32 first_pci_device(seL4_X86_IOPort ports) {
    seL4_X86_IOPort_Out32(ports, 0xcf8, 0x80000000);
    return seL4_X86_IOPort_In32(ports, 0xcfc).result;
}

/* Sixteen bits at once: the divisor of a serial line, set and read back. */
static seL4_Uint16 set_serial_divisor(seL4_X86_IOPort ports, seL4_Uint16 divisor) {
    seL4_X86_IOPort_Out8(ports, 0x3fb, 0x83); /* the first two registers are now the divisor */
    seL4_X86_IOPort_Out16(ports, 0x3f8, divisor);
    seL4_Uint16 set = seL4_X86_IOPort_In16(ports, 0x3f8).result;
    seL4_X86_IOPort_Out8(ports, 0x3fb, 0x03);
    return set;
}
