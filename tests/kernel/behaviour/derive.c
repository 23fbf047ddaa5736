/* Who is whose child: what Revoke reaches, what is copied by Copy, and what dies with the last
 * copy. */
#include "check.h"

static volatile word behaviour_marker = 0x5a5a;

static bool here(word s) { return type_of(s) != 0; }

BEHAVIOUR("derive: revoking an endpoint deletes copies, badged capabilities and their copies") {
    word ep = endpoint(), c = copy(ep), b = badged(ep, 1), cb = copy(b), from_copy = badged(c, 2);
    EXPECT(revoke(ep), DONE);
    CHECK(here(ep) && !here(c) && !here(b) && !here(cb) && !here(from_copy));
}

BEHAVIOUR("derive: revoking a plain copy deletes nothing") {
    word ep = endpoint(), c = copy(ep), cc = copy(c), b = badged(c, 2);
    EXPECT(revoke(c), DONE);
    CHECK(here(ep) && here(c) && here(cc) && here(b));
}

BEHAVIOUR("derive: revoking a badged capability deletes its copies only") {
    word ep = endpoint(), b = badged(ep, 1), cb = copy(b), ccb = copy(cb), other = badged(ep, 2);
    EXPECT(revoke(b), DONE);
    CHECK(here(ep) && here(b) && here(other) && !here(cb) && !here(ccb));
}

BEHAVIOUR("derive: another capability with the same badge, minted apart, is no child") {
    word ep = endpoint(), first = badged(ep, 1), second = badged(ep, 1);
    EXPECT(revoke(first), DONE);
    EXPECT(revoke(second), DONE);
    CHECK(here(first) && here(second));
}

BEHAVIOUR("derive: the copies of a deleted badged capability do not fall to another of its badge") {
    word ep = endpoint(), first = badged(ep, 1), cf = copy(first), second = badged(ep, 1);
    EXPECT(delete (first), DONE);
    EXPECT(revoke(second), DONE);
    CHECK(here(second) && here(cf));
}

BEHAVIOUR("derive: notifications follow the same badge rules as endpoints") {
    word ntfn = notification(), b = badged(ntfn, 4), cb = copy(b), plain = copy(ntfn);
    EXPECT(revoke(b), DONE);
    CHECK(here(b) && here(plain) && !here(cb));
    EXPECT(revoke(ntfn), DONE);
    CHECK(here(ntfn) && !here(b) && !here(plain));
}

BEHAVIOUR("derive: a moved capability keeps its children") {
    word ep = endpoint(), c = copy(ep), b = badged(ep, 1), to = slot();
    REQUIRE(invoke(OWN_CNODE, CNodeMove, WORDS(to, DEPTH, ep, DEPTH), WITH(OWN_CNODE)).label == 0);
    EXPECT(revoke(to), DONE);
    CHECK(here(to) && !here(c) && !here(b));
}

BEHAVIOUR("derive: a moved child stays a child") {
    word ep = endpoint(), c = copy(ep), to = slot();
    REQUIRE(invoke(OWN_CNODE, CNodeMove, WORDS(to, DEPTH, c, DEPTH), WITH(OWN_CNODE)).label == 0);
    EXPECT(revoke(ep), DONE);
    CHECK(here(ep) && !here(to));
}

BEHAVIOUR("derive: rotated capabilities keep their places in the tree") {
    word memory = make(seL4_UntypedObject, 12), child = make_from(memory, seL4_TCBObject, 0);
    word other = make(seL4_UntypedObject, 12), to = slot();
    EXPECT(invoke(OWN_CNODE, CNodeRotate, WORDS(to, DEPTH, 0, memory, DEPTH, 0, other, DEPTH),
                  WITH(OWN_CNODE, OWN_CNODE)),
           DONE);
    EXPECT(revoke(memory), DONE); /* the other untyped lies here now */
    CHECK(here(child));
    EXPECT(revoke(to), DONE);
    CHECK(here(to) && !here(child));
}

BEHAVIOUR("derive: the children of a deleted badged capability stay below the endpoint") {
    word ep = endpoint(), b = badged(ep, 1), cb = copy(b);
    EXPECT(delete (b), DONE);
    CHECK(here(cb));
    EXPECT(revoke(ep), DONE);
    CHECK(!here(cb));
}

BEHAVIOUR("derive: revoking an untyped deletes all objects made from it, and their copies") {
    word memory = make(seL4_UntypedObject, 16), ep = make_from(memory, seL4_EndpointObject, 0);
    word inner = make_from(memory, seL4_UntypedObject, 12);
    word tcb = make_from(inner, seL4_TCBObject, 0), b = badged(ep, 3);
    EXPECT(revoke(memory), DONE);
    CHECK(here(memory) && !here(ep) && !here(inner) && !here(tcb) && !here(b));
}

BEHAVIOUR("derive: revoking an inner untyped leaves the outer one's other objects") {
    word memory = make(seL4_UntypedObject, 16), ep = make_from(memory, seL4_EndpointObject, 0);
    word inner = make_from(memory, seL4_UntypedObject, 12);
    word tcb = make_from(inner, seL4_TCBObject, 0);
    EXPECT(revoke(inner), DONE);
    CHECK(here(ep) && here(inner) && !here(tcb));
}

BEHAVIOUR("derive: an untyped with children cannot be copied, an empty one can") {
    word memory = make(seL4_UntypedObject, 12), to = slot();
    EXPECT(copy_to(OWN_CNODE, to, DEPTH, memory), DONE);
    word other = make(seL4_UntypedObject, 12);
    make_from(other, seL4_EndpointObject, 0);
    EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, other), REVOKE_FIRST);
}

BEHAVIOUR("derive: copying an untyped leaves nothing free in the source, all in the copy") {
    word memory = make(seL4_UntypedObject, 12), c = copy(memory);
    EXPECT(retype(memory, seL4_EndpointObject, 0, slot(), 1), NO_MEMORY(0));
    EXPECT(retype(c, seL4_EndpointObject, 0, slot(), 1), DONE);
    EXPECT(revoke(memory), DONE);
    CHECK(!here(c));
}

BEHAVIOUR("derive: reply capabilities and the control capabilities cannot be copied") {
    EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, seL4_CapIRQControl), ILLEGAL);
    EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, seL4_CapIOPortControl), ILLEGAL);
    EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, seL4_CapASIDControl), DONE);
    EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, seL4_CapDomain), DONE);
}

BEHAVIOUR("derive: unmapped tables and address spaces without an ASID cannot be copied") {
    static const word types[] = {seL4_X86_PageTableObject, seL4_X86_PageDirectoryObject,
                                 seL4_X86_PDPTObject, seL4_X64_PML4Object};
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(copy_to(OWN_CNODE, slot(), DEPTH, make(types[i], 0)), ILLEGAL);
    }
}

BEHAVIOUR("derive: the copy of a mapped frame capability is unmapped") {
    word c = copy(image_frame(&behaviour_marker));
    EXPECT(invoke(c, X86PageUnmap, WORDS(), WITH()), DONE);
    EQUAL(behaviour_marker, 0x5a5a);
}

BEHAVIOUR("derive: the object lives while a copy is left and dies with the last") {
    word ep = endpoint(), c = copy(ep), tcb = make(seL4_TCBObject, 0);
    EXPECT(delete (ep), DONE);
    EQUAL(poll(c).cap, 0);
    word second = copy(tcb);
    EXPECT(delete (tcb), DONE);
    EXPECT(invoke(second, TCBSetPriority, WORDS(1), WITH(OWN_TCB)), DONE);
}

static void run_on(struct thread *self) {
    for (;;) {
        self->stage++;
        yield();
    }
}

BEHAVIOUR("derive: deleting the last capability to a running thread stops it") {
    struct thread *t = start(run_on, 0, WORKER);
    yield();
    yield();
    CHECK(t->stage > 0);
    EXPECT(delete (t->tcb), DONE);
    word before = t->stage;
    yield();
    yield();
    EQUAL(t->stage, before);
}

BEHAVIOUR("derive: deleting the CNode that a thread uses does not stop the thread") {
    thread_cspace = make(seL4_CapTableObject, 4);
    struct thread *t = start(run_on, 0, WORKER);
    EXPECT(delete (thread_cspace), DONE);
    word before = t->stage;
    yield();
    yield();
    CHECK(t->stage > before);
}
