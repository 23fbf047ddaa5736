/* Interrupts as objects: who has which vector, and which notification an interrupt signals.
 *
 * Every line has a slot of the kernel's own for its notification, a child of the capability it was
 * copied from: it goes when that is revoked. Invariants: a line is in use exactly while a handler
 * capability for it exists; a line of the IOAPIC is masked from delivery until Ack, so a device
 * cannot keep the machine busy with an interrupt that nobody handles.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "ipc/ipc.h"
#include "x86/x86.h"

#define VECTOR_ARGUMENT_MAX (VECTOR_USER_LAST - VECTOR_USER_FIRST)
static_assert(VECTOR_ARGUMENT_MAX == 107, "sheet 6.6");
static_assert(VECTOR_USER_FIRST - VECTOR_IRQ_BASE == IRQ_USER_FIRST, "sheet 11.5");

enum source { source_none, source_ioapic, source_msi };

static struct line {
    enum source source;
    uint8_t ioapic, pin;
    bool masked;
} lines[IRQ_COUNT];

static alignas(sizeof(slot_t)) slot_t notifications[IRQ_COUNT];

static void set_masked(struct line *line, bool masked) {
    if (line->source == source_ioapic) {
        ioapic_mask(line->ioapic, line->pin, masked);
        line->masked = masked;
    }
}

static void clear_notification(word_t irq) {
    if (!slot_is_empty(&notifications[irq]))
        slot_delete_now(&notifications[irq]);
}

/* ---- delivery ---- */

static bool has_notification(unsigned irq) {
    return cap_allows(notifications[irq].cap, cap_notification, RIGHT_WRITE);
}

void irq_deliver(unsigned irq) {
    if (irq >= IRQ_COUNT) {
        kprintf("Received IRQ %d, which is above the platforms maxIRQ of %d\n", (int)irq,
                IRQ_COUNT - 1);
        return;
    }
    set_masked(&lines[irq], true);
    if (!irq_in_use(irq)) {
        kprintf("Received disabled IRQ: %d\n", (int)irq);
    } else if (has_notification(irq)) {
        cap_t cap = notifications[irq].cap;
        notification_signal(cap_object(cap), cap_badge(cap));
    } else {
        kprintf("Undelivered IRQ: %d\n", (int)irq);
    }
}

bool irq_may_wake(void) {
    for (unsigned irq = 0; irq < IRQ_COUNT; irq++)
        if (irq_in_use(irq) && !lines[irq].masked && has_notification(irq))
            return true;
    return false;
}

bool irq_in_use(word_t irq) { return lines[irq].source != source_none; }

slot_t *irq_notification(word_t irq) { return &notifications[irq]; }

/* ---- IRQControl: handing out handlers ---- */

outcome_t irq_issue_handler(struct invocation *inv) { /* for the PIC, but there is an IOAPIC */
    return refuse(fail_illegal(), "IRQControl: Illegal operation");
}

/* What both kinds have: slot index and depth in words 0 and 1, the vector in word 6. */
static outcome_t decode_issue(const struct invocation *inv, unsigned *irq, struct resolved *dest) {
    word_t vector = word_arg(inv, 6);
    if (vector > VECTOR_ARGUMENT_MAX)
        return refuse(fail_range(0, VECTOR_ARGUMENT_MAX),
                      "IRQControl: Invalid irq %ld should be between 0-%ld", (long)vector,
                      (long)VECTOR_ARGUMENT_MAX);
    *irq = vector + IRQ_USER_FIRST;
    if (irq_in_use(*irq))
        return refuse(fail_revoke_first(), "IRQControl: IRQ %d is already active.", (int)*irq);
    if (slot_arg(inv, cap_arg(inv, 0), 0, false, dest) != DONE)
        return refuse(FAILED, "Target slot for new IRQ Handler cap invalid: cap %lu.", inv->cptr);
    return slot_require_empty(dest->slot);
}

static void issue(const struct invocation *inv, unsigned irq, slot_t *dest, struct line line) {
    lines[irq] = line;
    slot_insert_child(dest, cap_new(cap_irq_handler, NULL, 0, irq), inv->slot);
    trace(irq, "issue", irq, NULL);
}

outcome_t irq_issue_ioapic(struct invocation *inv) {
    word_t ioapic = word_arg(inv, 2), pin = word_arg(inv, 3);
    word_t level = word_arg(inv, 4), polarity = word_arg(inv, 5);
    struct resolved dest;
    unsigned irq;
    TRY(decode_issue(inv, &irq, &dest));
    if (ioapic >= ioapic_count())
        return refuse(fail_range(0, ioapic_count() - 1), "Invalid IOAPIC %ld, only have %ld",
                      (long)ioapic, (long)ioapic_count());
    if (pin >= ioapic_pins(ioapic))
        return refuse(fail_range(0, ioapic_pins(ioapic) - 1),
                      "Invalid IOAPIC pin %ld, there are %d pins", (long)pin,
                      (int)ioapic_pins(ioapic));
    if (level > 1)
        return refuse(fail_range(0, 1), "Level should be 0 or 1, not %d", (int)level);
    if (polarity > 1)
        return refuse(fail_range(0, 1), "Polarity should be 0 or 1, not %d", (int)polarity);
    issue(inv, irq, dest.slot, (struct line){source_ioapic, ioapic, pin, false});
    ioapic_route(ioapic, pin, level, polarity, irq + VECTOR_IRQ_BASE);
    set_masked(&lines[irq], false);
    return DONE;
}

static outcome_t check_device(const char *what, word_t value, word_t max) {
    if (value > max)
        return refuse(fail_range(0, max), "IRQControl: Invalid PCI %s %lu, should be between 0-%lu",
                      what, value, max);
    return DONE;
}

outcome_t irq_issue_msi(struct invocation *inv) {
    struct resolved dest;
    unsigned irq;
    TRY(decode_issue(inv, &irq, &dest));
    TRY(check_device("bus", word_arg(inv, 2), 255));
    TRY(check_device("device", word_arg(inv, 3), 31));
    TRY(check_device("function", word_arg(inv, 4), 7));
    issue(inv, irq, dest.slot, (struct line){.source = source_msi}); /* set up by its driver */
    return DONE;
}

/* ---- IRQHandler ---- */

outcome_t irq_ack(struct invocation *inv) {
    word_t irq = cap_irq(inv->cap);
    set_masked(&lines[irq], false);
    trace(irq, "ack", irq, NULL);
    return DONE;
}

outcome_t irq_set_notification(struct invocation *inv) {
    word_t irq = cap_irq(inv->cap);
    cap_t cap = cap_arg(inv, 0);
    if (!cap_allows(cap, cap_notification, RIGHT_WRITE))
        return refuse(fail_capability(0),
                      "IRQHandler SetNotification: Notification capability invalid.");
    clear_notification(irq);
    slot_insert(&notifications[irq], cap, inv->extra[0]);
    trace(irq, "set", irq, cap_object(cap));
    return DONE;
}

outcome_t irq_clear(struct invocation *inv) {
    word_t irq = cap_irq(inv->cap);
    clear_notification(irq);
    trace(irq, "clear", irq, NULL);
    return DONE;
}

void irq_handler_cleanup(cap_t cap) {
    word_t irq = cap_irq(cap);
    set_masked(&lines[irq], true);
    lines[irq].source = source_none;
    clear_notification(irq);
}
