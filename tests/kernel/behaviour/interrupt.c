/* Interrupts of real devices, driven from user level: PIT, HPET and serial line.
 * Machine: q35
 * Options: -global hpet.msi=on
 * Unchecked: a look at all objects takes longer than the periods here.
 *
 * The PIT (IOAPIC pin 2, edge) gives many interrupts, the HPET's timers can be told their pin,
 * their kind, or to write messages (MSI). Every case leaves its devices silent.
 */
#include "check.h"

#define VECTOR       40
#define OTHER_VECTOR 41
#define MILLISECOND  1000000ul /* time stamps, as time is counted in instructions */

static struct answer ack(word handler) { return invoke(handler, IRQAckIRQ, WORDS(), WITH()); }
static struct answer set_notification(word handler, word ntfn) {
    return invoke(handler, IRQSetIRQHandler, WORDS(), WITH(ntfn));
}
static struct answer clear(word handler) {
    return invoke(handler, IRQClearIRQHandler, WORDS(), WITH());
}
enum trigger { EDGE, LEVEL };
static word pin_handler(word pin, enum trigger trigger, word vector, word ntfn) {
    word h = slot();
    REQUIRE(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerIOAPIC,
                   WORDS(h, DEPTH, 0, pin, trigger, 0, vector), WITH(OWN_CNODE))
                .label == 0);
    REQUIRE(set_notification(h, ntfn).label == 0);
    return h;
}

static word now(void) { return __builtin_ia32_rdtsc(); }
static void pass(word time) {
    for (word end = now() + time; now() < end;) {
    }
}
/* The badge word of the next signal; 0 if none comes for so long. */
static word next_signal(word ntfn, word time) {
    for (word end = now() + time; now() < end;) {
        struct message m = poll(ntfn);
        if (m.cap) {
            return m.cap;
        }
    }
    return 0;
}
static word ports(word first, word last) {
    word s = slot();
    REQUIRE(invoke(seL4_CapIOPortControl, X86IOPortControlIssue, WORDS(first, last, s, DEPTH),
                   WITH(OWN_CNODE))
                .label == 0);
    return s;
}
static void out8(word range, word port, word value) {
    REQUIRE(invoke(range, X86IOPortOut8, WORDS(port, value), WITH()).label == 0);
}

/* ---- the PIT ---- */

#define PIT       0x40
#define PIT_MODE  0x43
#define PIT_PIN   2
#define PIT_A_MS  1193
#define MODE_ONCE 0x30
#define MODE_RATE 0x34

static word pit;

static void pit_start(word mode, word counts) {
    out8(pit, PIT_MODE, mode);
    out8(pit, PIT, counts & 255);
    out8(pit, PIT, counts >> 8);
}
/* The counter waits for a count that does not come. */
static void pit_stop(void) { out8(pit, PIT_MODE, MODE_ONCE); }
static word pit_handler(word vector, word ntfn) {
    pit = ports(PIT, PIT_MODE);
    pit_stop();
    return pin_handler(PIT_PIN, EDGE, vector, ntfn);
}

BEHAVIOUR("interrupt: a periodic timer acknowledged each time signals once a period") {
    word ntfn = notification(), h = pit_handler(VECTOR, badged(ntfn, 5)), at[11];
    pit_start(MODE_RATE, PIT_A_MS);
    for (int i = 0; i < 11; i++) {
        EQUAL(next_signal(ntfn, 3 * MILLISECOND), 5);
        at[i] = now();
        EXPECT(ack(h), DONE);
    }
    pit_stop();
    word period = (at[10] - at[0]) / 10;
    CHECK(period > MILLISECOND - MILLISECOND / 100 && period < MILLISECOND + MILLISECOND / 100);
}

BEHAVIOUR("interrupt: without acknowledgement the second edge signals nobody") {
    word ntfn = notification(), h = pit_handler(VECTOR, badged(ntfn, 5));
    pit_start(MODE_RATE, PIT_A_MS);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 5);
    EQUAL(next_signal(ntfn, 5 * MILLISECOND), 0);
    EXPECT(ack(h), DONE);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 5);
    pit_stop();
}

BEHAVIOUR("interrupt: an interrupt wakes the thread that waits for it, above the one that runs") {
    word ntfn = notification(), h = pit_handler(VECTOR, badged(ntfn, 5));
    REQUIRE(ack(h).label == 0);
    pit_start(MODE_ONCE, PIT_A_MS);
    EQUAL(poll(ntfn).cap, 0);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 5);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 0); /* once only */
}

static void receive_twice(struct thread *self) {
    self->seen[0] = receive(self->arg).cap;
    self->seen[1] = receive(self->arg).cap;
}

BEHAVIOUR("interrupt: a bound notification brings interrupts and messages to one receive") {
    word ep = endpoint(), ntfn = notification();
    struct thread *t = start(receive_twice, ep, HIGH);
    REQUIRE(invoke(t->tcb, TCBBindNotification, WORDS(), WITH(ntfn)).label == 0);
    pit_handler(VECTOR, badged(ntfn, 0x80));
    send(badged(ep, 7), INFO(0, 0, 0), 0);
    EQUAL(t->seen[0], 7);
    EQUAL(t->done, 0);
    pit_start(MODE_ONCE, PIT_A_MS);
    CHECK(wait_for(&t->done));
    EQUAL(t->seen[1], 0x80);
}

BEHAVIOUR("interrupt: a second notification takes the place of the first") {
    word first = notification(), second = notification();
    word h = pit_handler(VECTOR, badged(first, 1));
    EXPECT(set_notification(h, badged(second, 2)), DONE);
    pit_start(MODE_ONCE, PIT_A_MS);
    EQUAL(next_signal(second, 3 * MILLISECOND), 2);
    EQUAL(poll(first).cap, 0);
}

BEHAVIOUR("interrupt: a cleared handler signals nobody, and does again when set and acknowledged") {
    word ntfn = notification(), h = pit_handler(VECTOR, badged(ntfn, 1));
    EXPECT(clear(h), DONE);
    pit_start(MODE_RATE, PIT_A_MS);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 0);
    EXPECT(set_notification(h, badged(ntfn, 4)), DONE);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 0); /* the undelivered one masked the pin */
    EXPECT(ack(h), DONE);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 4);
    pit_stop();
}

BEHAVIOUR("interrupt: revoking the notification takes it from the handler") {
    word ntfn = notification(), badge = badged(ntfn, 1), h = pit_handler(VECTOR, badge);
    EXPECT(revoke(ntfn), DONE);
    EQUAL(type_of(badge), 0);
    pit_start(MODE_RATE, PIT_A_MS);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 0);
    EXPECT(set_notification(h, badged(ntfn, 4)), DONE);
    EXPECT(ack(h), DONE);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 4);
    pit_stop();
}

BEHAVIOUR("interrupt: deleting the notification's last other capability leaves the handler's") {
    word ntfn = notification(), badge = badged(ntfn, 1), h = pit_handler(VECTOR, badge);
    EXPECT(delete (badge), DONE);
    pit_start(MODE_ONCE, PIT_A_MS);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 1);
    EXPECT(ack(h), DONE);
}

BEHAVIOUR("interrupt: a deleted handler signals nobody, and its pin can be had again") {
    word ntfn = notification(), h = pit_handler(VECTOR, badged(ntfn, 1));
    pit_start(MODE_RATE, PIT_A_MS);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 1);
    EXPECT(ack(h), DONE);
    EXPECT(delete (h), DONE);
    poll(ntfn);
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 0);
    pin_handler(PIT_PIN, EDGE, OTHER_VECTOR, badged(ntfn, 2));
    EQUAL(next_signal(ntfn, 3 * MILLISECOND), 2);
    pit_stop();
}

BEHAVIOUR("interrupt: interrupts of two devices on one notification leave both badges") {
    word ntfn = notification(), serial = ports(0x3f8, 0x3ff);
    pit_handler(VECTOR, badged(ntfn, 1));
    pin_handler(4, EDGE, OTHER_VECTOR, badged(ntfn, 2));
    pit_start(MODE_ONCE, PIT_A_MS);
    out8(serial, 0x3f9, 2); /* the transmitter is empty */
    pass(2 * MILLISECOND);
    out8(serial, 0x3f9, 0);
    EQUAL(poll(ntfn).cap, 3);
}

/* ---- the HPET ---- */

#define HPET_PADDR  0xfed00000ul
#define AT          0x10000000000ul
#define HPET_ENABLE 1
#define TIMER(n)    (0x100 + 0x20 * (n))
#define TN_LEVEL    (1 << 1)
#define TN_ENABLE   (1 << 2)
#define TN_PERIODIC (1 << 3)
#define TN_SET      (1 << 6)
#define TN_PIN(pin) ((pin) << 9)
#define TN_MESSAGE  (1 << 14)
#define TN_CAN_MSI  (1 << 15)
#define A_MS        100000 /* counts of 10 ns */

static volatile word *hpet(word offset) { return (volatile word *)(AT + offset); }
/* The frame at this physical address, the first of a device untyped. */
static word device_frame(word paddr) {
    for (word s = boot_info->untyped.start; s < boot_info->untyped.end; s++) {
        if (boot_info->untypedList[s - boot_info->untyped.start].paddr == paddr) {
            return make_from(s, seL4_X86_4K, 0);
        }
    }
    REQUIRE(!"a device untyped at that address");
    return 0;
}
static void hpet_map(void) {
    REQUIRE(
        invoke(make(seL4_X86_PDPTObject, 0), X86PDPTMap, WORDS(AT, 0), WITH(OWN_VSPACE)).label ==
        0);
    REQUIRE(invoke(make(seL4_X86_PageDirectoryObject, 0), X86PageDirectoryMap, WORDS(AT, 0),
                   WITH(OWN_VSPACE))
                .label == 0);
    REQUIRE(
        invoke(make(seL4_X86_PageTableObject, 0), X86PageTableMap, WORDS(AT, 0), WITH(OWN_VSPACE))
            .label == 0);
    word frame = device_frame(HPET_PADDR);
    REQUIRE(
        invoke(frame, X86PageMap, WORDS(AT, 3, seL4_X86_CacheDisabled), WITH(OWN_VSPACE)).label ==
        0);
    *hpet(0x10) = HPET_ENABLE;
}
/* A pin of the IOAPIC that timer @p n can be led to, above those of the old devices. */
static word hpet_pin(word n) {
    word pins = (*hpet(TIMER(n)) >> 32) & 0xff0000;
    REQUIRE(pins);
    return __builtin_ctzl(pins);
}
static void hpet_alarm(word n, word config, word counts) {
    *hpet(TIMER(n)) = config | TN_ENABLE | TN_SET;
    *hpet(TIMER(n) + 8) = *hpet(0xf0) + counts;
    if (config & TN_PERIODIC) {
        *hpet(TIMER(n) + 8) = counts;
    }
}
static void hpet_stop(word n) {
    *hpet(TIMER(n)) = 0;
    *hpet(0x20) = 1 << n;
}

BEHAVIOUR("interrupt: a level interrupt comes again until the device is quiet") {
    word ntfn = notification();
    hpet_map();
    word pin = hpet_pin(1), h = pin_handler(pin, LEVEL, VECTOR, badged(ntfn, 1));
    hpet_alarm(1, TN_PIN(pin) | TN_LEVEL, A_MS);
    word first = next_signal(ntfn, 3 * MILLISECOND), masked = next_signal(ntfn, MILLISECOND);
    ack(h);
    word again = next_signal(ntfn, MILLISECOND);
    *hpet(0x20) = 1 << 1; /* now the line falls */
    ack(h);
    word quiet = next_signal(ntfn, MILLISECOND);
    hpet_stop(1);
    EQUAL(first, 1);
    EQUAL(masked, 0);
    EQUAL(again, 1);
    EQUAL(quiet, 0);
}

BEHAVIOUR("interrupt: an HPET timer signals by edges of an IOAPIC pin, period after period") {
    word ntfn = notification(), count = 0;
    hpet_map();
    word pin = hpet_pin(0), h = pin_handler(pin, EDGE, VECTOR, badged(ntfn, 1));
    word begin = now();
    hpet_alarm(0, TN_PIN(pin) | TN_PERIODIC, A_MS);
    for (int i = 0; i < 5; i++) {
        count += next_signal(ntfn, 3 * MILLISECOND);
        ack(h);
    }
    word took = now() - begin;
    hpet_stop(0);
    EQUAL(count, 5);
    CHECK(took > 49 * MILLISECOND / 10 && took < 53 * MILLISECOND / 10);
}

static word message_handler(word vector, word ntfn) {
    word h = slot();
    REQUIRE(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerMSI,
                   WORDS(h, DEPTH, 0, 0, 0, 0, vector), WITH(OWN_CNODE))
                .label == 0);
    REQUIRE(set_notification(h, ntfn).label == 0);
    return h;
}
static void hpet_write(word n, word data) {
    REQUIRE(*hpet(TIMER(n)) & TN_CAN_MSI);
    *hpet(TIMER(n) + 16) = 0xfee00000ul << 32 | data;
}
static void hpet_message(word n, word vector) { hpet_write(n, vector + 0x30); }

BEHAVIOUR("interrupt: a device that writes messages signals the handler of that vector") {
    word ntfn = notification();
    hpet_map();
    message_handler(VECTOR, badged(ntfn, 8));
    hpet_message(1, VECTOR);
    hpet_alarm(1, TN_MESSAGE, A_MS);
    word got = next_signal(ntfn, 3 * MILLISECOND), again = next_signal(ntfn, MILLISECOND);
    hpet_stop(1);
    EQUAL(got, 8);
    EQUAL(again, 0);
}

BEHAVIOUR("interrupt: messages have no pin to mask, so they come without acknowledgement") {
    word ntfn = notification(), count = 0;
    hpet_map();
    message_handler(VECTOR, badged(ntfn, 1));
    hpet_message(0, VECTOR);
    hpet_alarm(0, TN_MESSAGE | TN_PERIODIC, A_MS);
    for (int i = 0; i < 4; i++) {
        count += next_signal(ntfn, 3 * MILLISECOND);
    }
    hpet_stop(0);
    EQUAL(count, 4);
}

BEHAVIOUR("interrupt: messages of a vector without a handler signal nobody and harm nothing") {
    word ntfn = notification();
    hpet_map();
    word h = message_handler(VECTOR, badged(ntfn, 1));
    hpet_message(0, VECTOR);
    REQUIRE(delete (h).label == 0);
    hpet_alarm(0, TN_MESSAGE | TN_PERIODIC, A_MS);
    word none = next_signal(ntfn, 3 * MILLISECOND);
    message_handler(VECTOR, badged(ntfn, 2));
    word then = next_signal(ntfn, 3 * MILLISECOND);
    hpet_stop(0);
    EQUAL(none, 0);
    EQUAL(then, 2);
}

/* A message can be delivered as something else than an interrupt. */
#define AS_NMI (4 << 8)

static void count_for_ever(struct thread *self) {
    for (;;) {
        self->stage++;
    }
}

BEHAVIOUR("interrupt: a non-maskable one is exception 2 of the thread that runs") {
    word handler = endpoint();
    hpet_map();
    hpet_write(0, AS_NMI);
    thread_fault_handler = badged(handler, 0xfa);
    struct thread *t = start(count_for_ever, 0, LOW);
    hpet_alarm(0, TN_MESSAGE, A_MS);
    struct message m = receive(handler);
    hpet_stop(0);
    EQUAL(m.cap, 0xfa);
    EQUAL(m.info, INFO(seL4_Fault_UserException, 0, 5));
    EQUAL(m.mr[3], 2);
    word before = t->stage, ntfn = notification();
    pit_handler(VECTOR, badged(ntfn, 1));
    pit_start(MODE_ONCE, PIT_A_MS);
    reply(INFO(0, 0, 0), 0);
    receive(ntfn); /* it has a millisecond to go on */
    CHECK(t->stage > before);
}
