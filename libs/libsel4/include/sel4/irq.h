/* Interrupts: the control capability hands out handlers, a handler turns interrupts into signals.
 *
 * seL4 Reference Manual, 8.1; ABI sheet 6.6, 11.5. */
#pragma once
#include <sel4/invoke.h>

/** Makes a handler for a numbered interrupt.  With an I/O APIC, as here, there are no such
 * numbers: use seL4_IRQControl_GetIOAPIC.
 *
 * @param _service the interrupt control capability
 * @param irq      number of the interrupt
 * @param root     CNode where the search for the slot starts
 * @param index    address of an empty slot for the handler
 * @param depth    bits of the address that count
 * @retval seL4_IllegalOperation always, on this machine */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_Get(seL4_IRQControl _service, seL4_Word irq,
                                              seL4_CNode root, seL4_Word index, seL4_Uint8 depth) {
    seL4_SetCap(0, root);
    return sel4_invoke(_service, IRQIssueIRQHandler, 1, 3, irq, index, depth, 0);
}

/** Makes a handler for a pin of an I/O APIC, and unmasks the pin.
 *
 * @param _service the interrupt control capability
 * @param root     CNode where the search for the slot starts
 * @param index    address of an empty slot for the handler
 * @param depth    bits of the address that count
 * @param ioapic   number of the I/O APIC: 0
 * @param pin      0 to 23
 * @param level    0: edge triggered, 1: level triggered
 * @param polarity 0: active high, 1: active low
 * @param vector   0 to 107, free to choose; one handler each
 * @retval seL4_NoError
 * @retval seL4_RangeError       vector, ioapic, pin, level, polarity or depth; MR0 and MR1 tell
 *                               what is allowed
 * @retval seL4_RevokeFirst      the vector has a handler
 * @retval seL4_FailedLookup     no slot at that address
 * @retval seL4_DeleteFirst      the slot is taken
 * @retval seL4_TruncatedMessage no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_GetIOAPIC(seL4_IRQControl _service, seL4_CNode root,
                                                    seL4_Word index, seL4_Uint8 depth,
                                                    seL4_Word ioapic, seL4_Word pin,
                                                    seL4_Word level, seL4_Word polarity,
                                                    seL4_Word vector) {
    seL4_SetCap(0, root);
    seL4_SetMR(4, level);
    seL4_SetMR(5, polarity);
    seL4_SetMR(6, vector);
    return sel4_invoke(_service, X86IRQIssueIRQHandlerIOAPIC, 1, 7, index, depth, ioapic, pin);
}

/** Makes a handler for a message-signalled interrupt.  The device has to be programmed to send
 * vector + IRQ_OFFSET.
 *
 * @param _service the interrupt control capability
 * @param root     CNode where the search for the slot starts
 * @param index    address of an empty slot for the handler
 * @param depth    bits of the address that count
 * @param pci_bus  0 to 255
 * @param pci_dev  0 to 31
 * @param pci_func 0 to 7
 * @param handle   number of the message of that device
 * @param vector   0 to 107, free to choose; one handler each
 * @retval seL4_NoError
 * @retval seL4_RangeError       vector, bus, device, function or depth; MR0 and MR1 tell what is
 *                               allowed
 * @retval seL4_RevokeFirst      the vector has a handler
 * @retval seL4_FailedLookup     no slot at that address
 * @retval seL4_DeleteFirst      the slot is taken
 * @retval seL4_TruncatedMessage no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_GetMSI(seL4_IRQControl _service, seL4_CNode root,
                                                 seL4_Word index, seL4_Uint8 depth,
                                                 seL4_Word pci_bus, seL4_Word pci_dev,
                                                 seL4_Word pci_func, seL4_Word handle,
                                                 seL4_Word vector) {
    seL4_SetCap(0, root);
    seL4_SetMR(4, pci_func);
    seL4_SetMR(5, handle);
    seL4_SetMR(6, vector);
    return sel4_invoke(_service, X86IRQIssueIRQHandlerMSI, 1, 7, index, depth, pci_bus, pci_dev);
}

/** Says that an interrupt is dealt with: the next one may come.
 *
 * @param _service the handler
 * @retval seL4_NoError */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler _service) {
    return sel4_invoke(_service, IRQAckIRQ, 0, 0, 0, 0, 0, 0);
}

/** Chooses the notification that an interrupt signals, with the badge of this capability.
 *
 * @param _service     the handler
 * @param notification with write right
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability no notification with write right (0)
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_SetNotification(seL4_IRQHandler _service,
                                                          seL4_CPtr notification) {
    seL4_SetCap(0, notification);
    return sel4_invoke(_service, IRQSetIRQHandler, 1, 0, 0, 0, 0, 0);
}

/** Forgets the notification; interrupts are no longer delivered.
 *
 * @param _service the handler
 * @retval seL4_NoError */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler _service) {
    return sel4_invoke(_service, IRQClearIRQHandler, 0, 0, 0, 0, 0, 0);
}
