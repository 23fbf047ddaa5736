/* What depends on the processor: who can set the bases of FS and GS, how a fetch is told.
 * Options: -cpu Nehalem-v1,-vme,+pdpe1gb,+syscall,+lm,+fsgsbase,+smep
 *
 * This one has FSGSBASE and SMEP, which the CPU of all other tests lacks.
 */
#include "check.h"
#include "faulter.h"

SNIPPET(jump_rax, "jmp *%rax");

#define SEVERAL_SLICES 25000000ul /* time stamps, as time is counted in instructions */

static word fs(void) {
    word base;
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}
static word gs(void) {
    word base;
    __asm__ volatile("rdgsbase %0" : "=r"(base));
    return base;
}
static void set_bases(word fs_base, word gs_base) {
    __asm__ volatile("wrfsbase %0\n\twrgsbase %1" : : "r"(fs_base), "r"(gs_base));
}

static void keep_bases(struct thread *self) {
    word wrong = 0;
    set_bases(self->arg, ~self->arg);
    for (unsigned i = 0; i < 5; i++) {
        yield();
        wrong += fs() != self->arg || gs() != ~self->arg;
    }
    for (word end = __builtin_ia32_rdtsc() + SEVERAL_SLICES; __builtin_ia32_rdtsc() < end;) {
        wrong += fs() != self->arg || gs() != ~self->arg;
    }
    self->seen[0] = wrong;
}

BEHAVIOUR("processor: with FSGSBASE, threads set bases by instruction and keep them") {
    struct thread *a = start(keep_bases, 0x1000, LOW), *b = start(keep_bases, 0x2000, LOW);
    settle();
    CHECK(a->done && b->done);
    EQUAL(a->seen[0], 0);
    EQUAL(b->seen[0], 0);
}

static void set_wait_look(struct thread *self) {
    set_bases(0x3000, 0x4000);
    receive(self->arg);
    self->seen[0] = fs();
    self->seen[1] = gs();
}

BEHAVIOUR("processor: with FSGSBASE, others read and write the bases of a thread") {
    word ntfn = notification();
    struct thread *t = start(set_wait_look, ntfn, HIGH), *other = thread(NULL, 0, HIGH);
    EXPECT(invoke(other->tcb, TCBCopyRegisters, WORDS(8), WITH(t->tcb)), DONE);
    EQUAL(registers_of(other->tcb).fs_base, 0x3000);
    seL4_UserContext r = registers_of(t->tcb);
    EQUAL(r.fs_base, 0x3000);
    EQUAL(r.gs_base, 0x4000);
    r.fs_base = 0x5000;
    r.gs_base = 0x6000;
    set_registers(t->tcb, true, &r);
    signal(ntfn);
    CHECK(t->done);
    EQUAL(t->seen[0], 0x5000);
    EQUAL(t->seen[1], 0x6000);
}

static void set_by_call(struct thread *self) {
    set_bases(0x7000, 0x8000);
    sys(seL4_SysSetTLSBase, 0x9000, 0, 0);
    self->seen[0] = fs();
    self->seen[1] = gs();
}

BEHAVIOUR("processor: with FSGSBASE, the TLS system call changes FS and leaves GS") {
    struct thread *t = start(set_by_call, 0, HIGH);
    EQUAL(t->seen[0], 0x9000);
    EQUAL(t->seen[1], 0x8000);
}

static word copy_bases(struct thread *self, word to, word from) {
    struct message m = {to, INFO(TCBCopyRegisters, 1, 1), {8, 0, 0, 0}};
    self->buffer->caps_or_badges[0] = from;
    system_call(seL4_SysCall, &m);
    return LABEL(m.info);
}

/* Its bases to one thread, then those of another to itself. */
static void give_and_take(struct thread *self) {
    set_bases(0xa000, 0xb000);
    self->seen[0] = copy_bases(self, self->arg, self->tcb);
    set_bases(0, 0);
    self->seen[1] = copy_bases(self, self->tcb, self->arg);
    self->seen[2] = fs();
    self->seen[3] = gs();
}

BEHAVIOUR("processor: with FSGSBASE, bases are copied from and to the thread that runs") {
    struct thread *other = thread(NULL, 0, HIGH), *t = start(give_and_take, other->tcb, HIGH);
    EQUAL(t->seen[0] | t->seen[1], 0);
    EQUAL(registers_of(other->tcb).gs_base, 0xb000);
    EQUAL(t->seen[2], 0xa000);
    EQUAL(t->seen[3], 0xb000);
}

static void look_only(struct thread *self) {
    self->seen[0] = fs();
    self->seen[1] = gs();
}

BEHAVIOUR("processor: with FSGSBASE, a new thread's bases are 0, not those of another") {
    start(set_by_call, 0, HIGH);
    struct thread *t = start(look_only, 0, HIGH);
    CHECK(t->done);
    EQUAL(t->seen[0] | t->seen[1], 0);
}

BEHAVIOUR("processor: with SMEP, a jump to where nothing is mapped is told as a fetch") {
    struct message m = fault_in(jump_rax, 0x5000, 0);
    EQUAL(m.info, INFO(seL4_Fault_VMFault, 0, 4));
    EQUAL(m.mr[0], 0x5000);
    EQUAL(m.mr[2], 1);
    EQUAL(m.mr[3], 0x14);
}

static word selectors(void) {
    word code = 0, stack = 0;
    __asm__ volatile("movw %%cs, %w0\n\tmovw %%ss, %w1" : "+r"(code), "+r"(stack));
    return code << 16 | stack;
}

BEHAVIOUR("processor: the code segment is 0x3b after a system call, 0x2b after an interrupt") {
    yield();
    EQUAL(selectors(), 0x3b0033);
    __asm__ volatile("int $0xff"); /* ignored, but all registers come back as after any trap */
    EQUAL(selectors(), 0x2b0033);
}
