/*
 * What a system's origin can hand out only on x86: IO port ranges and interrupt handlers.
 *
 * The four function pointers share one data pointer; every call puts exactly one new capability
 * in the slot named by (root, index, depth), or none and returns the kernel's error.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <utils/zf_log.h>

typedef seL4_Error (*arch_simple_get_IOPort_cap_fn)(void *data, uint16_t start_port,
                                                    uint16_t end_port, seL4_Word root,
                                                    seL4_Word dest, seL4_Word depth);
typedef seL4_Error (*arch_simple_get_IRQ_handler_fn)(void *data, int irq, seL4_CNode cnode,
                                                     seL4_Word index, uint8_t depth);
typedef seL4_Error (*arch_simple_get_ioapic_fn)(void *data, seL4_CNode root, seL4_Word index,
                                                uint8_t depth, seL4_Word ioapic, seL4_Word pin,
                                                seL4_Word level, seL4_Word polarity,
                                                seL4_Word vector);
typedef seL4_Error (*arch_simple_get_msi_fn)(void *data, seL4_CNode root, seL4_Word index,
                                             uint8_t depth, seL4_Word pci_bus, seL4_Word pci_dev,
                                             seL4_Word pci_func, seL4_Word handle,
                                             seL4_Word vector);

typedef struct arch_simple {
    void *data;
    arch_simple_get_IOPort_cap_fn IOPort_cap;
    arch_simple_get_msi_fn msi;
    arch_simple_get_IRQ_handler_fn irq;
    arch_simple_get_ioapic_fn ioapic;
} arch_simple_t;

/**
 * Get a handler for an IOAPIC pin.
 * @param root, index, depth  empty slot for the handler capability
 * @param level, polarity     1 for level triggered, 1 for active low
 * @param vector              interrupt vector, 0 to 107
 * @retval seL4_NoError       the slot holds the handler
 * @retval seL4_IllegalOperation  this system hands out no IOAPIC pins
 */
static inline seL4_Error arch_simple_get_ioapic(arch_simple_t *arch, seL4_CNode root,
                                                seL4_Word index, uint8_t depth, seL4_Word ioapic,
                                                seL4_Word pin, seL4_Word level, seL4_Word polarity,
                                                seL4_Word vector) {
    if (arch == NULL || arch->ioapic == NULL) {
        ZF_LOGE("No IOAPIC handlers on this system");
        return seL4_IllegalOperation;
    }
    return arch->ioapic(arch->data, root, index, depth, ioapic, pin, level, polarity, vector);
}

/**
 * Get a handler for a message signalled interrupt of a PCI function.
 * @retval seL4_NoError           the slot holds the handler
 * @retval seL4_IllegalOperation  this system hands out no message interrupts
 */
static inline seL4_Error arch_simple_get_msi(arch_simple_t *arch, seL4_CNode root, seL4_Word index,
                                             uint8_t depth, seL4_Word pci_bus, seL4_Word pci_dev,
                                             seL4_Word pci_func, seL4_Word handle,
                                             seL4_Word vector) {
    if (arch == NULL || arch->msi == NULL) {
        ZF_LOGE("No message signalled interrupts on this system");
        return seL4_IllegalOperation;
    }
    return arch->msi(arch->data, root, index, depth, pci_bus, pci_dev, pci_func, handle, vector);
}
