/* ASID pools and address spaces: what may be assigned, how many, and what their deletion means. */
#include "check.h"

#define POOL_OBJECT_BITS 12
#define A                0x10000000000ul

static struct answer make_pool(word memory, word destination) {
    return invoke(seL4_CapASIDControl, X86ASIDControlMakePool, WORDS(destination, DEPTH),
                  WITH(memory, OWN_CNODE));
}
static struct answer assign(word asid_pool, word space) {
    return invoke(asid_pool, X86ASIDPoolAssign, WORDS(), WITH(space));
}
static word new_space(void) { return make(seL4_X64_PML4Object, 0); }
static word new_pool(void) {
    word s = slot();
    REQUIRE(make_pool(make(seL4_UntypedObject, POOL_OBJECT_BITS), s).label == 0);
    return s;
}
static struct answer map_pdpt(word space) {
    return invoke(make(seL4_X86_PDPTObject, 0), X86PDPTMap, WORDS(A, 0), WITH(space));
}

BEHAVIOUR("asid: a pool is made from an untyped of exactly 12 bits") {
    EXPECT(make_pool(make(seL4_UntypedObject, 11), slot()), INVALID_CAP(1));
    EXPECT(make_pool(make(seL4_UntypedObject, 13), slot()), INVALID_CAP(1));
    EXPECT(make_pool(endpoint(), slot()), INVALID_CAP(1));
    word to = slot();
    EXPECT(make_pool(make(seL4_UntypedObject, 12), to), DONE);
    EQUAL(type_of(to), 13);
}

BEHAVIOUR("asid: an untyped with children makes no pool") {
    word memory = make(seL4_UntypedObject, 12);
    make_from(memory, seL4_EndpointObject, 0);
    EXPECT(make_pool(memory, slot()), REVOKE_FIRST);
}

BEHAVIOUR("asid: the slot of a new pool must be empty and found") {
    EXPECT(make_pool(make(seL4_UntypedObject, 12), endpoint()), DELETE_FIRST);
    EXPECT(invoke(seL4_CapASIDControl, X86ASIDControlMakePool, WORDS(slot(), 65),
                  WITH(make(seL4_UntypedObject, 12), OWN_CNODE)),
           OUT_OF_RANGE(1, 64));
    EXPECT(invoke(seL4_CapASIDControl, X86ASIDControlMakePool, WORDS(slot()),
                  WITH(make(seL4_UntypedObject, 12), OWN_CNODE)),
           TRUNCATED);
}

BEHAVIOUR("asid: making a pool uses the untyped up until the pool is gone") {
    word memory = make(seL4_UntypedObject, 12), to = slot();
    REQUIRE(make_pool(memory, to).label == 0);
    EXPECT(retype(memory, seL4_EndpointObject, 0, slot(), 1), NO_MEMORY(0));
    EXPECT(delete (to), DONE);
    EXPECT(retype(memory, seL4_EndpointObject, 0, slot(), 1), DONE);
}

BEHAVIOUR("asid: there are eight pools: seven more than the one at the start") {
    for (int i = 0; i < 7; i++) {
        new_pool();
    }
    EXPECT(make_pool(make(seL4_UntypedObject, 12), slot()), DELETE_FIRST);
}

BEHAVIOUR("asid: an address space is assigned once and can then be used") {
    word space = new_space();
    EXPECT(map_pdpt(space), INVALID_CAP(1));
    EXPECT(assign(seL4_CapInitThreadASIDPool, space), DONE);
    EXPECT(assign(seL4_CapInitThreadASIDPool, space), INVALID_CAP(1));
    EXPECT(map_pdpt(space), DONE);
}

BEHAVIOUR("asid: only address spaces are assigned") {
    EXPECT(assign(seL4_CapInitThreadASIDPool, endpoint()), INVALID_CAP(1));
    EXPECT(assign(seL4_CapInitThreadASIDPool, OWN_VSPACE), INVALID_CAP(1));
    EXPECT(invoke(seL4_CapInitThreadASIDPool, X86ASIDPoolAssign, WORDS(), WITH()), TRUNCATED);
    EXPECT(invoke(seL4_CapInitThreadASIDPool, X86ASIDControlMakePool, WORDS(), WITH(new_space())),
           ILLEGAL);
}

BEHAVIOUR("asid: a pool holds 512 address spaces") {
    word asid_pool = new_pool(), first = slots(512), last = slot();
    REQUIRE(retype(pool, seL4_X64_PML4Object, 0, first, 256).label == 0);
    REQUIRE(retype(pool, seL4_X64_PML4Object, 0, first + 256, 256).label == 0);
    for (word i = 0; i < 512; i++) {
        EXPECT(assign(asid_pool, first + i), DONE);
    }
    REQUIRE(retype(pool, seL4_X64_PML4Object, 0, last, 1).label == 0);
    EXPECT(assign(asid_pool, last), DELETE_FIRST);
    EXPECT(delete (first + 300), DONE);
    EXPECT(assign(asid_pool, last), DONE);
}

BEHAVIOUR("asid: deleting the pool takes the ASIDs of its address spaces away") {
    word asid_pool = new_pool(), space = new_space();
    REQUIRE(assign(asid_pool, space).label == 0);
    EXPECT(delete (asid_pool), DONE);
    EXPECT(map_pdpt(space), INVALID_ROOT(0));
}

BEHAVIOUR("asid: a frame mapped in another address space is an invalid capability") {
    word space = new_space(), frame = make(seL4_X86_4K, 0);
    REQUIRE(assign(seL4_CapInitThreadASIDPool, space).label == 0);
    REQUIRE(map_pdpt(space).label == 0);
    REQUIRE(
        invoke(make(seL4_X86_PageDirectoryObject, 0), X86PageDirectoryMap, WORDS(A, 0), WITH(space))
            .label == 0);
    REQUIRE(invoke(make(seL4_X86_PageTableObject, 0), X86PageTableMap, WORDS(A, 0), WITH(space))
                .label == 0);
    EXPECT(invoke(frame, X86PageMap, WORDS(A, 3, 0), WITH(space)), DONE);
    EXPECT(invoke(frame, X86PageMap, WORDS(A, 3, 0), WITH(OWN_VSPACE)), INVALID_CAP(1));
}

static void stays_away(struct thread *self) {
    self->stage = 1; /* never: its address space has no code */
}

BEHAVIOUR("asid: a thread in an empty address space faults at its first instruction") {
    word space = new_space(), handler = endpoint();
    REQUIRE(assign(seL4_CapInitThreadASIDPool, space).label == 0);
    thread_fault_handler = badged(handler, 1);
    struct thread *t = thread(stays_away, 0, HIGH);
    REQUIRE(invoke(t->tcb, TCBSetSpace, WORDS(thread_fault_handler, 0, 0), WITH(OWN_CNODE, space))
                .label == 0);
    word ip = registers_of(t->tcb).rip;
    resume(t);
    struct message m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[0], ip);
    EQUAL(m.mr[1], ip);
    EQUAL(t->stage, 0);
}

/* ---- a second address space with the whole program in it ---- */

#define PROGRAM 0x400000ul

static word program_space(word asid_pool) {
    word space = new_space(), at = PROGRAM;
    REQUIRE(assign(asid_pool, space).label == 0);
    REQUIRE(invoke(make(seL4_X86_PDPTObject, 0), X86PDPTMap, WORDS(at, 0), WITH(space)).label == 0);
    REQUIRE(invoke(make(seL4_X86_PageDirectoryObject, 0), X86PageDirectoryMap, WORDS(at, 0),
                   WITH(space))
                .label == 0);
    REQUIRE(invoke(make(seL4_X86_PageTableObject, 0), X86PageTableMap, WORDS(at, 0), WITH(space))
                .label == 0);
    for (word f = boot_info->userImageFrames.start; f < boot_info->userImageFrames.end;
         f++, at += 4096) {
        REQUIRE(invoke(copy(f), X86PageMap, WORDS(at, 3, 0), WITH(space)).label == 0);
    }
    return space;
}
static struct thread *program_thread(void (*entry)(struct thread *), word space, word handler) {
    struct thread *t = thread(entry, space, HIGH);
    REQUIRE(invoke(t->tcb, TCBSetSpace, WORDS(handler, 0, 0), WITH(OWN_CNODE, space)).label == 0);
    return t;
}

static void note_and_call(struct thread *self) {
    self->stage = 1;
    self->got = call(self->seen[0], INFO(0, 0, 1), 0x55);
}

BEHAVIOUR("asid: a thread in another address space with the same frames shares their memory") {
    word ep = endpoint();
    struct thread *t = program_thread(note_and_call, program_space(seL4_CapInitThreadASIDPool), 0);
    t->seen[0] = badged(ep, 4);
    resume(t);
    EQUAL(t->stage, 1);
    struct message m = receive(ep);
    EQUAL(m.cap, 4);
    EQUAL(m.mr[0], 0x55);
    reply(INFO(7, 0, 0), 0);
    EQUAL(LABEL(t->got.info), 7);
}

static void delete_own_space(struct thread *self) {
    struct message m = {OWN_CNODE, INFO(CNodeRevoke, 0, 2), {self->arg, DEPTH, 0, 0}};
    system_call(seL4_SysCall, &m);
    self->stage = 1;
    m = (struct message){OWN_CNODE, INFO(CNodeDelete, 0, 2), {self->arg, DEPTH, 0, 0}};
    system_call(seL4_SysCall, &m);
    self->stage = 2;
}

BEHAVIOUR("asid: a thread that deletes its own address space stops at its next instruction") {
    word handler = endpoint();
    struct thread *t = program_thread(delete_own_space, program_space(seL4_CapInitThreadASIDPool),
                                      badged(handler, 6));
    resume(t);
    struct message m = poll(handler);
    EQUAL(m.cap, 6);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[0], m.mr[1]);
    EQUAL(t->stage, 1);
}

static void delete_own_pool(struct thread *self) {
    struct message m = {OWN_CNODE, INFO(CNodeDelete, 0, 2), {self->arg, DEPTH, 0, 0}};
    system_call(seL4_SysCall, &m);
    self->stage = 1;
}

BEHAVIOUR("asid: a thread that deletes the pool of its own address space stops likewise") {
    word handler = endpoint(), asid_pool = new_pool();
    struct thread *t =
        program_thread(delete_own_pool, program_space(asid_pool), badged(handler, 6));
    t->arg = asid_pool;
    resume(t);
    struct message m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[0], m.mr[1]);
    EQUAL(t->stage, 0);
}
