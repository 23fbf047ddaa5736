/* Capabilities in messages: copying, unwrapping, the receive slot, the grant right; reply
 * capabilities. */
#include "check.h"

/* Sends self->arg one message of seen[0] capabilities, taken from its buffer. */
static void send_caps(struct thread *self) { send(self->arg, INFO(1, self->seen[0], 0), 0); }
static void call_caps(struct thread *self) {
    self->got = call(self->arg, INFO(1, self->seen[0], 0), 0);
}
static struct thread *gift(void (*entry)(struct thread *), word cap, word count, word a, word b,
                           word c) {
    struct thread *t = thread(entry, cap, HIGH);
    t->seen[0] = count;
    t->buffer->caps_or_badges[0] = a;
    t->buffer->caps_or_badges[1] = b;
    t->buffer->caps_or_badges[2] = c;
    resume(t);
    return t;
}
/* Names the slot where the worker wants to receive a capability. */
static void accept(word s) {
    seL4_SetCapReceivePath(OWN_CNODE, s, DEPTH);
    for (int i = 0; i < 3; i++) {
        boot_info->ipcBuffer->caps_or_badges[i] = 0xc0 + i;
    }
}

BEHAVIOUR("transfer: a capability is copied into the receive slot") {
    word ep = endpoint(), to = slot();
    accept(to);
    gift(send_caps, ep, 1, make(seL4_TCBObject, 0), 0, 0);
    struct message m = receive(ep);
    EQUAL(CAPS(m.info), 1);
    EQUAL(UNWRAPPED(m.info), 0);
    EQUAL(type_of(to), 12);
}

BEHAVIOUR("transfer: without grant right no capability arrives, but the message does") {
    word ep = endpoint(), to = slot();
    accept(to);
    gift(send_caps, mint(ep, 1, 5), 1, make(seL4_TCBObject, 0), 0, 0);
    struct message m = receive(ep);
    EQUAL(m.cap, 5);
    EQUAL(CAPS(m.info), 0);
    EQUAL(type_of(to), 0);
}

BEHAVIOUR("transfer: without a receive slot nothing is copied") {
    word ep = endpoint();
    accept(0);
    seL4_SetCapReceivePath(0, 0, 0);
    gift(send_caps, ep, 1, make(seL4_TCBObject, 0), 0, 0);
    EQUAL(CAPS(receive(ep).info), 0);
}

BEHAVIOUR("transfer: an occupied receive slot counts as none and is not overwritten") {
    word ep = endpoint(), to = notification();
    accept(to);
    gift(send_caps, ep, 1, make(seL4_TCBObject, 0), 0, 0);
    EQUAL(CAPS(receive(ep).info), 0);
    EQUAL(type_of(to), 6);
}

BEHAVIOUR("transfer: at most one capability is copied, the rest is left out") {
    word ep = endpoint(), to = slot();
    accept(to);
    gift(send_caps, ep, 3, make(seL4_TCBObject, 0), notification(), notification());
    EQUAL(CAPS(receive(ep).info), 1);
    EQUAL(type_of(to), 12);
}

BEHAVIOUR("transfer: a capability to the very endpoint used is unwrapped to its badge") {
    word ep = endpoint(), to = slot();
    accept(to);
    gift(send_caps, ep, 1, badged(ep, 0x71), 0, 0);
    struct message m = receive(ep);
    EQUAL(CAPS(m.info), 1);
    EQUAL(UNWRAPPED(m.info), 1);
    EQUAL(boot_info->ipcBuffer->caps_or_badges[0], 0x71);
    EQUAL(type_of(to), 0);
}

BEHAVIOUR("transfer: unwrapping goes on after the copied capability") {
    word ep = endpoint(), to = slot();
    gift(send_caps, ep, 3, badged(ep, 0x71), make(seL4_TCBObject, 0), badged(ep, 0x72));
    accept(to); /* last: invocations of our own write these words of the buffer too */
    struct message m = receive(ep);
    EQUAL(CAPS(m.info), 3);
    EQUAL(UNWRAPPED(m.info), 5);
    EQUAL(boot_info->ipcBuffer->caps_or_badges[0], 0x71);
    EQUAL(boot_info->ipcBuffer->caps_or_badges[1], 0xc1);
    EQUAL(boot_info->ipcBuffer->caps_or_badges[2], 0x72);
    EQUAL(type_of(to), 12);
}

BEHAVIOUR("transfer: an empty slot among the capabilities ends the transfer") {
    word ep = endpoint(), to = slot();
    accept(to);
    gift(send_caps, ep, 3, badged(ep, 0x71), slot(), badged(ep, 0x72));
    struct message m = receive(ep);
    EQUAL(CAPS(m.info), 1);
    EQUAL(UNWRAPPED(m.info), 1);
}

BEHAVIOUR("transfer: a capability that cannot be copied ends the transfer") {
    word ep = endpoint(), to = slot();
    accept(to);
    gift(send_caps, ep, 2, seL4_CapIRQControl, badged(ep, 0x72), 0);
    EQUAL(CAPS(receive(ep).info), 0);
    EQUAL(type_of(to), 0);
}

BEHAVIOUR("transfer: the received capability is a child or sibling: revoking the source takes it") {
    word ep = endpoint(), to = slot(), other = endpoint();
    accept(to);
    gift(send_caps, ep, 1, other, 0, 0);
    receive(ep);
    EQUAL(type_of(to), 4);
    EXPECT(revoke(other), DONE);
    EQUAL(type_of(to), 0);
}

BEHAVIOUR("transfer: a receive slot in a deeper CNode is found by index and depth") {
    word ep = endpoint(), cnode = make(seL4_CapTableObject, 3);
    seL4_SetCapReceivePath(cnode, 5, 3);
    gift(send_caps, ep, 1, make(seL4_TCBObject, 0), 0, 0);
    EQUAL(CAPS(receive(ep).info), 1);
    EXPECT(copy_to(cnode, 5, 3, ep), DELETE_FIRST);
}

BEHAVIOUR("transfer: a receive path with bits left over names no slot") {
    word ep = endpoint(), cnode = make(seL4_CapTableObject, 3);
    seL4_SetCapReceivePath(cnode, 5 << 2, 5);
    gift(send_caps, ep, 1, make(seL4_TCBObject, 0), 0, 0);
    EQUAL(CAPS(receive(ep).info), 0);
    EXPECT(copy_to(cnode, 5, 3, ep), DONE);
}

BEHAVIOUR("transfer: a waiting sender's capabilities are read when the message is taken") {
    word ep = endpoint(), to = slot();
    accept(to);
    struct thread *t = gift(send_caps, ep, 1, slot(), 0, 0);
    t->buffer->caps_or_badges[0] = notification();
    EQUAL(CAPS(receive(ep).info), 1);
    EQUAL(type_of(to), 6);
}

BEHAVIOUR("transfer: a reply carries a capability when the caller's endpoint allowed grant") {
    word ep = endpoint(), to = slot();
    struct thread *t = thread(call_caps, ep, HIGH);
    t->buffer->receiveCNode = OWN_CNODE;
    t->buffer->receiveIndex = to;
    t->buffer->receiveDepth = DEPTH;
    resume(t);
    receive(ep);
    seL4_SetCap(0, notification());
    reply(INFO(0, 1, 0), 0);
    EQUAL(CAPS(t->got.info), 1);
    EQUAL(type_of(to), 6);
}

BEHAVIOUR("transfer: the reply carries none when the receiver's endpoint capability lacks grant") {
    word ep = endpoint(), to = slot();
    struct thread *t = thread(call_caps, ep, HIGH);
    t->buffer->receiveCNode = OWN_CNODE;
    t->buffer->receiveIndex = to;
    t->buffer->receiveDepth = DEPTH;
    resume(t);
    receive(mint(ep, 2, 0));
    seL4_SetCap(0, notification());
    reply(INFO(0, 1, 0), 0);
    EQUAL(t->done, 1);
    EQUAL(CAPS(t->got.info), 0);
    EQUAL(type_of(to), 0);
}

/* ---- reply capabilities ---- */

static word saved_caller(struct thread **caller) {
    word ep = endpoint(), to = slot();
    *caller = gift(call_caps, ep, 0, 0, 0, 0);
    receive(ep);
    REQUIRE(invoke(OWN_CNODE, CNodeSaveCaller, WORDS(to, DEPTH), WITH()).label == 0);
    return to;
}

BEHAVIOUR("reply: a saved reply capability answers its caller once") {
    struct thread *t;
    word r = saved_caller(&t);
    send(r, INFO(0x44, 0, 1), 0x55);
    EQUAL(t->got.info, INFO(0x44, 0, 1));
    EQUAL(t->got.mr[0], 0x55);
    EQUAL(type_of(r), 0);
}

BEHAVIOUR("reply: two saved callers are answered in any order") {
    struct thread *a, *b;
    word ra = saved_caller(&a), rb = saved_caller(&b);
    send(rb, INFO(2, 0, 0), 0);
    EQUAL(a->done, 0);
    EQUAL(b->done, 1);
    send(ra, INFO(1, 0, 0), 0);
    EQUAL(LABEL(a->got.info), 1);
}

BEHAVIOUR("reply: a saved reply capability can be moved but not copied or minted") {
    struct thread *t;
    word r = saved_caller(&t), to = slot();
    EXPECT(copy_to(OWN_CNODE, to, DEPTH, r), ILLEGAL);
    EXPECT(invoke(OWN_CNODE, CNodeMint, WORDS(to, DEPTH, r, DEPTH, 15, 0), WITH(OWN_CNODE)),
           ILLEGAL);
    EXPECT(invoke(OWN_CNODE, CNodeMove, WORDS(to, DEPTH, r, DEPTH), WITH(OWN_CNODE)), DONE);
    send(to, INFO(0, 0, 0), 0);
    EQUAL(t->done, 1);
}

BEHAVIOUR("reply: deleting a saved reply capability leaves the caller waiting") {
    struct thread *t;
    EXPECT(delete (saved_caller(&t)), DONE);
    settle();
    EQUAL(t->done, 0);
}

BEHAVIOUR("reply: suspending the caller destroys its reply capability") {
    struct thread *t;
    word r = saved_caller(&t);
    suspend(t);
    EQUAL(type_of(r), 0);
    EQUAL(t->done, 0);
}

BEHAVIOUR("reply: deleting the caller destroys its reply capability") {
    struct thread *t;
    word r = saved_caller(&t);
    EXPECT(delete (t->tcb), DONE);
    EQUAL(type_of(r), 0);
}

BEHAVIOUR("reply: calling a reply capability answers and comes back at once") {
    struct thread *t;
    word r = saved_caller(&t);
    EXPECT(invoke(r, 0, WORDS(), WITH()), DONE);
    EQUAL(t->done, 1);
}

BEHAVIOUR("reply: it survives the deletion of the endpoint") {
    word ep = endpoint(), to = slot();
    struct thread *t = gift(call_caps, ep, 0, 0, 0, 0);
    receive(ep);
    REQUIRE(invoke(OWN_CNODE, CNodeSaveCaller, WORDS(to, DEPTH), WITH()).label == 0);
    EXPECT(delete (ep), DONE);
    EQUAL(type_of(to), 8);
    send(to, INFO(0, 0, 0), 0);
    EQUAL(t->done, 1);
}
