/* How capability addresses are resolved: guards, levels, leftover bits, and what failures say. */
#include "check.h"

#define GUARD(value, bits) ((word)(value) << 6 | (bits))

/* Guard of 8 bits, value 3, then 4 bits of index: 12 bits deep. */
static word guarded(void) { return mint(make(seL4_CapTableObject, 4), 15, GUARD(3, 8)); }
static struct answer erase(word root, word index, word depth) {
    return invoke(root, CNodeDelete, WORDS(index, depth), WITH());
}

BEHAVIOUR("lookup: guard, then index name a slot") {
    word root = guarded(), ep = endpoint();
    EXPECT(copy_to(root, 0x35, 12, ep), DONE);
    EXPECT(copy_to(root, 0x35, 12, ep), DELETE_FIRST);
    EXPECT(copy_to(root, 0x36, 12, ep), DONE);
}

BEHAVIOUR("lookup: a wrong guard says bits left, the capability's guard and its size") {
    EXPECT(erase(guarded(), 0x45, 12), GUARD_MISMATCH(0, 12, 3, 8));
}

BEHAVIOUR("lookup: fewer bits than the guard has is a guard mismatch too") {
    EXPECT(erase(guarded(), 3, 7), GUARD_MISMATCH(0, 7, 3, 8));
}

BEHAVIOUR("lookup: a right guard and too few bits for the index is a depth mismatch") {
    EXPECT(erase(guarded(), 3, 8), DEPTH_MISMATCH(0, 8, 12));
    EXPECT(erase(guarded(), 3 << 3, 11), DEPTH_MISMATCH(0, 11, 12));
}

BEHAVIOUR("lookup: bits left over at a slot without a CNode are a depth mismatch") {
    word root = guarded();
    EXPECT(erase(root, 0x351, 16), DEPTH_MISMATCH(0, 4, 0));
    REQUIRE(copy_to(root, 0x35, 12, endpoint()).label == 0);
    EXPECT(erase(root, 0x351, 16), DEPTH_MISMATCH(0, 4, 0));
}

BEHAVIOUR("lookup: bits above the depth are ignored at the first level") {
    EXPECT(erase(guarded(), 0xabcdef035, 12), DONE);
}

BEHAVIOUR("lookup: a CNode in a slot is a second level with its own guard") {
    word root = guarded(), inner = mint(make(seL4_CapTableObject, 3), 15, GUARD(1, 1));
    REQUIRE(copy_to(root, 0x35, 12, inner).label == 0);
    EXPECT(copy_to(root, 0x35 << 4 | 8 | 6, 16, endpoint()), DONE);
    EXPECT(copy_to(inner, 8 | 6, 4, endpoint()), DELETE_FIRST);
    EXPECT(erase(root, 0x35 << 4 | 6, 16), GUARD_MISMATCH(0, 4, 1, 1));
    EXPECT(erase(root, 0x35 << 2 | 2, 14), DEPTH_MISMATCH(0, 2, 4));
}

BEHAVIOUR("lookup: the outer slot of two levels is named with the outer depth") {
    word root = guarded(), inner = make(seL4_CapTableObject, 3);
    REQUIRE(copy_to(root, 0x35, 12, inner).label == 0);
    EXPECT(erase(root, 0x35, 12), DONE);
    EXPECT(erase(root, 0x35, 12), DONE);
}

BEHAVIOUR("lookup: a CNode that holds itself can be walked as often as there are bits") {
    word cnode = make(seL4_CapTableObject, 4);
    REQUIRE(copy_to(cnode, 1, 4, cnode).label == 0);
    EXPECT(copy_to(cnode, 0x1111111111111112, 64, endpoint()), DONE);
    EXPECT(copy_to(cnode, 2, 4, endpoint()), DELETE_FIRST);
}

BEHAVIOUR("lookup: the root of an operation must be a CNode") {
    word ep = endpoint();
    EXPECT(invoke(pool, UntypedRetype, WORDS(seL4_EndpointObject, 0, 1, 64, 0, 1), WITH(ep)),
           INVALID_ROOT(0));
}

/* ---- what a thread's own lookups say: its CSpace is small, its faults come here ---- */

static word handler, own_space;

static void one_call(struct thread *self) {
    self->got = sys((long)self->seen[0], self->arg, self->seen[1], 0);
}

/* A thread whose CSpace has 4 bits of index after a guard of 60 zero bits. It makes one system
 * call; the fault message, or 0 in `cap` if it gets past it (and faults where it wants to park). */
static struct message fault_of(long number, word cptr, word info) {
    handler = endpoint();
    own_space = cspace(4);
    REQUIRE(copy_to(own_space, 15, 64, badged(handler, 0xfa)).label == 0);
    REQUIRE(copy_to(own_space, 1, 64, endpoint()).label == 0);
    thread_fault_handler = 15;
    thread_cspace = own_space;
    struct thread *t = thread(one_call, cptr, HIGH);
    t->seen[0] = (word)number;
    t->seen[1] = info;
    resume(t);
    struct message m = poll(handler);
    m.cap = m.mr[1] == park_ntfn ? 0 : m.cap;
    return m;
}

BEHAVIOUR("lookup: sending to an address that does not resolve is a cap fault in the send phase") {
    struct message m = fault_of(seL4_SysSend, 0x123, INFO(0, 0, 0));
    EQUAL(m.cap, 0xfa);
    EQUAL(LABEL(m.info), seL4_Fault_CapFault);
    EQUAL(LENGTH(m.info), 7);
    EQUAL(m.mr[1], 0x123);
    EQUAL(m.mr[2], 0);
    EQUAL(m.mr[3], seL4_GuardMismatch);
    EQUAL(seL4_GetMR(4), 64);
    EQUAL(seL4_GetMR(5), 0);
    EQUAL(seL4_GetMR(6), 60);
}

BEHAVIOUR("lookup: receiving from an address that does not resolve says receive phase") {
    struct message m = fault_of(seL4_SysRecv, 0x123, 0);
    EQUAL(LABEL(m.info), seL4_Fault_CapFault);
    EQUAL(m.mr[1], 0x123);
    EQUAL(m.mr[2], 1);
}

BEHAVIOUR("lookup: a polling receive faults like a blocking one") {
    struct message m = fault_of(seL4_SysNBRecv, 0x123, 0);
    EQUAL(LABEL(m.info), seL4_Fault_CapFault);
    EQUAL(m.mr[2], 1);
}

BEHAVIOUR("lookup: a polling send to an address that does not resolve is dropped silently") {
    EQUAL(fault_of(seL4_SysNBSend, 0x123, INFO(0, 0, 0)).cap, 0);
}

BEHAVIOUR("lookup: receiving from an empty slot says that the capability is missing, 0 bits left") {
    struct message m = fault_of(seL4_SysRecv, 3, 0);
    EQUAL(LENGTH(m.info), 5);
    EQUAL(m.mr[3], seL4_MissingCapability);
    EQUAL(seL4_GetMR(4), 0);
}

BEHAVIOUR("lookup: sending to an empty slot is no fault but an invalid capability") {
    EQUAL(fault_of(seL4_SysSend, 3, INFO(0, 0, 0)).cap, 0);
    EXPECT(invoke(slot(), 1, WORDS(), WITH()), INVALID_CAP(0));
}

BEHAVIOUR("lookup: an extra capability that does not resolve is a cap fault with its address") {
    handler = endpoint();
    thread_fault_handler = badged(handler, 0xfa);
    struct thread *t = thread(one_call, endpoint(), HIGH);
    t->buffer->caps_or_badges[0] = OWN_TCB;
    t->buffer->caps_or_badges[1] = 1ul << 63;
    t->seen[0] = (word)seL4_SysCall;
    t->seen[1] = INFO(0, 2, 0);
    resume(t);
    struct message m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_CapFault);
    EQUAL(m.mr[1], 1ul << 63);
    EQUAL(m.mr[2], 0);
}

BEHAVIOUR("lookup: a polling send with such an extra capability is dropped silently") {
    word ep = endpoint();
    handler = endpoint();
    thread_fault_handler = badged(handler, 0xfa);
    struct thread *t = thread(one_call, ep, LOW);
    t->buffer->caps_or_badges[0] = 1ul << 63;
    t->seen[0] = (word)seL4_SysNBSend;
    t->seen[1] = INFO(0, 1, 0);
    struct thread *r = thread(one_call, ep, HIGH);
    r->seen[0] = (word)seL4_SysRecv;
    resume(r);
    resume(t);
    settle();
    EQUAL(t->done, 1);
    EQUAL(r->done, 0);
    EQUAL(poll(handler).cap, 0);
}

BEHAVIOUR("lookup: an invocation stops at the first slot without a CNode and ignores the rest") {
    word ntfn = notification();
    thread_cspace = mint(make(seL4_CapTableObject, 4), 15, GUARD(0, 48));
    REQUIRE(copy_to(thread_cspace, 1, 52, badged(ntfn, 8)).label == 0);
    struct thread *t = thread(one_call, 1ul << 12 | 0xabc, HIGH);
    t->seen[0] = (word)seL4_SysSend;
    resume(t);
    EQUAL(poll(ntfn).cap, 8);
    EQUAL(t->done, 1);
}

BEHAVIOUR("lookup: naming the type of a capability never faults") {
    EQUAL(type_of(1ul << 63), 0);
    EQUAL(type_of(~0ul), 0);
    EQUAL(type_of(slot()), 0);
    EQUAL(type_of(OWN_CNODE), 10);
}
