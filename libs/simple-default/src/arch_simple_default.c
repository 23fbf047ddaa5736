/* IO ports and interrupt handlers straight from the root task's control capabilities. */
#include <simple-default/simple-default.h>

/* ISA lines are edge triggered and active high, PCI lines level triggered and active low. */
#define NUM_ISA_IRQS 16
/* On every PC the timer's ISA line 0 arrives at pin 2 of the first IOAPIC. */
#define PIT_PIN 2

static seL4_Error get_ioport_cap(void *data, uint16_t start_port, uint16_t end_port, seL4_Word root,
                                 seL4_Word dest, seL4_Word depth) {
    (void)data;
    return seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, start_port, end_port, root, dest,
                                        (seL4_Uint8)depth);
}

static seL4_Error get_msi(void *data, seL4_CNode root, seL4_Word index, uint8_t depth,
                          seL4_Word pci_bus, seL4_Word pci_dev, seL4_Word pci_func,
                          seL4_Word handle, seL4_Word vector) {
    (void)data;
    return seL4_IRQControl_GetMSI(seL4_CapIRQControl, root, index, depth, pci_bus, pci_dev,
                                  pci_func, handle, vector);
}

static seL4_Error get_ioapic(void *data, seL4_CNode root, seL4_Word index, uint8_t depth,
                             seL4_Word ioapic, seL4_Word pin, seL4_Word level, seL4_Word polarity,
                             seL4_Word vector) {
    (void)data;
    return seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, root, index, depth, ioapic, pin, level,
                                     polarity, vector);
}

static seL4_Error get_irq_handler(void *data, int irq, seL4_CNode cnode, seL4_Word index,
                                  uint8_t depth) {
    seL4_Word pin = irq == 0 ? PIT_PIN : (seL4_Word)irq;
    seL4_Word pci = irq >= NUM_ISA_IRQS;

    return get_ioapic(data, cnode, index, depth, 0, pin, pci, pci, (seL4_Word)irq);
}

void simple_default_init_arch_simple(arch_simple_t *simple, void *data) {
    *simple = (arch_simple_t){
        .data = data,
        .IOPort_cap = get_ioport_cap,
        .msi = get_msi,
        .irq = get_irq_handler,
        .ioapic = get_ioapic,
    };
}
