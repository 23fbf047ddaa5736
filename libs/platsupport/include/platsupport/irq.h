/*
 * Interrupts for drivers: which line, and what to call when it fires.
 *
 * A callback must acknowledge the interrupt with the function that it is given; until then the
 * line stays quiet.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <utils/zf_log.h>

typedef int64_t irq_id_t;  /* a registered interrupt; negative: an error number, negated */
typedef int64_t ntfn_id_t; /* a notification that interrupts arrive on */

typedef enum irq_type {
    PS_NONE = 0,
    PS_INTERRUPT, /* a line by its ISA number */
    PS_IOAPIC,    /* a pin of an IOAPIC */
    PS_MSI        /* a message that the device writes */
} irq_type_t;

typedef struct ps_irq {
    irq_type_t type;
    union {
        struct {
            int number;
        } irq;
        struct {
            int ioapic;
            int pin;
            int level;    /* 1: level triggered */
            int polarity; /* 1: active low */
            int vector;
        } ioapic;
        struct {
            int pci_bus;
            int pci_dev;
            int pci_func;
            int handle;
            int vector;
        } msi;
    };
} ps_irq_t;

typedef int (*ps_irq_acknowledge_fn_t)(void *ack_data);
typedef void (*irq_callback_fn_t)(void *data, ps_irq_acknowledge_fn_t acknowledge_fn,
                                  void *ack_data);
typedef irq_id_t (*irq_register_fn_t)(void *cookie, ps_irq_t irq, irq_callback_fn_t callback,
                                      void *callback_data);
typedef int (*irq_unregister_fn_t)(void *cookie, irq_id_t irq_id);

typedef struct ps_irq_ops {
    void *cookie;
    irq_register_fn_t irq_register_fn;
    irq_unregister_fn_t irq_unregister_fn;
} ps_irq_ops_t;

/** Have a function called for an interrupt. @return its id, or a negated error number */
static inline irq_id_t ps_irq_register(const ps_irq_ops_t *ops, ps_irq_t irq,
                                       irq_callback_fn_t callback, void *callback_data) {
    if (ops == NULL || ops->irq_register_fn == NULL) {
        ZF_LOGE("irq_register_fn not implemented");
        return -ENOSYS;
    }
    return ops->irq_register_fn(ops->cookie, irq, callback, callback_data);
}

/** Undo ps_irq_register(). @return 0 or an error number */
static inline int ps_irq_unregister(const ps_irq_ops_t *ops, irq_id_t irq_id) {
    if (ops == NULL || ops->irq_unregister_fn == NULL) {
        ZF_LOGE("irq_unregister_fn not implemented");
        return ENOSYS;
    }
    return ops->irq_unregister_fn(ops->cookie, irq_id);
}
