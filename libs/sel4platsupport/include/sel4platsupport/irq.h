/*
 * Interrupts for drivers, all on one notification.
 *
 * Each registered interrupt has a badge of one bit of the mask that was given, so that one wait
 * tells which of them fired. A program waits on the notification and hands the badge over:
 *
 *     seL4_Wait(ntfn, &badge);
 *     sel4platsupport_irq_handle(&ops, MINI_IRQ_INTERFACE_NTFN_ID, badge);
 */
#pragma once

#include <platsupport/io.h>
#include <platsupport/irq.h>
#include <sel4/sel4.h>
#include <simple/simple.h>
#include <vka/vka.h>

#define MINI_IRQ_INTERFACE_NTFN_ID 0

/**
 * Make the table of functions.
 * @param ntfn         where interrupts arrive
 * @param usable_mask  bits of the badge that may be used, one for each interrupt
 * @retval 0       made
 * @retval EINVAL  no notification or no bits
 * @retval ENOMEM  no memory
 */
int sel4platsupport_new_mini_irq_ops(ps_irq_ops_t *irq_ops, vka_t *vka, simple_t *simple,
                                     ps_malloc_ops_t *malloc_ops, seL4_CPtr ntfn,
                                     seL4_Word usable_mask);

/**
 * Call the callbacks of the interrupts in a badge. Bits that belong to none are passed over.
 * @param ntfn_id      MINI_IRQ_INTERFACE_NTFN_ID
 * @param handle_mask  the badge
 * @retval 0       done
 * @retval EINVAL  another id
 */
int sel4platsupport_irq_handle(ps_irq_ops_t *irq_ops, ntfn_id_t ntfn_id, seL4_Word handle_mask);

/** Unregister all interrupts and give the table's memory back. @return 0 */
int sel4platsupport_destroy_mini_irq_ops(ps_irq_ops_t *irq_ops);
