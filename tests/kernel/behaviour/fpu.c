/* FPU and SSE state belongs to one thread: it survives switches and never shows in another. */
#include "check.h"

static void load(word pattern) {
    word v[2] __attribute__((aligned(16))) = {pattern, ~pattern};
    __asm__ volatile("movaps %0, %%xmm0\n\tmovaps %0, %%xmm7\n\tmovaps %0, %%xmm15"
                     :
                     : "m"(*(const char(*)[16])v));
}
static word stored(void) {
    word a[2] __attribute__((aligned(16))), b[2] __attribute__((aligned(16)));
    __asm__ volatile("movaps %%xmm7, %0\n\tmovaps %%xmm15, %1"
                     : "=m"(*(char(*)[16])a), "=m"(*(char(*)[16])b));
    return a[0] == b[0] && a[1] == ~a[0] && b[1] == ~b[0] ? a[0] : 0xbad;
}

static void keep_pattern(struct thread *self) {
    load(self->arg);
    for (int i = 0; i < 5; i++) {
        yield();
        self->seen[i] = stored();
    }
}

BEHAVIOUR("fpu: two threads that take turns keep their own SSE registers") {
    struct thread *a = start(keep_pattern, 0x1111, LOW), *b = start(keep_pattern, 0x2222, LOW);
    settle();
    for (int i = 0; i < 5; i++) {
        EQUAL(a->seen[i], 0x1111);
        EQUAL(b->seen[i], 0x2222);
    }
}

static void look(struct thread *self) {
    uint32_t mxcsr;
    uint16_t control;
    word x[2] __attribute__((aligned(16)));
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1\n\tmovaps %%xmm7, %2"
                     : "=m"(mxcsr), "=m"(control), "=m"(*(char(*)[16])x));
    self->seen[0] = mxcsr;
    self->seen[1] = control;
    self->seen[2] = x[0] | x[1];
}

BEHAVIOUR("fpu: a new thread starts with the initial state, not with the state of another") {
    load(0x3333);
    struct thread *t = start(look, 0, HIGH);
    EQUAL(t->seen[0], 0x1f80);
    EQUAL(t->seen[1], 0x37f);
    EQUAL(t->seen[2], 0);
}

static void spoil(struct thread *self) {
    load(self->arg);
    uint32_t mxcsr = 0x9fc0;
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

BEHAVIOUR("fpu: a thread that ran between does not change the state of the one before") {
    load(0x4444);
    start(spoil, 0x5555, HIGH);
    uint32_t mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    EQUAL(stored(), 0x4444);
    EQUAL(mxcsr, 0x1f80);
}

static void use_for_ever(struct thread *self) {
    for (word i = 0;; i++) {
        load(self->arg);
        self->stage = i;
        if (stored() != self->arg) {
            self->seen[0]++;
        }
    }
}

BEHAVIOUR("fpu: states hold across switches by the timer") {
    struct thread *a = start(use_for_ever, 0x6666, WORKER);
    struct thread *b = start(use_for_ever, 0x7777, WORKER);
    CHECK(wait_for(&a->stage) && wait_for(&b->stage));
    word end = __builtin_ia32_rdtsc() + 100000000;
    while (__builtin_ia32_rdtsc() < end) {
    }
    EQUAL(a->seen[0], 0);
    EQUAL(b->seen[0], 0);
}

BEHAVIOUR("fpu: a system call leaves the state alone") {
    load(0x8888);
    yield();
    type_of(OWN_TCB);
    make(seL4_TCBObject, 0);
    EQUAL(stored(), 0x8888);
}

BEHAVIOUR("fpu: with the flag fpuDisabled, using the FPU is exception 7") {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 7);
    struct thread *t = thread(look, 0, HIGH);
    REQUIRE(invoke(t->tcb, TCBSetFlags, WORDS(0, seL4_TCBFlag_fpuDisabled), WITH()).label == 0);
    resume(t);
    struct message m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_UserException);
    EQUAL(m.mr[3], 7);
}

BEHAVIOUR("fpu: a thread whose flag is cleared again may use the FPU when its fault is answered") {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 7);
    struct thread *t = thread(look, 0, HIGH);
    REQUIRE(invoke(t->tcb, TCBSetFlags, WORDS(0, seL4_TCBFlag_fpuDisabled), WITH()).label == 0);
    resume(t);
    REQUIRE(receive(handler).cap == 7);
    REQUIRE(invoke(t->tcb, TCBSetFlags, WORDS(seL4_TCBFlag_fpuDisabled, 0), WITH()).label == 0);
    reply(INFO(0, 0, 0), 0);
    EQUAL(t->done, 1);
    EQUAL(t->seen[0], 0x1f80);
}

BEHAVIOUR("fpu: the state of a deleted thread does not reach one made from its memory") {
    word memory = make(seL4_UntypedObject, 11), tcb = make_from(memory, seL4_TCBObject, 0);
    struct thread *t = thread(spoil, 0x9999, HIGH);
    seL4_UserContext r = registers_of(t->tcb);
    REQUIRE(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, 0)).label ==
            0);
    set_priority(tcb, HIGH);
    set_registers(tcb, true, &r);
    EQUAL(t->done, 1);
    REQUIRE(delete (tcb).label == 0);
    struct thread *next = thread(look, 0, HIGH);
    r = registers_of(next->tcb);
    tcb = make_from(memory, seL4_TCBObject, 0);
    REQUIRE(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, 0)).label ==
            0);
    set_priority(tcb, HIGH);
    set_registers(tcb, true, &r);
    EQUAL(next->seen[0], 0x1f80);
    EQUAL(next->seen[2], 0);
}

static void disable_own(struct thread *self) {
    load(1);
    struct message m = {self->tcb, INFO(TCBSetFlags, 0, 2), {0, seL4_TCBFlag_fpuDisabled, 0, 0}};
    system_call(seL4_SysCall, &m);
    self->stage = 1;
    stored();
    self->stage = 2;
}

BEHAVIOUR("fpu: a thread that disables its own FPU faults at the very next use") {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 7);
    struct thread *t = start(disable_own, 0, HIGH);
    EQUAL(poll(handler).mr[3], 7);
    EQUAL(t->stage, 1);
}
