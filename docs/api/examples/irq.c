/* Interrupts as signals: the serial line of a PC is pin 4 of its I/O APIC. */
#include <sel4/sel4.h>

#define SERIAL_PIN    4
#define SERIAL_VECTOR 20 /* any free one */

/* Puts a handler into `slot`; interrupts signal `notification` with this capability's badge. */
static seL4_Error listen_to_serial(seL4_CPtr slot, seL4_CPtr notification) {
    seL4_Error error = seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, seL4_CapInitThreadCNode, slot,
                                                 seL4_WordBits, 0, SERIAL_PIN, 0, 0, SERIAL_VECTOR);
    return error != seL4_NoError ? error : seL4_IRQHandler_SetNotification(slot, notification);
}

/* The heart of a driver: wait, see to the device, ask for the next interrupt. */
static seL4_Error serve_one_interrupt(seL4_CPtr notification, seL4_IRQHandler handler,
                                      void (*see_to_device)(void)) {
    seL4_Wait(notification, seL4_Null);
    see_to_device();
    return seL4_IRQHandler_Ack(handler);
}

static seL4_Error stop_listening(seL4_IRQHandler handler) { return seL4_IRQHandler_Clear(handler); }

/* The PCI device 3 on bus 0 shall send message 0 with processor vector 21 + IRQ_OFFSET. */
static seL4_Error listen_to_pci_device(seL4_CPtr slot) {
    return seL4_IRQControl_GetMSI(seL4_CapIRQControl, seL4_CapInitThreadCNode, slot, seL4_WordBits,
                                  0, 3, 0, 0, 21);
}

/* On a machine with an I/O APIC this is refused: false. */
static seL4_Bool has_numbered_interrupts(seL4_CPtr slot) {
    return seL4_IRQControl_Get(seL4_CapIRQControl, 4, seL4_CapInitThreadCNode, slot,
                               seL4_WordBits) == seL4_NoError;
}
