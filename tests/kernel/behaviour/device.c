/* Interrupts, IO ports and domains. The serial line's own interrupt is the device that is used. */
#include "check.h"

#define SERIAL     0x3f8
#define SERIAL_PIN 4
#define VECTOR     20
#define SCRATCH    (SERIAL + 7)
#define ENABLE     (SERIAL + 1)
#define LINE       (SERIAL + 3)

#define SHOW_DIVISOR 0x80 /* in the line register: of 115200 baud, in the first two */

static struct answer ioapic(word destination, word apic, word pin, word level, word polarity,
                            word vector) {
    return invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerIOAPIC,
                  WORDS(destination, DEPTH, apic, pin, level, polarity, vector), WITH(OWN_CNODE));
}
static struct answer ports(word first, word last, word destination) {
    return invoke(seL4_CapIOPortControl, X86IOPortControlIssue,
                  WORDS(first, last, destination, DEPTH), WITH(OWN_CNODE));
}
static word port_range(word first, word last) {
    word s = slot();
    REQUIRE(ports(first, last, s).label == 0);
    return s;
}
static word handler_of(word pin, word vector) {
    word s = slot();
    REQUIRE(ioapic(s, 0, pin, 0, 0, vector).label == 0);
    return s;
}
static struct answer set_notification(word handler, word ntfn) {
    return invoke(handler, IRQSetIRQHandler, WORDS(), WITH(ntfn));
}
static word in8(word range, word port) {
    struct answer a = invoke(range, X86IOPortIn8, WORDS(port), WITH());
    REQUIRE(a.label == 0);
    return a.mr[0];
}
static void out8(word range, word port, word value) {
    REQUIRE(invoke(range, X86IOPortOut8, WORDS(port, value), WITH()).label == 0);
}

BEHAVIOUR("irq: the legacy IRQ call is illegal where there is an IOAPIC") {
    EXPECT(invoke(seL4_CapIRQControl, IRQIssueIRQHandler, WORDS(4, slot(), DEPTH), WITH(OWN_CNODE)),
           ILLEGAL);
    EXPECT(invoke(seL4_CapIRQControl, IRQIssueIRQHandler, WORDS(4, 0), WITH(OWN_CNODE)), TRUNCATED);
}

BEHAVIOUR("irq: a handler is made for a pin and a vector from 0 to 107") {
    word s = slot();
    EXPECT(ioapic(s, 0, 20, 1, 1, 107), DONE);
    EQUAL(type_of(s), 16);
    EXPECT(ioapic(slot(), 0, 20, 1, 1, 108), OUT_OF_RANGE(0, 107));
}

BEHAVIOUR("irq: IOAPIC, pin, level and polarity are checked in this order") {
    EXPECT(ioapic(slot(), 1, 99, 2, 2, VECTOR), OUT_OF_RANGE(0, 0));
    EXPECT(ioapic(slot(), 0, 24, 2, 2, VECTOR), OUT_OF_RANGE(0, 23));
    EXPECT(ioapic(slot(), 0, 23, 2, 2, VECTOR), OUT_OF_RANGE(0, 1));
    EXPECT(ioapic(slot(), 0, 23, 1, 2, VECTOR), OUT_OF_RANGE(0, 1));
}

BEHAVIOUR("irq: a vector is handed out once, and free again when its handler is deleted") {
    word h = handler_of(20, VECTOR);
    EXPECT(ioapic(slot(), 0, 21, 0, 0, VECTOR), REVOKE_FIRST);
    EXPECT(delete (h), DONE);
    EXPECT(ioapic(slot(), 0, 21, 0, 0, VECTOR), DONE);
}

BEHAVIOUR("irq: a handler's slot must be empty") {
    EXPECT(ioapic(endpoint(), 0, 20, 0, 0, VECTOR), DELETE_FIRST);
}

BEHAVIOUR("irq: an MSI handler checks bus, device and function") {
    static const struct {
        word bus, device, function, limit;
    } wrong[] = {{256, 0, 0, 255}, {0, 32, 0, 31}, {0, 0, 8, 7}};
    for (unsigned i = 0; i < 3; i++) {
        EXPECT(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerMSI,
                      WORDS(slot(), DEPTH, wrong[i].bus, wrong[i].device, wrong[i].function, 0, 30),
                      WITH(OWN_CNODE)),
               OUT_OF_RANGE(0, wrong[i].limit));
    }
    word s = slot();
    EXPECT(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerMSI, WORDS(s, DEPTH, 0, 1, 0, 0, 30),
                  WITH(OWN_CNODE)),
           DONE);
    EQUAL(type_of(s), 16);
}

BEHAVIOUR("irq: a handler takes a notification with write right, else invalid capability 0") {
    word h = handler_of(20, VECTOR), ntfn = notification();
    EXPECT(set_notification(h, endpoint()), INVALID_CAP(0));
    EXPECT(set_notification(h, mint(ntfn, 2, 0)), INVALID_CAP(0));
    EXPECT(invoke(h, IRQSetIRQHandler, WORDS(), WITH()), TRUNCATED);
    EXPECT(set_notification(h, ntfn), DONE);
    EXPECT(invoke(h, IRQAckIRQ, WORDS(), WITH()), DONE);
    EXPECT(invoke(h, IRQClearIRQHandler, WORDS(), WITH()), DONE);
    EXPECT(invoke(h, TCBResume, WORDS(), WITH()), ILLEGAL);
}

static void wait_once(struct thread *self) {
    self->got = receive(self->arg);
    self->stage = 1;
}

BEHAVIOUR("irq: an interrupt signals the notification with the badge of the capability given") {
    word serial = port_range(SERIAL, SERIAL + 6), ntfn = notification();
    word h = handler_of(SERIAL_PIN, VECTOR);
    REQUIRE(set_notification(h, badged(ntfn, 0x20)).label == 0);
    struct thread *t = start(wait_once, ntfn, HIGH);
    out8(serial, ENABLE, 2); /* interrupt while the transmitter is empty: it is */
    bool came = wait_for(&t->stage);
    out8(serial, ENABLE, 0);
    CHECK(came);
    EQUAL(t->got.cap, 0x20);
}

BEHAVIOUR("irq: the pin stays masked until it is acknowledged") {
    word serial = port_range(SERIAL, SERIAL + 6), ntfn = notification();
    word h = handler_of(SERIAL_PIN, VECTOR);
    REQUIRE(set_notification(h, badged(ntfn, 1)).label == 0);
    word first = 0, second = 0, third = 0;
    out8(serial, ENABLE, 2);
    first = poll(ntfn).cap;
    out8(serial, ENABLE, 0);
    out8(serial, ENABLE, 2);
    second = poll(ntfn).cap;
    REQUIRE(invoke(h, IRQAckIRQ, WORDS(), WITH()).label == 0);
    out8(serial, ENABLE, 0);
    out8(serial, ENABLE, 2);
    third = poll(ntfn).cap;
    out8(serial, ENABLE, 0);
    EQUAL(first, 1);
    EQUAL(second, 0);
    EQUAL(third, 1);
}

BEHAVIOUR("port: the kernel's serial line is set to 115200 baud, 8N1") {
    word serial = port_range(SERIAL, SERIAL + 6);
    word format = in8(serial, LINE);
    out8(serial, LINE, format | SHOW_DIVISOR);
    word low = in8(serial, SERIAL), high = in8(serial, SERIAL + 1);
    out8(serial, LINE, format);
    EQUAL(format, 3); /* 8 bits, no parity, 1 stop bit */
    EQUAL(high << 8 | low, 1);
}

BEHAVIOUR("port: a range is issued, used and freed by deleting its capability") {
    word s = slot();
    EXPECT(ports(0x80, 0x8f, s), DONE);
    EQUAL(type_of(s), 19);
    EXPECT(ports(0x8f, 0x9f, slot()), REVOKE_FIRST);
    EXPECT(delete (s), DONE);
    EXPECT(ports(0x8f, 0x9f, slot()), DONE);
}

BEHAVIOUR("port: the last port must not be below the first; numbers count modulo 2^16") {
    EXPECT(ports(0x90, 0x8f, slot()), INVALID_ARGUMENT(1));
    EXPECT(ports(0x10090, 0x8f, slot()), INVALID_ARGUMENT(1));
    EXPECT(ports(0x10080, 0x80, slot()), DONE);
}

BEHAVIOUR("port: issuing checks length, overlap and slot in this order") {
    EXPECT(invoke(seL4_CapIOPortControl, X86IOPortControlIssue, WORDS(0x80, 0x81, slot()),
                  WITH(OWN_CNODE)),
           TRUNCATED);
    port_range(0x80, 0x80);
    EXPECT(ports(0x80, 0x80, endpoint()), REVOKE_FIRST);
    EXPECT(ports(0x81, 0x81, endpoint()), DELETE_FIRST);
    EXPECT(invoke(seL4_CapIOPortControl, X86IOPortIn8, WORDS(0x80), WITH()), ILLEGAL);
}

BEHAVIOUR("port: all widths read and write inside the range only") {
    word r = port_range(SCRATCH - 3, SCRATCH);
    EXPECT(invoke(r, X86IOPortOut8, WORDS(SCRATCH, 0x5a), WITH()), DONE);
    EXPECT(invoke(r, X86IOPortIn8, WORDS(SCRATCH), WITH()), RESULT(0x5a));
    EXPECT(invoke(r, X86IOPortIn16, WORDS(SCRATCH), WITH()), ILLEGAL);
    EXPECT(invoke(r, X86IOPortIn32, WORDS(SCRATCH - 2), WITH()), ILLEGAL);
    EXPECT(invoke(r, X86IOPortOut16, WORDS(SCRATCH, 0), WITH()), ILLEGAL);
    EXPECT(invoke(r, X86IOPortOut32, WORDS(SCRATCH - 4, 0), WITH()), ILLEGAL);
    EQUAL(invoke(r, X86IOPortIn16, WORDS(SCRATCH - 1), WITH()).label, 0);
    EQUAL(invoke(r, X86IOPortIn32, WORDS(SCRATCH - 3), WITH()).label, 0);
}

BEHAVIOUR("port: access without a port or a value is a truncated message") {
    word r = port_range(SCRATCH, SCRATCH);
    EXPECT(invoke(r, X86IOPortIn8, WORDS(), WITH()), TRUNCATED);
    EXPECT(invoke(r, X86IOPortOut8, WORDS(SCRATCH), WITH()), TRUNCATED);
    EXPECT(invoke(r, X86IOPortControlIssue, WORDS(1, 2, 3, 4), WITH(OWN_CNODE)), ILLEGAL);
}

BEHAVIOUR("port: the range of a copied capability is taken until the last copy is deleted") {
    word r = port_range(0x80, 0x80), c = copy(r);
    EXPECT(delete (r), DONE);
    EXPECT(ports(0x80, 0x80, slot()), REVOKE_FIRST);
    EXPECT(delete (c), DONE);
    EXPECT(ports(0x80, 0x80, slot()), DONE);
}

BEHAVIOUR("domain: there is one domain, and threads can be put into it") {
    word tcb = make(seL4_TCBObject, 0);
    EXPECT(invoke(seL4_CapDomain, DomainSetSet, WORDS(0), WITH(tcb)), DONE);
    EXPECT(invoke(seL4_CapDomain, DomainSetSet, WORDS(1), WITH(tcb)), INVALID_ARGUMENT(0));
    EXPECT(invoke(seL4_CapDomain, DomainSetSet, WORDS(0), WITH(endpoint())), INVALID_ARGUMENT(1));
    EXPECT(invoke(seL4_CapDomain, DomainSetSet, WORDS(0), WITH()), TRUNCATED);
    EXPECT(invoke(seL4_CapDomain, DomainSetSet, WORDS(), WITH(tcb)), TRUNCATED);
}
