/* Signals, waiting, polling, and notifications bound to a thread. */
#include "check.h"

static void wait_once(struct thread *self) { self->got = receive(self->arg); }
static void send_one(struct thread *self) { send(self->arg, INFO(0, 0, 0), 0); }
static struct thread *bound(word ep, word ntfn, word priority) {
    struct thread *t = thread(wait_once, ep, priority);
    REQUIRE(invoke(t->tcb, TCBBindNotification, WORDS(), WITH(ntfn)).label == 0);
    return t;
}

BEHAVIOUR("notification: polling an idle one gives 0 and leaves info and words untouched") {
    struct message m = sys(seL4_SysNBRecv, notification(), INFO(0xabc, 0, 0), UNTOUCHED);
    EQUAL(m.cap, 0);
    EQUAL(m.info, INFO(0xabc, 0, 0));
    EQUAL(m.mr[0], UNTOUCHED);
}

BEHAVIOUR("notification: a signal is kept until it is polled, once") {
    word ntfn = notification();
    signal(badged(ntfn, 6));
    EQUAL(poll(ntfn).cap, 6);
    EQUAL(poll(ntfn).cap, 0);
}

BEHAVIOUR("notification: the badges of several signals are or-ed together") {
    word ntfn = notification();
    signal(badged(ntfn, 0x11));
    signal(badged(ntfn, 0x30));
    signal(badged(ntfn, 1ul << 63));
    EQUAL(poll(ntfn).cap, 0x31 | 1ul << 63);
}

BEHAVIOUR("notification: a signal without a badge wakes a waiter with word 0") {
    word ntfn = notification();
    struct thread *t = start(wait_once, ntfn, HIGH);
    EQUAL(t->done, 0);
    signal(ntfn);
    EQUAL(t->done, 1);
    EQUAL(t->got.cap, 0);
}

BEHAVIOUR("notification: a waiter gets the badge; its message registers stay as they were") {
    word ntfn = notification();
    struct thread *t = start(wait_once, ntfn, HIGH);
    sys(seL4_SysSend, badged(ntfn, 5), INFO(3, 0, 4), 0x777);
    EQUAL(t->got.cap, 5);
    EQUAL(t->got.mr[0], UNTOUCHED);
    EQUAL(t->got.mr[3], UNTOUCHED + 3);
}

BEHAVIOUR("notification: waiters are woken first come first served, whatever their priority") {
    word ntfn = notification();
    struct thread *first = start(wait_once, ntfn, 110), *second = start(wait_once, ntfn, HIGH);
    signal(badged(ntfn, 1));
    EQUAL(first->done, 1);
    EQUAL(second->done, 0);
    signal(badged(ntfn, 2));
    EQUAL(second->got.cap, 2);
}

BEHAVIOUR("notification: one signal wakes one waiter") {
    word ntfn = notification();
    struct thread *a = start(wait_once, ntfn, HIGH), *b = start(wait_once, ntfn, HIGH);
    signal(badged(ntfn, 1));
    EQUAL(a->done + b->done, 1);
    EQUAL(poll(ntfn).cap, 0);
}

BEHAVIOUR("notification: a capability without write right cannot signal") {
    word ntfn = notification();
    EXPECT(invoke(mint(ntfn, 2, 4), 0, WORDS(), WITH()), INVALID_CAP(0));
    EQUAL(poll(ntfn).cap, 0);
}

static void wait_badly(struct thread *self) {
    self->got = receive(self->arg);
    self->stage = 1;
}

BEHAVIOUR("notification: waiting without read right is a cap fault") {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 9);
    struct thread *t = start(wait_badly, mint(notification(), 1, 4), HIGH);
    struct message m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_CapFault);
    EQUAL(m.mr[2], 1);
    EQUAL(t->stage, 0);
}

BEHAVIOUR("notification: a call signals and comes back at once with nothing") {
    word ntfn = notification();
    struct message m = call(badged(ntfn, 3), INFO(9, 0, 2), 0x50);
    EQUAL(m.cap, 0);
    EQUAL(m.info, 0);
    EQUAL(m.mr[0], 0x50);
    EQUAL(poll(ntfn).cap, 3);
}

BEHAVIOUR("notification: signalling a bound one wakes its thread from receiving on an endpoint") {
    word ep = endpoint(), ntfn = notification();
    struct thread *t = bound(ep, ntfn, HIGH);
    resume(t);
    EQUAL(t->done, 0);
    signal(badged(ntfn, 0x40));
    EQUAL(t->done, 1);
    EQUAL(t->got.cap, 0x40);
    EQUAL(t->got.info, 0);
}

BEHAVIOUR("notification: an active bound one is delivered before a queued sender") {
    word ep = endpoint(), ntfn = notification();
    struct thread *t = bound(ep, ntfn, HIGH), *s = start(send_one, badged(ep, 5), HIGH);
    signal(badged(ntfn, 0x80));
    resume(t);
    EQUAL(t->got.cap, 0x80);
    EQUAL(s->done, 0);
    EQUAL(poll(ep).cap, 5);
}

BEHAVIOUR("notification: after unbinding, signals no longer reach the thread's receive") {
    word ep = endpoint(), ntfn = notification();
    struct thread *t = bound(ep, ntfn, HIGH);
    resume(t);
    REQUIRE(invoke(t->tcb, TCBUnbindNotification, WORDS(), WITH()).label == 0);
    signal(badged(ntfn, 1));
    EQUAL(t->done, 0);
    EQUAL(poll(ntfn).cap, 1);
}

BEHAVIOUR("notification: waiting on one that is bound to another thread is a cap fault") {
    word handler = endpoint(), ntfn = notification();
    bound(endpoint(), ntfn, HIGH);
    thread_fault_handler = badged(handler, 9);
    start(wait_badly, ntfn, HIGH);
    EQUAL(LABEL(poll(handler).info), seL4_Fault_CapFault);
}

BEHAVIOUR("notification: binding an active one does not wake a thread that already receives") {
    word ep = endpoint(), ntfn = notification();
    struct thread *t = start(wait_once, ep, HIGH);
    signal(badged(ntfn, 1));
    EXPECT(invoke(t->tcb, TCBBindNotification, WORDS(), WITH(ntfn)), DONE);
    signal(badged(ntfn, 2));
    EQUAL(t->done, 0);
}

BEHAVIOUR("notification: deleting the last capability restarts its waiters, who then fault") {
    word handler = endpoint(), ntfn = notification();
    thread_fault_handler = badged(handler, 9);
    struct thread *t = start(wait_badly, ntfn, HIGH);
    EQUAL(poll(handler).cap, 0);
    EXPECT(delete (ntfn), DONE);
    EQUAL(LABEL(poll(handler).info), seL4_Fault_CapFault);
    EQUAL(t->stage, 0);
}

BEHAVIOUR("notification: deleting the last capability unbinds") {
    word ntfn = notification();
    struct thread *t = bound(endpoint(), ntfn, HIGH);
    EXPECT(delete (ntfn), DONE);
    EXPECT(invoke(t->tcb, TCBUnbindNotification, WORDS(), WITH()), ILLEGAL);
}

BEHAVIOUR("notification: deleting a bound thread leaves the notification usable") {
    word ntfn = notification();
    struct thread *t = bound(endpoint(), ntfn, HIGH);
    EXPECT(delete (t->tcb), DONE);
    signal(badged(ntfn, 2));
    EQUAL(poll(ntfn).cap, 2);
    EXPECT(invoke(make(seL4_TCBObject, 0), TCBBindNotification, WORDS(), WITH(ntfn)), DONE);
}
