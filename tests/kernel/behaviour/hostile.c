/* Hostile values: nothing that a thread passes or sets may stop the kernel or hurt another thread.
 */
#include "check.h"

static const word wild[] = {0,
                            1,
                            63,
                            64,
                            65,
                            0xffffffff,
                            0x7fffffffffff,
                            0x800000000000,
                            0xffff800000000000,
                            0xffffff8000000000,
                            0xffffffff80100000,
                            1ul << 63,
                            ~0ul - 4095,
                            ~0ul};
#define WILD (sizeof wild / sizeof wild[0])

static void run_on(struct thread *self) {
    for (;;) {
        self->stage++;
        yield();
    }
}
static void nothing(struct thread *self) { (void)self; }
/* A thread with these registers runs until it faults or is stopped; the kernel must live. */
static void let_run(seL4_UserContext r) {
    word tcb = make(seL4_TCBObject, 0);
    REQUIRE(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, 0)).label ==
            0);
    set_priority(tcb, LOW);
    set_registers(tcb, true, &r);
    settle();
    REQUIRE(delete (tcb).label == 0);
}

BEHAVIOUR("hostile: no argument of any invocation on any kind of capability stops the kernel") {
    word kinds[] = {make(seL4_UntypedObject, 12),
                    make(seL4_TCBObject, 0),
                    make(seL4_CapTableObject, 4),
                    make(seL4_X86_4K, 0),
                    make(seL4_X86_PageTableObject, 0),
                    make(seL4_X86_PDPTObject, 0),
                    make(seL4_X64_PML4Object, 0),
                    notification(),
                    seL4_CapIOPortControl,
                    seL4_CapDomain};
    unsigned answers = 0, empty = slot();
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (word label = 0; label < 54; label++) {
            if (label == TCBResume || label == TCBWriteRegisters || label == TCBCopyRegisters ||
                label == X86IOPortControlIssue || label == DomainScheduleSetStart ||
                label == DomainScheduleConfigure) {
                continue; /* these succeed, and have cases of their own */
            }
            for (unsigned w = 0; w < WILD; w++) {
                word v = wild[w];
                invoke(kinds[k], label, WORDS(v, v, v, v, v, v, v, v), WITH(OWN_VSPACE, empty));
                answers++;
                if (k == 0) {
                    revoke(kinds[0]);
                }
            }
        }
        EQUAL(type_of(OWN_TCB), 12);
    }
    CHECK(answers > 5000);
}

static void one_call(struct thread *self) {
    self->got = sys((long)self->seen[0], self->arg, INFO(0, 3, 127), 0);
}

BEHAVIOUR("hostile: no capability address in any system call stops the kernel") {
    word handler = endpoint(), faults = 0;
    thread_fault_handler = badged(handler, 1);
    struct thread *t = thread(one_call, 0, HIGH);
    seL4_UserContext fresh = registers_of(t->tcb);
    for (long number = -14; number < 0; number++) {
        for (unsigned w = 0; w < WILD; w++) {
            if (number == seL4_SysDebugHalt || number == seL4_SysDebugNameThread ||
                number == seL4_SysDebugSnapshot || number == seL4_SysDebugDumpScheduler ||
                number == seL4_SysDebugPutChar) {
                continue; /* these say something or stop the machine */
            }
            t->seen[0] = (word)number;
            t->arg = wild[w];
            set_registers(t->tcb, true, &fresh);
            faults += poll(handler).cap;
            suspend(t);
        }
    }
    CHECK(faults > 20);
}

BEHAVIOUR("hostile: wild message infos are neither kept nor do they stop the kernel") {
    word ep = endpoint();
    for (unsigned w = 0; w < WILD; w++) {
        sys(seL4_SysNBSend, ep, wild[w] & ~INFO(0, 3, 0), 0);
        sys(seL4_SysReply, 0, wild[w], 0);
    }
    EQUAL(poll(ep).cap, 0);
}

BEHAVIOUR("hostile: every instruction pointer can be set; wild ones fault when they run") {
    for (unsigned w = 0; w < WILD; w++) {
        let_run((seL4_UserContext){.rip = wild[w], .rsp = 0, .rflags = 0x202});
    }
    EQUAL(type_of(OWN_TCB), 12);
}

static void jump(struct thread *self) { __asm__ volatile("jmp *%0" : : "r"(self->arg)); }

BEHAVIOUR("hostile: a jump to any address only faults") {
    struct thread *t = thread(jump, 0, LOW);
    seL4_UserContext fresh = registers_of(t->tcb);
    for (unsigned w = 0; w < WILD; w++) {
        suspend(t);
        t->arg = wild[w];
        set_registers(t->tcb, true, &fresh);
        settle();
    }
    EQUAL(type_of(OWN_TCB), 12);
}

BEHAVIOUR("hostile: every stack pointer can be set, also with system calls and interrupts on it") {
    struct thread *t = thread(run_on, 0, LOW);
    seL4_UserContext r = registers_of(t->tcb);
    for (unsigned w = 0; w < WILD; w++) {
        r.rsp = wild[w];
        let_run(r);
    }
    EQUAL(type_of(OWN_TCB), 12);
}

BEHAVIOUR("hostile: every flags word can be set") {
    struct thread *t = thread(nothing, 0, LOW);
    seL4_UserContext r = registers_of(t->tcb);
    for (unsigned bit = 0; bit < 64; bit++) {
        r.rflags = 1ul << bit;
        let_run(r);
    }
    r.rflags = ~0ul;
    let_run(r);
    EQUAL(type_of(OWN_TCB), 12);
}

BEHAVIOUR("hostile: every FS and GS base can be set") {
    struct thread *t = thread(nothing, 0, LOW);
    seL4_UserContext r = registers_of(t->tcb);
    for (unsigned w = 0; w < WILD; w++) {
        r.fs_base = wild[w];
        r.gs_base = ~wild[w];
        let_run(r);
    }
    EQUAL(type_of(OWN_TCB), 12);
}

BEHAVIOUR("hostile: a thread runs with any TLS base that an invocation gave it") {
    struct thread *t = thread(nothing, 0, LOW);
    seL4_UserContext fresh = registers_of(t->tcb);
    for (unsigned w = 0; w < WILD; w++) {
        suspend(t);
        t->done = 0;
        set_registers(t->tcb, false, &fresh);
        invoke(t->tcb, TCBSetTLSBase, WORDS(wild[w]), WITH());
        resume(t);
        settle();
        EQUAL(t->done, 1);
    }
}

static void set_wild_tls(struct thread *self) {
    for (unsigned w = 0; w < WILD; w++) {
        sys(seL4_SysSetTLSBase, wild[w], 0, 0);
        self->stage++;
    }
}

BEHAVIOUR("hostile: the TLS system call takes any value") {
    struct thread *t = start(set_wild_tls, 0, HIGH);
    EQUAL(t->stage, WILD);
    EQUAL(t->done, 1);
}

BEHAVIOUR("hostile: a thread runs with any bases that were copied to it") {
    word from = make(seL4_TCBObject, 0);
    struct thread *t = thread(nothing, 0, LOW);
    seL4_UserContext fresh = registers_of(t->tcb);
    set_registers(from, false, &fresh);
    invoke(from, TCBSetTLSBase, WORDS(0x800000000000), WITH());
    EXPECT(invoke(t->tcb, TCBCopyRegisters, WORDS(2 | 4 | 8), WITH(from)), DONE);
    settle();
    EQUAL(t->done, 1);
}

static void send_a_capability(struct thread *self) {
    for (;;) {
        self->buffer->caps_or_badges[0] = OWN_TCB;
        send(self->arg, INFO(0, 1, 0), 0);
    }
}

BEHAVIOUR("hostile: a receive path of wild values is only 'no slot'") {
    word ep = endpoint();
    start(send_a_capability, badged(ep, 1), HIGH);
    for (unsigned w = 0; w < WILD; w++) {
        seL4_SetCapReceivePath(wild[w], wild[WILD - 1 - w], wild[w]);
        EQUAL(receive(ep).info, INFO(0, 0, 0));
        seL4_SetCapReceivePath(OWN_CNODE, wild[WILD - 1 - w], wild[w]);
        EQUAL(receive(ep).info, INFO(0, 0, 0));
    }
}

BEHAVIOUR("hostile: a thread without CSpace and VSpace that is resumed does not stop the kernel") {
    word tcb = make(seL4_TCBObject, 0);
    EXPECT(invoke(tcb, TCBResume, WORDS(), WITH()), DONE);
    set_priority(tcb, HIGH);
    settle();
    EXPECT(delete (tcb), DONE);
}

BEHAVIOUR(
    "hostile: a thread whose address space is deleted while it runs does not stop the kernel") {
    word space = make(seL4_X64_PML4Object, 0);
    REQUIRE(invoke(seL4_CapInitThreadASIDPool, X86ASIDPoolAssign, WORDS(), WITH(space)).label == 0);
    struct thread *t = thread(run_on, 0, LOW);
    REQUIRE(invoke(t->tcb, TCBSetSpace, WORDS(0, 0, 0), WITH(OWN_CNODE, space)).label == 0);
    resume(t);
    EXPECT(revoke(space), DONE);
    EXPECT(delete (space), DONE);
    settle();
    EXPECT(delete (t->tcb), DONE);
}

BEHAVIOUR("hostile: an IPC buffer address of the kernel is only a number to the kernel") {
    word tcb = make(seL4_TCBObject, 0), frame = make(seL4_X86_4K, 0);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0xffffffff80100000), WITH(frame)), DONE);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(~0ul - 1023), WITH(frame)), DONE);
}

BEHAVIOUR("hostile: retype with sizes and counts that overflow makes nothing") {
    word s = slots(4);
    for (unsigned w = 1; w < WILD; w++) {
        retype(pool, seL4_UntypedObject, 24, s, wild[w] | 32);
        retype(pool, seL4_CapTableObject, wild[w] | 32, s, 4);
        EQUAL(type_of(s), 0);
    }
    EQUAL(retype(pool, seL4_CapTableObject, 42, s, 1).label, seL4_NotEnoughMemory);
    EQUAL(retype(pool, seL4_UntypedObject, 47, s, 4).label, seL4_NotEnoughMemory);
}

BEHAVIOUR("hostile: two capabilities to one untyped give out no byte twice") {
    word memory = make(seL4_UntypedObject, 13), c = copy(memory);
    word a = make_from(c, seL4_X86_4K, 0), b = make_from(c, seL4_X86_4K, 0);
    EXPECT(retype(memory, seL4_X86_4K, 0, slot(), 1), NO_MEMORY(0));
    EXPECT(retype(c, seL4_X86_4K, 0, slot(), 1), NO_MEMORY(0));
    struct answer x = invoke(a, X86PageGetAddress, WORDS(), WITH());
    struct answer y = invoke(b, X86PageGetAddress, WORDS(), WITH());
    CHECK(x.mr[0] != y.mr[0]);
}
