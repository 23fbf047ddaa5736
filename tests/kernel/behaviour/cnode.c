/* The nine CNode operations: what each does, and every way in which it is refused. */
#include "check.h"

#define RIGHTS 15

static struct answer copy_op(word destination, word source) {
    return copy_to(OWN_CNODE, destination, DEPTH, source);
}
static struct answer mint_op(word destination, word source, word rights, word data) {
    return invoke(OWN_CNODE, CNodeMint, WORDS(destination, DEPTH, source, DEPTH, rights, data),
                  WITH(OWN_CNODE));
}
static struct answer move_op(word destination, word source) {
    return invoke(OWN_CNODE, CNodeMove, WORDS(destination, DEPTH, source, DEPTH), WITH(OWN_CNODE));
}
static struct answer mutate_op(word destination, word source, word data) {
    return invoke(OWN_CNODE, CNodeMutate, WORDS(destination, DEPTH, source, DEPTH, data),
                  WITH(OWN_CNODE));
}
static struct answer rotate_op(word destination, word pivot, word source, word destination_data,
                               word pivot_data) {
    return invoke(
        OWN_CNODE, CNodeRotate,
        WORDS(destination, DEPTH, destination_data, pivot, DEPTH, pivot_data, source, DEPTH),
        WITH(OWN_CNODE, OWN_CNODE));
}
/* The badge that a message through @p cap carries. */
static void send_one(struct thread *self) { send(self->arg, INFO(0, 0, 0), 0); }
static word badge_of(word cap, word ep) {
    start(send_one, cap, HIGH);
    return receive(ep).cap;
}

BEHAVIOUR("cnode: copy makes a second capability of the same type") {
    word ep = endpoint(), to = slot();
    EXPECT(copy_op(to, ep), DONE);
    EQUAL(type_of(to), 4);
    EQUAL(type_of(ep), 4);
}

BEHAVIOUR("cnode: copy into an occupied slot says DeleteFirst, even onto itself") {
    word ep = endpoint();
    EXPECT(copy_op(notification(), ep), DELETE_FIRST);
    EXPECT(copy_op(ep, ep), DELETE_FIRST);
}

BEHAVIOUR("cnode: copy of an empty slot says that the source is missing") {
    EXPECT(copy_op(slot(), slot()), MISSING(1, 64));
}

BEHAVIOUR("cnode: an occupied destination is reported before a missing source") {
    EXPECT(copy_op(endpoint(), slot()), DELETE_FIRST);
}

BEHAVIOUR("cnode: copy below something that is no CNode says InvalidRoot as source lookup") {
    word ep = endpoint();
    EXPECT(invoke(OWN_CNODE, CNodeCopy, WORDS(slot(), DEPTH, ep, DEPTH, RIGHTS), WITH(ep)),
           INVALID_ROOT(1));
}

BEHAVIOUR("cnode: too few words or no source root is a truncated message") {
    word ep = endpoint(), to = slot();
    EXPECT(invoke(OWN_CNODE, CNodeCopy, WORDS(to), WITH(OWN_CNODE)), TRUNCATED);
    EXPECT(invoke(OWN_CNODE, CNodeCopy, WORDS(to, DEPTH, ep), WITH(OWN_CNODE)), TRUNCATED);
    EXPECT(invoke(OWN_CNODE, CNodeCopy, WORDS(to, DEPTH, ep, DEPTH), WITH(OWN_CNODE)), TRUNCATED);
    EXPECT(invoke(OWN_CNODE, CNodeCopy, WORDS(to, DEPTH, ep, DEPTH, RIGHTS), WITH()), TRUNCATED);
    EXPECT(invoke(OWN_CNODE, CNodeMint, WORDS(to, DEPTH, ep, DEPTH, RIGHTS), WITH(OWN_CNODE)),
           TRUNCATED);
    EQUAL(type_of(to), 0);
}

BEHAVIOUR("cnode: a label of another kind of object is illegal, whatever the length") {
    EXPECT(invoke(OWN_CNODE, UntypedRetype, WORDS(), WITH()), ILLEGAL);
    EXPECT(invoke(OWN_CNODE, IRQIssueIRQHandler, WORDS(), WITH()), ILLEGAL);
    EXPECT(invoke(OWN_CNODE, 4000, WORDS(1, 2, 3, 4, 5, 6), WITH(OWN_CNODE)), ILLEGAL);
}

BEHAVIOUR("cnode: depths of 0 and above 64 are out of range") {
    EXPECT(invoke(OWN_CNODE, CNodeDelete, WORDS(slot(), 0), WITH()), OUT_OF_RANGE(1, 64));
    EXPECT(invoke(OWN_CNODE, CNodeDelete, WORDS(slot(), 65), WITH()), OUT_OF_RANGE(1, 64));
    EXPECT(invoke(OWN_CNODE, CNodeDelete, WORDS(slot(), ~0ul), WITH()), OUT_OF_RANGE(1, 64));
}

BEHAVIOUR("cnode: copy takes away the rights that are not asked for") {
    word ep = endpoint(), to = mint(ep, 2, 0);
    EXPECT(invoke(to, 0, WORDS(), WITH()), INVALID_CAP(0));
}

BEHAVIOUR("cnode: a copy never has more rights than its source") {
    word read_only = mint(endpoint(), 2, 0), to = slot();
    EXPECT(copy_op(to, read_only), DONE);
    EXPECT(invoke(to, 0, WORDS(), WITH()), INVALID_CAP(0));
}

BEHAVIOUR("cnode: only the low four bits of a rights word count") {
    word none = mint(notification(), 0x10, 0), all = mint(notification(), 0x1f, 0);
    EXPECT(invoke(none, 0, WORDS(), WITH()), INVALID_CAP(0));
    EXPECT(invoke(all, 0, WORDS(), WITH()), DONE);
}

BEHAVIOUR("cnode: mint gives an endpoint capability a badge of all 64 bits") {
    word ep = endpoint();
    EQUAL(badge_of(badged(ep, 0xfedcba9876543210), ep), 0xfedcba9876543210);
}

BEHAVIOUR("cnode: mint with badge 0 leaves the capability unbadged") {
    word ep = endpoint(), plain = mint(ep, RIGHTS, 0);
    EQUAL(badge_of(badged(plain, 0x77), ep), 0x77);
}

BEHAVIOUR("cnode: mint cannot change a badge, not even to 0 or to the same") {
    word b = badged(endpoint(), 5);
    EXPECT(mint_op(slot(), b, RIGHTS, 6), ILLEGAL);
    EXPECT(mint_op(slot(), b, RIGHTS, 5), ILLEGAL);
    EXPECT(mint_op(slot(), b, RIGHTS, 0), ILLEGAL);
}

BEHAVIOUR("cnode: copy keeps a badge") {
    word ep = endpoint();
    EQUAL(badge_of(copy(badged(ep, 0x42)), ep), 0x42);
}

BEHAVIOUR("cnode: mint sets guard and guard size of a CNode capability") {
    word cnode = make(seL4_CapTableObject, 4), to = slot();
    EXPECT(mint_op(to, cnode, RIGHTS, 5ul << 6 | 8), DONE);
    EXPECT(invoke(to, CNodeDelete, WORDS(0x53, 12), WITH()), DONE);
    EXPECT(invoke(to, CNodeDelete, WORDS(0x63, 12), WITH()), GUARD_MISMATCH(0, 12, 5, 8));
}

BEHAVIOUR("cnode: guard and radix of more than 64 bits together are illegal") {
    word cnode = make(seL4_CapTableObject, 4);
    EXPECT(mint_op(slot(), cnode, RIGHTS, 60), DONE);
    EXPECT(mint_op(slot(), cnode, RIGHTS, 61), ILLEGAL);
}

BEHAVIOUR("cnode: mint ignores the data for capabilities that have no badge or guard") {
    word to = slot();
    EXPECT(mint_op(to, make(seL4_TCBObject, 0), RIGHTS, 0x1234), DONE);
    EQUAL(type_of(to), 12);
}

BEHAVIOUR("cnode: a capability that cannot be copied can be moved") {
    word to = slot(), back = seL4_CapIRQControl;
    EXPECT(copy_op(slot(), seL4_CapIRQControl), ILLEGAL);
    EXPECT(move_op(to, seL4_CapIRQControl), DONE);
    word moved = type_of(to), left = type_of(back);
    REQUIRE(move_op(back, to).label == 0);
    EQUAL(moved, 14);
    EQUAL(left, 0);
}

BEHAVIOUR("cnode: move keeps badge and rights and empties the source") {
    word ep = endpoint(), from = badged(ep, 0x33), to = slot();
    EXPECT(move_op(to, from), DONE);
    EQUAL(type_of(from), 0);
    EQUAL(badge_of(to, ep), 0x33);
}

BEHAVIOUR("cnode: move onto itself says DeleteFirst") {
    word ep = endpoint();
    EXPECT(move_op(ep, ep), DELETE_FIRST);
    EQUAL(type_of(ep), 4);
}

BEHAVIOUR("cnode: mutate moves a CNode capability and sets its guard") {
    word cnode = make(seL4_CapTableObject, 4), to = slot();
    EXPECT(mutate_op(to, cnode, 60), DONE);
    EQUAL(type_of(cnode), 0);
    EXPECT(invoke(to, CNodeDelete, WORDS(3, 64), WITH()), DONE);
}

BEHAVIOUR("cnode: mutate of an endpoint is illegal and leaves it where it is") {
    word ep = endpoint(), to = slot();
    EXPECT(mutate_op(to, ep, 0), ILLEGAL);
    EXPECT(mutate_op(to, ep, 7), ILLEGAL);
    EQUAL(type_of(ep), 4);
    EQUAL(type_of(to), 0);
}

BEHAVIOUR("cnode: rotate moves the pivot to the destination and the source to the pivot") {
    word tcb = make(seL4_TCBObject, 0), cnode = make(seL4_CapTableObject, 2), to = slot();
    EXPECT(rotate_op(to, cnode, tcb, 0, 0), DONE);
    EQUAL(type_of(to), 10);
    EQUAL(type_of(cnode), 12);
    EQUAL(type_of(tcb), 0);
}

BEHAVIOUR("cnode: rotate with one slot as source and destination swaps it with the pivot") {
    word tcb = make(seL4_TCBObject, 0), cnode = make(seL4_CapTableObject, 2);
    EXPECT(rotate_op(tcb, cnode, tcb, 0, 0), DONE);
    EQUAL(type_of(tcb), 10);
    EQUAL(type_of(cnode), 12);
}

BEHAVIOUR("cnode: rotate with the pivot as source or destination is illegal") {
    word a = make(seL4_TCBObject, 0), b = make(seL4_TCBObject, 0);
    EXPECT(rotate_op(slot(), a, a, 0, 0), ILLEGAL);
    EXPECT(rotate_op(a, a, b, 0, 0), ILLEGAL);
}

BEHAVIOUR(
    "cnode: rotate reports occupied destination, empty source and empty pivot in this order") {
    word a = make(seL4_TCBObject, 0), b = make(seL4_TCBObject, 0), none = slot(), other = slot();
    EXPECT(rotate_op(endpoint(), none, other, 0, 0), DELETE_FIRST);
    EXPECT(rotate_op(slot(), none, other, 0, 0), MISSING(1, 64));
    EXPECT(rotate_op(slot(), none, a, 0, 0), MISSING(0, 64));
    EXPECT(rotate_op(slot(), b, a, 0, 0), DONE);
}

BEHAVIOUR("cnode: delete of an empty slot succeeds") { EXPECT(delete (slot()), DONE); }

BEHAVIOUR("cnode: revoke of an empty slot succeeds") { EXPECT(revoke(slot()), DONE); }

BEHAVIOUR("cnode: objects held only by a deleted CNode are destroyed with it") {
    word cnode = make(seL4_CapTableObject, 2), ep = endpoint(), cap = badged(ep, 1);
    struct thread *t = start(send_one, cap, HIGH);
    REQUIRE(invoke(cnode, CNodeMove, WORDS(0, 2, ep, DEPTH), WITH(OWN_CNODE)).label == 0);
    REQUIRE(invoke(cnode, CNodeMove, WORDS(1, 2, cap, DEPTH), WITH(OWN_CNODE)).label == 0);
    EQUAL(t->done, 0);
    EXPECT(delete (cnode), DONE);
    EQUAL(t->done, 1); /* its Send was repeated and found no capability: an error nobody reads */
}

BEHAVIOUR("cnode: a CNode that holds the only capability to itself can be deleted") {
    word cnode = make(seL4_CapTableObject, 2);
    REQUIRE(copy_to(cnode, 1, 2, cnode).label == 0);
    EXPECT(delete (cnode), DONE);
    EQUAL(type_of(cnode), 0);
}

BEHAVIOUR("cnode: a CNode that was moved into itself is reclaimed by revoking its memory") {
    word memory = make(seL4_UntypedObject, 12), cnode = make_from(memory, seL4_CapTableObject, 2);
    REQUIRE(invoke(cnode, CNodeMove, WORDS(1, 2, cnode, DEPTH), WITH(OWN_CNODE)).label == 0);
    EQUAL(type_of(cnode), 0);
    EXPECT(revoke(memory), DONE);
    EXPECT(retype(memory, seL4_UntypedObject, 12, slot(), 1), DONE);
}

BEHAVIOUR("cnode: two CNodes that hold each other can be deleted and their memory used again") {
    word memory = make(seL4_UntypedObject, 12);
    word a = make_from(memory, seL4_CapTableObject, 2),
         b = make_from(memory, seL4_CapTableObject, 2);
    REQUIRE(copy_to(a, 0, 2, b).label == 0);
    REQUIRE(copy_to(b, 0, 2, a).label == 0);
    EXPECT(delete (a), DONE);
    EXPECT(delete (b), DONE);
    EXPECT(revoke(memory), DONE);
    EXPECT(retype(memory, seL4_UntypedObject, 12, slot(), 1), DONE);
}

BEHAVIOUR("cnode: cancelling badged sends takes out the senders with that badge only") {
    word ep = endpoint(), all = badged(ep, 1);
    struct thread *two = start(send_one, badged(ep, 2), HIGH);
    struct thread *one = start(send_one, all, HIGH);
    set_priority(one->tcb, LOW); /* once restarted they must not queue again before we look */
    set_priority(two->tcb, LOW);
    EXPECT(invoke(OWN_CNODE, CNodeCancelBadgedSends, WORDS(all, DEPTH), WITH()), DONE);
    EQUAL(poll(ep).cap, 2);
    EQUAL(poll(ep).cap, 0);
    settle();
    EQUAL(poll(ep).cap, 1);
}

BEHAVIOUR("cnode: cancelling badged sends needs an endpoint capability with all rights") {
    word ep = endpoint();
    EXPECT(invoke(OWN_CNODE, CNodeCancelBadgedSends, WORDS(mint(ep, 14, 3), DEPTH), WITH()),
           ILLEGAL);
    EXPECT(invoke(OWN_CNODE, CNodeCancelBadgedSends, WORDS(notification(), DEPTH), WITH()),
           ILLEGAL);
    EXPECT(invoke(OWN_CNODE, CNodeCancelBadgedSends, WORDS(slot(), DEPTH), WITH()), ILLEGAL);
    EXPECT(invoke(OWN_CNODE, CNodeCancelBadgedSends, WORDS(badged(ep, 3), DEPTH), WITH()), DONE);
}

static void call_once(struct thread *self) { self->got = call(self->arg, INFO(0, 0, 0), 0); }

BEHAVIOUR("cnode: save caller puts the reply capability into the slot") {
    word ep = endpoint(), to = slot();
    start(call_once, ep, HIGH);
    receive(ep);
    EXPECT(invoke(OWN_CNODE, CNodeSaveCaller, WORDS(to, DEPTH), WITH()), DONE);
    EQUAL(type_of(to), 8);
}

BEHAVIOUR("cnode: save caller into an occupied slot says DeleteFirst and keeps the caller") {
    word ep = endpoint();
    struct thread *t = start(call_once, ep, HIGH);
    receive(ep);
    EXPECT(invoke(OWN_CNODE, CNodeSaveCaller, WORDS(ep, DEPTH), WITH()), DELETE_FIRST);
    reply(INFO(0, 0, 0), 0);
    EQUAL(t->done, 1);
}

BEHAVIOUR("cnode: save caller without a caller succeeds and leaves the slot empty") {
    word to = slot();
    EXPECT(invoke(OWN_CNODE, CNodeSaveCaller, WORDS(to, DEPTH), WITH()), DONE);
    EQUAL(type_of(to), 0);
}
