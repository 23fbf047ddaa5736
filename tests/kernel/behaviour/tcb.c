/* Threads: configuration, registers, and the operations on them with every refusal. */
#include "check.h"

static volatile word memory_word;

static void spin(struct thread *self) {
    for (;;) {
        self->stage++;
        yield();
    }
}
static void once(struct thread *self) { self->stage = 1; }
static word fresh(void) { return make(seL4_TCBObject, 0); }
static word buffer_address(struct thread *t) { return (word)t->buffer; }

BEHAVIOUR("tcb: a new thread has clean registers and interrupt flag") {
    seL4_UserContext r = registers_of(fresh());
    EQUAL(r.rflags, 0x202);
    EQUAL(r.rip | r.rsp | r.rdi | r.fs_base | r.gs_base, 0);
}

BEHAVIOUR("tcb: an unknown label is illegal") {
    EXPECT(invoke(fresh(), CNodeCopy, WORDS(1, 2, 3, 4, 5), WITH(OWN_CNODE)), ILLEGAL);
}

BEHAVIOUR("tcb: registers written are read back, in the order of the user context") {
    word tcb = fresh(), in[22] = {0, 20}, i;
    for (i = 0; i < 20; i++) {
        in[2 + i] = 0x1000 + i;
    }
    in[2 + 2] = 0x202;
    EXPECT(invoke(tcb, TCBWriteRegisters, 22, in, WITH()), DONE);
    struct answer a = invoke(tcb, TCBReadRegisters, WORDS(0, 20), WITH());
    EQUAL(a.length, 20);
    for (i = 0; i < 20; i++) {
        EQUAL(i < 4 ? a.mr[i] : seL4_GetMR(i), in[2 + i]);
    }
}

BEHAVIOUR("tcb: fewer registers may be written and read") {
    word tcb = fresh();
    EXPECT(invoke(tcb, TCBWriteRegisters, WORDS(0, 2, 0x1234, 0x5678), WITH()), DONE);
    EXPECT(invoke(tcb, TCBReadRegisters, WORDS(0, 2), WITH()), ANSWER(0, 2, {0x1234, 0x5678}));
    EXPECT(invoke(tcb, TCBWriteRegisters, WORDS(0, 0), WITH()), DONE);
}

BEHAVIOUR("tcb: reading 0 or 21 registers is out of range") {
    EXPECT(invoke(fresh(), TCBReadRegisters, WORDS(0, 0), WITH()), OUT_OF_RANGE(1, 20));
    EXPECT(invoke(fresh(), TCBReadRegisters, WORDS(0, 21), WITH()), OUT_OF_RANGE(1, 20));
    EXPECT(invoke(fresh(), TCBReadRegisters, WORDS(0), WITH()), TRUNCATED);
}

BEHAVIOUR("tcb: writing more registers than words were sent is a truncated message") {
    EXPECT(invoke(fresh(), TCBWriteRegisters, WORDS(0, 3, 1, 2), WITH()), TRUNCATED);
    EXPECT(invoke(fresh(), TCBWriteRegisters, WORDS(0), WITH()), TRUNCATED);
    EXPECT(invoke(fresh(), TCBWriteRegisters, WORDS(0, ~0ul, 1, 2), WITH()), TRUNCATED);
}

BEHAVIOUR("tcb: unsafe flags and addresses are made safe when written") {
    word tcb = fresh(), in[22] = {0, 20};
    in[2] = 0x0000800000000000;
    in[4] = 0xffffffff;
    in[20] = 0xffff000000000000;
    in[21] = 0x00007fffffffffff;
    EXPECT(invoke(tcb, TCBWriteRegisters, 22, in, WITH()), DONE);
    seL4_UserContext r = registers_of(tcb);
    EQUAL(r.rip, 0);
    EQUAL(r.rflags, 0xed7);
    EQUAL(r.fs_base, 0);
    EQUAL(r.gs_base, 0x00007fffffffffff);
}

BEHAVIOUR("tcb: copying registers takes the source's along") {
    word from = fresh(), to = fresh(), in[22] = {0, 20};
    for (unsigned i = 0; i < 20; i++) {
        in[2 + i] = 0x2000 + i;
    }
    REQUIRE(invoke(from, TCBWriteRegisters, 22, in, WITH()).label == 0);
    EXPECT(invoke(to, TCBCopyRegisters, WORDS(4 | 8), WITH(from)), DONE);
    seL4_UserContext r = registers_of(to);
    EQUAL(r.rip, 0x2000);
    EQUAL(r.r15, 0x2000 + 17);
    EQUAL(r.gs_base, 0x2000 + 19);
}

BEHAVIOUR("tcb: copying registers needs a word and a thread as source") {
    EXPECT(invoke(fresh(), TCBCopyRegisters, WORDS(), WITH(fresh())), TRUNCATED);
    EXPECT(invoke(fresh(), TCBCopyRegisters, WORDS(0), WITH()), TRUNCATED);
    EXPECT(invoke(fresh(), TCBCopyRegisters, WORDS(0), WITH(endpoint())), INVALID_CAP(1));
}

BEHAVIOUR("tcb: configure refuses in the order buffer, CSpace, VSpace") {
    word tcb = fresh(), frame = make(seL4_X86_4K, 0), ep = endpoint();
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, frame)),
           TRUNCATED);
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE)), TRUNCATED);
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0x1000), WITH(ep, ep, ep)), ILLEGAL);
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0x1010), WITH(ep, ep, frame)), MISALIGNED);
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(ep, OWN_VSPACE, frame)), ILLEGAL);
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, ep, frame)), ILLEGAL);
    EXPECT(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, frame)), DONE);
}

BEHAVIOUR("tcb: configure with buffer 0 ignores the frame") {
    EXPECT(
        invoke(fresh(), TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, seL4_CapNull)),
        DONE);
}

BEHAVIOUR("tcb: an address space without an ASID is refused") {
    EXPECT(
        invoke(fresh(), TCBSetSpace, WORDS(0, 0, 0), WITH(OWN_CNODE, make(seL4_X64_PML4Object, 0))),
        ILLEGAL);
}

BEHAVIOUR("tcb: CSpace data sets the guard of the thread's CSpace") {
    word cnode = make(seL4_CapTableObject, 4), ntfn = notification();
    REQUIRE(copy_to(cnode, 7, 4, badged(ntfn, 9)).label == 0);
    struct thread *t = thread(once, 0, HIGH);
    EXPECT(invoke(t->tcb, TCBSetSpace, WORDS(0, 60, 0), WITH(cnode, OWN_VSPACE)), DONE);
    EXPECT(invoke(t->tcb, TCBSetSpace, WORDS(0, 61, 0), WITH(cnode, OWN_VSPACE)), ILLEGAL);
    EXPECT(invoke(t->tcb, TCBSetSpace, WORDS(0, 0), WITH(cnode, OWN_VSPACE)), TRUNCATED);
    EXPECT(invoke(t->tcb, TCBSetSpace, WORDS(0, 0, 0), WITH(cnode)), TRUNCATED);
}

BEHAVIOUR("tcb: an IPC buffer must be a RAM frame and 1024-aligned") {
    word tcb = fresh(), frame = make(seL4_X86_4K, 0);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0x1400), WITH(frame)), DONE);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0x1408), WITH(frame)), MISALIGNED);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0x1400), WITH(endpoint())), ILLEGAL);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0x1400), WITH(slot())), ILLEGAL);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(), WITH(frame)), TRUNCATED);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0x1400), WITH()), TRUNCATED);
    EXPECT(invoke(tcb, TCBSetIPCBuffer, WORDS(0), WITH(slot())), DONE);
}

BEHAVIOUR("tcb: a device frame is no IPC buffer") {
    word device = device_untyped(25), frame = slot();
    REQUIRE(retype(device, seL4_X86_4K, 0, frame, 1).label == 0);
    struct answer a = invoke(fresh(), TCBSetIPCBuffer, WORDS(0x1400), WITH(frame));
    REQUIRE(revoke(device).label == 0);
    EXPECT(a, ILLEGAL);
}

static void fill_and_send(struct thread *self) {
    for (int i = 4; i < 10; i++) {
        self->buffer->msg[i] = 0x100 + i;
    }
    send(self->arg, INFO(0, 0, 10), 0);
}

BEHAVIOUR("tcb: the kernel reads the IPC buffer through its frame, at the address's offset in it") {
    word ep = endpoint();
    struct thread *t = thread(fill_and_send, ep, HIGH);
    word elsewhere = 0x700000000000 + buffer_address(t) % 4096;
    REQUIRE(invoke(t->tcb, TCBSetIPCBuffer, WORDS(elsewhere), WITH(image_frame(t->buffer))).label ==
            0);
    resume(t);
    struct message m = receive(ep);
    EQUAL(LENGTH(m.info), 10);
    EQUAL(seL4_GetMR(9), 0x109);
}

BEHAVIOUR("tcb: priorities above the authority's maximum are out of range") {
    word tcb = fresh(), authority = fresh();
    REQUIRE(invoke(authority, TCBSetMCPriority, WORDS(50), WITH(OWN_TCB)).label == 0);
    EXPECT(invoke(tcb, TCBSetPriority, WORDS(51), WITH(authority)), OUT_OF_RANGE(0, 50));
    EXPECT(invoke(tcb, TCBSetMCPriority, WORDS(51), WITH(authority)), OUT_OF_RANGE(0, 50));
    EXPECT(invoke(tcb, TCBSetPriority, WORDS(50), WITH(authority)), DONE);
}

BEHAVIOUR("tcb: scheduling parameters check the maximum first, then the priority") {
    word tcb = fresh(), authority = fresh();
    REQUIRE(invoke(authority, TCBSetMCPriority, WORDS(50), WITH(OWN_TCB)).label == 0);
    EXPECT(invoke(tcb, TCBSetSchedParams, WORDS(51, 50), WITH(authority)), OUT_OF_RANGE(0, 50));
    EXPECT(invoke(tcb, TCBSetSchedParams, WORDS(50, 51), WITH(authority)), OUT_OF_RANGE(0, 50));
    EXPECT(invoke(tcb, TCBSetSchedParams, WORDS(50), WITH(authority)), TRUNCATED);
    EXPECT(invoke(tcb, TCBSetSchedParams, WORDS(50, 50), WITH(authority)), DONE);
}

BEHAVIOUR("tcb: the authority for a priority must be a thread") {
    EXPECT(invoke(fresh(), TCBSetPriority, WORDS(1), WITH(endpoint())), INVALID_CAP(1));
    EXPECT(invoke(fresh(), TCBSetPriority, WORDS(1), WITH()), TRUNCATED);
    EXPECT(invoke(fresh(), TCBSetPriority, WORDS(), WITH(OWN_TCB)), TRUNCATED);
}

BEHAVIOUR("tcb: a suspended thread stops and goes on where it was when resumed") {
    struct thread *t = start(spin, 0, WORKER);
    yield();
    CHECK(t->stage > 0);
    suspend(t);
    word before = t->stage;
    yield();
    EQUAL(t->stage, before);
    resume(t);
    yield();
    CHECK(t->stage > before);
}

BEHAVIOUR("tcb: a thread that waits to receive repeats its call when suspended and resumed") {
    word ep = endpoint();
    struct thread *t = thread(fill_and_send, ep, HIGH);
    resume(t);
    suspend(t);
    EQUAL(poll(ep).cap, 0);
    EQUAL(t->done, 0);
    resume(t);
    struct message m = receive(ep);
    EQUAL(LENGTH(m.info), 10);
    EQUAL(t->done, 1);
}

BEHAVIOUR("tcb: write registers with the resume flag starts a thread") {
    struct thread *t = thread(once, 0, HIGH);
    seL4_UserContext r = registers_of(t->tcb);
    set_registers(t->tcb, true, &r);
    EQUAL(t->stage, 1);
}

BEHAVIOUR("tcb: read registers with the suspend flag stops a thread") {
    struct thread *t = start(spin, 0, WORKER);
    yield();
    seL4_UserContext r;
    REQUIRE(seL4_TCB_ReadRegisters(t->tcb, 1, 0, 20, &r) == 0);
    word before = t->stage;
    yield();
    yield();
    EQUAL(t->stage, before);
}

BEHAVIOUR("tcb: bind refuses what is no notification, a second bind, and a notification in use") {
    word tcb = fresh(), other = fresh(), ntfn = notification();
    EXPECT(invoke(tcb, TCBBindNotification, WORDS(), WITH()), TRUNCATED);
    EXPECT(invoke(tcb, TCBBindNotification, WORDS(), WITH(endpoint())), ILLEGAL);
    EXPECT(invoke(tcb, TCBBindNotification, WORDS(), WITH(mint(ntfn, 1, 0))), ILLEGAL);
    EXPECT(invoke(tcb, TCBBindNotification, WORDS(), WITH(ntfn)), DONE);
    EXPECT(invoke(tcb, TCBBindNotification, WORDS(), WITH(notification())), ILLEGAL);
    EXPECT(invoke(other, TCBBindNotification, WORDS(), WITH(ntfn)), ILLEGAL);
}

BEHAVIOUR("tcb: unbind needs a bound thread and frees the notification for another") {
    word tcb = fresh(), other = fresh(), ntfn = notification();
    EXPECT(invoke(tcb, TCBUnbindNotification, WORDS(), WITH()), ILLEGAL);
    REQUIRE(invoke(tcb, TCBBindNotification, WORDS(), WITH(ntfn)).label == 0);
    EXPECT(invoke(tcb, TCBUnbindNotification, WORDS(), WITH()), DONE);
    EXPECT(invoke(other, TCBBindNotification, WORDS(), WITH(ntfn)), DONE);
}

static void read_fs(struct thread *self) {
    word v;
    __asm__ volatile("movq %%fs:0, %0" : "=r"(v));
    self->seen[0] = v;
}

BEHAVIOUR("tcb: the TLS base that is set is the thread's FS base") {
    static word tls_area[2] = {0x1234, 0};
    struct thread *t = thread(read_fs, 0, HIGH);
    EXPECT(invoke(t->tcb, TCBSetTLSBase, WORDS((word)tls_area), WITH()), DONE);
    EXPECT(invoke(t->tcb, TCBSetTLSBase, WORDS(), WITH()), TRUNCATED);
    resume(t);
    EQUAL(t->seen[0], 0x1234);
    EQUAL(registers_of(t->tcb).fs_base, (word)tls_area);
}

static void set_own_tls(struct thread *self) {
    sys(seL4_SysSetTLSBase, self->arg, 0, 0);
    read_fs(self);
}

BEHAVIOUR("tcb: a thread sets its own TLS base with a system call") {
    static word tls_area[2] = {0x4321, 0};
    EQUAL(start(set_own_tls, (word)tls_area, HIGH)->seen[0], 0x4321);
}

BEHAVIOUR("tcb: flags are cleared, then set, and the result is returned") {
    word tcb = fresh();
    EXPECT(invoke(tcb, TCBSetFlags, WORDS(0, 0), WITH()), RESULT(0));
    EXPECT(invoke(tcb, TCBSetFlags, WORDS(0, ~0ul), WITH()), RESULT(1));
    EXPECT(invoke(tcb, TCBSetFlags, WORDS(0, 0), WITH()), RESULT(1));
    EXPECT(invoke(tcb, TCBSetFlags, WORDS(1, 1), WITH()), RESULT(1));
    EXPECT(invoke(tcb, TCBSetFlags, WORDS(1, 0), WITH()), RESULT(0));
    EXPECT(invoke(tcb, TCBSetFlags, WORDS(1), WITH()), TRUNCATED);
}

static void own_registers(struct thread *self) {
    struct message m = {self->arg, INFO(TCBReadRegisters, 0, 2), {0, 1, 0, 0}};
    system_call(seL4_SysCall, &m);
    self->seen[0] = LABEL(m.info);
    m = (struct message){self->arg, INFO(TCBWriteRegisters, 0, 2), {0, 0, 0, 0}};
    system_call(seL4_SysCall, &m);
    self->seen[1] = LABEL(m.info);
}

BEHAVIOUR("tcb: a thread cannot read or write its own registers") {
    struct thread *t = thread(own_registers, 0, HIGH);
    t->arg = t->tcb;
    resume(t);
    EQUAL(t->seen[0], seL4_IllegalOperation);
    EQUAL(t->seen[1], seL4_IllegalOperation);
}

static void store_and_park(struct thread *self) { memory_word = self->arg; }

BEHAVIOUR("tcb: threads of one address space share its memory") {
    memory_word = 0;
    start(store_and_park, 0x99, HIGH);
    EQUAL(memory_word, 0x99);
}

static void leave_space(struct thread *self) {
    struct message m = {self->tcb, INFO(TCBSetSpace, 2, 3), {self->seen[0], 0, 0, 0}};
    self->buffer->caps_or_badges[0] = OWN_CNODE;
    self->buffer->caps_or_badges[1] = self->arg;
    system_call(seL4_SysCall, &m);
    self->stage = 1;
}

BEHAVIOUR("tcb: a thread that gives itself an empty address space is in it at once") {
    word space = make(seL4_X64_PML4Object, 0), handler = endpoint();
    REQUIRE(invoke(seL4_CapInitThreadASIDPool, X86ASIDPoolAssign, WORDS(), WITH(space)).label == 0);
    struct thread *t = thread(leave_space, space, HIGH);
    t->seen[0] = badged(handler, 3);
    resume(t);
    struct message m = poll(handler);
    EQUAL(m.cap, 3);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[0], m.mr[1]);
    EQUAL(t->stage, 0);
}
