/*
 * Interrupts on badged copies of one notification; see irq.h.
 *
 * A registered interrupt owns a bit of the mask, a slot with its handler and a slot with the badged
 * notification. Registering either takes all three, or none.
 */
#include <sel4platsupport/irq.h>
#include <utils/builtin.h>
#include <utils/page.h>
#include <vka/capops.h>

#define MAX_IRQS 64

struct registered {
    irq_callback_fn_t callback; /* NULL: this bit is free */
    void *data;
    cspacepath_t handler, badged;
};

struct mini {
    vka_t *vka;
    simple_t *simple;
    ps_malloc_ops_t heap;
    seL4_CPtr ntfn;
    seL4_Word usable;
    struct registered irqs[MAX_IRQS]; /* by number of their bit */
};

static int acknowledge(void *ack_data) {
    const struct registered *irq = ack_data;
    return seL4_IRQHandler_Ack(irq->handler.capPtr);
}

static seL4_Error get_handler(struct mini *mini, ps_irq_t irq, cspacepath_t path) {
    arch_simple_t *arch = &mini->simple->arch_simple;

    switch (irq.type) {
    case PS_INTERRUPT:
        return simple_get_IRQ_handler(mini->simple, irq.irq.number, path);
    case PS_IOAPIC:
        return arch_simple_get_ioapic(arch, path.root, path.capPtr, (uint8_t)path.capDepth,
                                      (seL4_Word)irq.ioapic.ioapic, (seL4_Word)irq.ioapic.pin,
                                      (seL4_Word)irq.ioapic.level, (seL4_Word)irq.ioapic.polarity,
                                      (seL4_Word)irq.ioapic.vector);
    case PS_MSI:
        return arch_simple_get_msi(arch, path.root, path.capPtr, (uint8_t)path.capDepth,
                                   (seL4_Word)irq.msi.pci_bus, (seL4_Word)irq.msi.pci_dev,
                                   (seL4_Word)irq.msi.pci_func, (seL4_Word)irq.msi.handle,
                                   (seL4_Word)irq.msi.vector);
    default:
        return seL4_InvalidArgument;
    }
}

/* Fill the two slots of an interrupt and connect them; on failure both are empty. */
static seL4_Error connect(struct mini *mini, struct registered *irq, ps_irq_t line, int bit) {
    cspacepath_t ntfn;

    vka_cspace_make_path(mini->vka, mini->ntfn, &ntfn);
    seL4_Error error = get_handler(mini, line, irq->handler);
    if (error != seL4_NoError) {
        return error;
    }
    error = vka_cnode_mint(&irq->badged, &ntfn, seL4_CanWrite, BIT(bit));
    if (error == seL4_NoError) {
        error = seL4_IRQHandler_SetNotification(irq->handler.capPtr, irq->badged.capPtr);
    }
    if (error == seL4_NoError) {
        /* An interrupt that came before there was a notification left the line masked. */
        error = seL4_IRQHandler_Ack(irq->handler.capPtr);
    }
    if (error != seL4_NoError) {
        vka_cnode_delete(&irq->handler);
        vka_cnode_delete(&irq->badged);
    }
    return error;
}

static int take_slots(struct mini *mini, struct registered *irq) {
    if (vka_cspace_alloc_path(mini->vka, &irq->handler) != 0) {
        return ENOMEM;
    }
    if (vka_cspace_alloc_path(mini->vka, &irq->badged) != 0) {
        vka_cspace_free_path(mini->vka, irq->handler);
        return ENOMEM;
    }
    return 0;
}

static void free_slots(struct mini *mini, struct registered *irq) {
    vka_cspace_free_path(mini->vka, irq->handler);
    vka_cspace_free_path(mini->vka, irq->badged);
}

static irq_id_t register_irq(void *cookie, ps_irq_t line, irq_callback_fn_t callback,
                             void *callback_data) {
    struct mini *mini = cookie;
    struct registered irq = {callback, callback_data, {0}, {0}};

    if (callback == NULL) {
        return -EINVAL;
    }
    if (mini->usable == 0) {
        ZF_LOGE("All bits of the badge are in use");
        return -ENOMEM;
    }
    int bit = (int)CTZL(mini->usable);
    if (take_slots(mini, &irq) != 0) {
        return -ENOMEM;
    }
    seL4_Error error = connect(mini, &irq, line, bit);
    if (error != seL4_NoError) {
        ZF_LOGE("The interrupt is not to be had, error %d", (int)error);
        free_slots(mini, &irq);
        return -ENODEV;
    }
    mini->usable &= ~BIT(bit);
    mini->irqs[bit] = irq;
    return bit;
}

static int unregister_irq(void *cookie, irq_id_t irq_id) {
    struct mini *mini = cookie;

    if (irq_id < 0 || irq_id >= MAX_IRQS || mini->irqs[irq_id].callback == NULL) {
        return EINVAL;
    }
    struct registered *irq = &mini->irqs[irq_id];
    seL4_IRQHandler_Clear(irq->handler.capPtr);
    vka_cnode_delete(&irq->handler);
    vka_cnode_delete(&irq->badged);
    free_slots(mini, irq);
    *irq = (struct registered){0};
    mini->usable |= BIT(irq_id);
    return 0;
}

int sel4platsupport_new_mini_irq_ops(ps_irq_ops_t *irq_ops, vka_t *vka, simple_t *simple,
                                     ps_malloc_ops_t *malloc_ops, seL4_CPtr ntfn,
                                     seL4_Word usable_mask) {
    struct mini *mini;

    if (ntfn == seL4_CapNull || usable_mask == 0) {
        return EINVAL;
    }
    if (ps_calloc(malloc_ops, 1, sizeof(*mini), (void **)&mini) != 0) {
        return ENOMEM;
    }
    mini->vka = vka;
    mini->simple = simple;
    mini->heap = *malloc_ops;
    mini->ntfn = ntfn;
    mini->usable = usable_mask;
    *irq_ops = (ps_irq_ops_t){
        .cookie = mini,
        .irq_register_fn = register_irq,
        .irq_unregister_fn = unregister_irq,
    };
    return 0;
}

int sel4platsupport_irq_handle(ps_irq_ops_t *irq_ops, ntfn_id_t ntfn_id, seL4_Word handle_mask) {
    struct mini *mini = irq_ops->cookie;

    if (ntfn_id != MINI_IRQ_INTERFACE_NTFN_ID) {
        return EINVAL;
    }
    for (; handle_mask != 0; handle_mask &= handle_mask - 1) {
        struct registered *irq = &mini->irqs[CTZL(handle_mask)];
        if (irq->callback != NULL) {
            irq->callback(irq->data, acknowledge, irq);
        }
    }
    return 0;
}

int sel4platsupport_destroy_mini_irq_ops(ps_irq_ops_t *irq_ops) {
    struct mini *mini = irq_ops->cookie;
    ps_malloc_ops_t heap = mini->heap;

    for (irq_id_t id = 0; id < MAX_IRQS; id++) {
        if (mini->irqs[id].callback != NULL) {
            unregister_irq(mini, id);
        }
    }
    *irq_ops = (ps_irq_ops_t){0};
    return ps_free(&heap, sizeof(*mini), mini);
}
