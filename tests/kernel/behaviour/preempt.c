/* Long operations let higher threads run in between: revoke, delete and the reset of memory.
 * Machine: pc
 * Unchecked: a look at 65,536 slots takes longer than the alarms here.
 *
 * A PIT interrupt wakes a higher thread while the worker is inside the operation. Invariant of each
 * case: the higher thread's time stamp lies between those before and after the operation.
 */
#include "check.h"

#define PIT         0x40
#define PIT_MODE    0x43
#define PIT_PIN     2
#define MANY_BITS   16
#define MANY        (1ul << MANY_BITS)
#define VECTOR      10
#define MILLISECOND 1193 /* PIT counts */

static word pit, bell, irq;

static void pit_out(word port, word value) {
    REQUIRE(invoke(pit, X86IOPortOut8, WORDS(port, value), WITH()).label == 0);
}
static void alarm_set_up(void) {
    pit = slot();
    irq = slot();
    bell = notification();
    REQUIRE(invoke(seL4_CapIOPortControl, X86IOPortControlIssue, WORDS(PIT, PIT_MODE, pit, DEPTH),
                   WITH(OWN_CNODE))
                .label == 0);
    pit_out(PIT_MODE, 0x30); /* mode 0: the line goes low and stays so until the count runs out */
    REQUIRE(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerIOAPIC,
                   WORDS(irq, DEPTH, 0, PIT_PIN, 0, 0, VECTOR), WITH(OWN_CNODE))
                .label == 0);
    REQUIRE(invoke(irq, IRQSetIRQHandler, WORDS(), WITH(badged(bell, 1))).label == 0);
    REQUIRE(invoke(irq, IRQAckIRQ, WORDS(), WITH()).label == 0);
}
/* One interrupt after @p counts of the PIT. */
static void alarm_in(word counts) {
    pit_out(PIT, counts & 255);
    pit_out(PIT, counts >> 8);
}

/* The higher thread: notes when it was woken and what it saw then. */
static void wake(struct thread *self) {
    receive(bell);
    self->seen[0] = __builtin_ia32_rdtsc();
    self->seen[1] = sys(seL4_SysDebugCapIdentify, self->seen[2], 0, 0).cap;
    self->seen[3] = sys(seL4_SysDebugCapIdentify, self->seen[4], 0, 0).cap;
    self->stage = 1;
}
static struct thread *sleeper(word first, word second) {
    struct thread *t = thread(wake, 0, HIGH);
    t->seen[2] = first;
    t->seen[4] = second;
    resume(t);
    return t;
}
static word now(void) { return __builtin_ia32_rdtsc(); }
/* A CNode of MANY slots, full of endpoints made from @p memory. */
static word many_endpoints(word memory) {
    word cnode = make(seL4_CapTableObject, MANY_BITS);
    for (word i = 0; i < MANY; i += 256) {
        REQUIRE(
            invoke(memory, UntypedRetype, WORDS(seL4_EndpointObject, 0, 0, 0, i, 256), WITH(cnode))
                .label == 0);
    }
    return cnode;
}
#define ENDPOINT_MEMORY make(seL4_UntypedObject, MANY_BITS + seL4_EndpointBits)

BEHAVIOUR("preempt: a device interrupt wakes a higher thread while a lower one computes") {
    alarm_set_up();
    struct thread *t = sleeper(0, 0);
    alarm_in(MILLISECOND);
    CHECK(wait_for(&t->stage));
}

BEHAVIOUR("preempt: revoking 65,536 capabilities lets a higher thread run in between") {
    word memory = ENDPOINT_MEMORY;
    many_endpoints(memory);
    alarm_set_up();
    struct thread *t = sleeper(0, 0);
    word begin = now();
    alarm_in(MILLISECOND);
    EXPECT(revoke(memory), DONE);
    word end = now();
    EQUAL(t->stage, 1);
    CHECK(begin < t->seen[0] && t->seen[0] < end);
    EXPECT(retype(memory, seL4_UntypedObject, MANY_BITS + seL4_EndpointBits, slot(), 1), DONE);
}

BEHAVIOUR("preempt: deleting a full CNode does too, and shows a zombie meanwhile") {
    word cnode = many_endpoints(ENDPOINT_MEMORY);
    alarm_set_up();
    struct thread *t = sleeper(cnode, 0);
    word begin = now();
    alarm_in(MILLISECOND);
    EXPECT(delete (cnode), DONE);
    word end = now();
    CHECK(begin < t->seen[0] && t->seen[0] < end);
    EQUAL(t->seen[1], 18);
    EQUAL(type_of(cnode), 0);
}

BEHAVIOUR("preempt: clearing used memory for a retype does too") {
    word memory = make(seL4_UntypedObject, 22), child = make_from(memory, seL4_UntypedObject, 22);
    REQUIRE(delete (child).label == 0);
    alarm_set_up();
    struct thread *t = sleeper(child, 0);
    word begin = now();
    alarm_in(MILLISECOND / 8);
    EXPECT(retype(memory, seL4_UntypedObject, 22, child, 1), DONE);
    word end = now();
    CHECK(begin < t->seen[0] && t->seen[0] < end);
    EQUAL(t->seen[1], 0);
}

static void tick(struct thread *self) {
    for (;;) {
        self->stage++;
        yield();
    }
}

BEHAVIOUR("preempt: threads of equal priority get turns by the timer during a long revoke") {
    word memory = ENDPOINT_MEMORY, rounds = 0;
    struct thread *t = thread(tick, 0, WORKER);
    for (; rounds < 20 && t->stage == 0; rounds++) {
        many_endpoints(memory);
        resume(t);
        EXPECT(revoke(memory), DONE);
        word during = t->stage;
        suspend(t);
        if (during) {
            break;
        }
    }
    CHECK(t->stage > 0);
}

static void revoke_slot(struct thread *self) {
    struct message m = {OWN_CNODE, INFO(CNodeRevoke, 0, 2), {self->arg, DEPTH, 0, 0}};
    self->stage = 1;
    system_call(seL4_SysCall, &m);
    self->seen[0] = LABEL(m.info);
    self->stage = 2;
}

BEHAVIOUR("preempt: a thread may be deleted in the middle of its revoke, and another finishes it") {
    word memory = ENDPOINT_MEMORY;
    many_endpoints(memory);
    alarm_set_up();
    struct thread *t = start(revoke_slot, memory, LOW);
    alarm_in(MILLISECOND);
    receive(bell); /* the helper works meanwhile */
    EQUAL(t->stage, 1);
    EXPECT(delete (t->tcb), DONE);
    EXPECT(retype(memory, seL4_EndpointObject, 0, slot(), 1), NO_MEMORY(0));
    EXPECT(revoke(memory), DONE);
    EXPECT(retype(memory, seL4_EndpointObject, 0, slot(), 1), DONE);
}

BEHAVIOUR("preempt: a second thread may revoke the same capability meanwhile") {
    word memory = ENDPOINT_MEMORY;
    many_endpoints(memory);
    alarm_set_up();
    struct thread *t = start(revoke_slot, memory, LOW);
    alarm_in(MILLISECOND);
    receive(bell);
    EQUAL(t->stage, 1);
    EXPECT(revoke(memory), DONE);
    settle();
    EQUAL(t->stage, 2);
    EQUAL(t->seen[0], 0);
}

BEHAVIOUR("preempt: the capability may be deleted while its revoke is interrupted") {
    word memory = ENDPOINT_MEMORY;
    many_endpoints(memory);
    alarm_set_up();
    struct thread *t = start(revoke_slot, memory, LOW);
    alarm_in(MILLISECOND);
    receive(bell);
    EQUAL(t->stage, 1);
    EXPECT(delete (memory), DONE);
    settle();
    EQUAL(t->stage, 2);
    EQUAL(t->seen[0], 0);
}

static void delete_slot(struct thread *self) {
    struct message m = {OWN_CNODE, INFO(CNodeDelete, 0, 2), {self->arg, DEPTH, 0, 0}};
    self->stage = 1;
    system_call(seL4_SysCall, &m);
    self->seen[0] = LABEL(m.info);
    self->stage = 2;
}

BEHAVIOUR("preempt: a zombie cannot be invoked or copied, and its deletion goes on") {
    word cnode = many_endpoints(ENDPOINT_MEMORY);
    alarm_set_up();
    struct thread *t = start(delete_slot, cnode, LOW);
    alarm_in(MILLISECOND);
    receive(bell);
    EQUAL(type_of(cnode), 18);
    EXPECT(invoke(cnode, CNodeDelete, WORDS(0, MANY_BITS), WITH()), INVALID_CAP(0));
    EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, cnode), ILLEGAL);
    settle();
    EQUAL(t->stage, 2);
    EQUAL(type_of(cnode), 0);
}

BEHAVIOUR("preempt: two threads may delete the same CNode") {
    word cnode = many_endpoints(ENDPOINT_MEMORY);
    alarm_set_up();
    struct thread *t = start(delete_slot, cnode, LOW);
    alarm_in(MILLISECOND);
    receive(bell);
    EQUAL(type_of(cnode), 18);
    EXPECT(delete (cnode), DONE);
    settle();
    EQUAL(t->stage, 2);
}

BEHAVIOUR("preempt: a zombie's memory may be revoked while the deletion is interrupted") {
    word memory = make(seL4_UntypedObject, MANY_BITS + 6);
    word cnode = make_from(memory, seL4_CapTableObject, MANY_BITS), eps = ENDPOINT_MEMORY;
    for (word i = 0; i < MANY; i += 256) {
        REQUIRE(invoke(eps, UntypedRetype, WORDS(seL4_EndpointObject, 0, 0, 0, i, 256), WITH(cnode))
                    .label == 0);
    }
    alarm_set_up();
    struct thread *t = start(delete_slot, cnode, LOW);
    alarm_in(MILLISECOND);
    receive(bell);
    EQUAL(type_of(cnode), 18);
    EXPECT(revoke(memory), DONE);
    settle();
    EQUAL(t->stage, 2);
    EXPECT(retype(memory, seL4_UntypedObject, MANY_BITS + 6, slot(), 1), DONE);
}
