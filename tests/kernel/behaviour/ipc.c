/* Messages through endpoints: who meets whom, what arrives, in which order, with which rights. */
#include "check.h"

/* seen[0]: system call, seen[1]: info, seen[2]: first word. */
static void one_call(struct thread *self) {
    self->got = sys((long)self->seen[0], self->arg, self->seen[1], self->seen[2]);
}
static struct thread *sender(long number, word cap, word info, word first, word priority) {
    struct thread *t = thread(one_call, cap, priority);
    t->seen[0] = (word)number;
    t->seen[1] = info;
    t->seen[2] = first;
    resume(t);
    return t;
}
static struct thread *receiver(word cap, word priority) {
    return sender(seL4_SysRecv, cap, INFO(0xabc, 0, 0), UNTOUCHED, priority);
}

BEHAVIOUR("ipc: a send waits for its receiver") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysSend, ep, INFO(1, 0, 1), 5, HIGH);
    EQUAL(t->done, 0);
    struct message m = receive(ep);
    EQUAL(m.mr[0], 5);
    EQUAL(t->done, 1);
}

BEHAVIOUR("ipc: a receive waits for its sender") {
    word ep = endpoint();
    struct thread *t = receiver(ep, HIGH);
    EQUAL(t->done, 0);
    send(ep, INFO(1, 0, 1), 5);
    EQUAL(t->got.mr[0], 5);
}

BEHAVIOUR("ipc: label, length and four words arrive in registers") {
    word ep = endpoint();
    sender(seL4_SysSend, ep, INFO(0xfffffffffffff, 0, 4), 0x60, HIGH);
    struct message m = receive(ep);
    EQUAL(LABEL(m.info), 0xfffffffffffff);
    EQUAL(LENGTH(m.info), 4);
    EQUAL(m.mr[0], 0x60);
    EQUAL(m.mr[3], 0x63);
}

BEHAVIOUR("ipc: registers at and above the length keep the receiver's values") {
    word ep = endpoint();
    sender(seL4_SysSend, ep, INFO(0, 0, 2), 0x60, HIGH);
    struct message m = receive(ep);
    EQUAL(m.mr[1], 0x61);
    EQUAL(m.mr[2], UNTOUCHED + 2);
    EQUAL(m.mr[3], UNTOUCHED + 3);
}

BEHAVIOUR("ipc: the badge of the sender's capability arrives, 0 for an unbadged one") {
    word ep = endpoint();
    sender(seL4_SysSend, badged(ep, 0x6162), INFO(0, 0, 0), 0, HIGH);
    EQUAL(receive(ep).cap, 0x6162);
    sender(seL4_SysSend, ep, INFO(0, 0, 0), 0, HIGH);
    EQUAL(receive(ep).cap, 0);
}

BEHAVIOUR("ipc: words from the fifth on travel through the IPC buffers") {
    word ep = endpoint();
    struct thread *t = thread(one_call, ep, HIGH);
    for (int i = 4; i < 120; i++) {
        t->buffer->msg[i] = 0x1000 + i;
        seL4_SetMR(i, 0);
    }
    t->seen[0] = (word)seL4_SysSend;
    t->seen[1] = INFO(0, 0, 120);
    resume(t);
    struct message m = receive(ep);
    EQUAL(LENGTH(m.info), 120);
    for (int i = 4; i < 120; i++) {
        EQUAL(seL4_GetMR(i), 0x1000 + i);
    }
}

BEHAVIOUR("ipc: a length above 120 is cut to 120") {
    word ep = endpoint();
    sender(seL4_SysSend, ep, INFO(0, 0, 127), 0, HIGH);
    EQUAL(LENGTH(receive(ep).info), 120);
}

BEHAVIOUR("ipc: a sender without an IPC buffer sends at most four words") {
    word ep = endpoint();
    thread_has_buffer = false;
    sender(seL4_SysSend, ep, INFO(0, 0, 10), 0, HIGH);
    EQUAL(LENGTH(receive(ep).info), 4);
}

BEHAVIOUR("ipc: a receiver without an IPC buffer gets at most four words") {
    word ep = endpoint();
    thread_has_buffer = false;
    struct thread *t = receiver(ep, HIGH);
    send(ep, INFO(7, 0, 10), 0);
    EQUAL(t->got.info, INFO(7, 0, 4));
}

BEHAVIOUR("ipc: a read-only buffer frame is good for sending, not for receiving") {
    word ep = endpoint();
    struct thread *t = thread(one_call, ep, HIGH);
    word read_only = mint(image_frame(t->buffer), 2, 0);
    REQUIRE(invoke(t->tcb, TCBSetIPCBuffer, WORDS((word)t->buffer), WITH(read_only)).label == 0);
    t->seen[0] = (word)seL4_SysRecv;
    resume(t);
    send(ep, INFO(7, 0, 10), 0);
    EQUAL(t->got.info, INFO(7, 0, 4));
}

BEHAVIOUR("ipc: a polling send without a receiver is dropped") {
    word ep = endpoint();
    sys(seL4_SysNBSend, ep, INFO(0, 0, 1), 5);
    EQUAL(sys(seL4_SysNBRecv, ep, INFO(0xabc, 0, 0), 0).info, INFO(0xabc, 0, 0));
}

BEHAVIOUR("ipc: a polling send reaches a waiting receiver") {
    word ep = endpoint();
    struct thread *t = receiver(ep, HIGH);
    sys(seL4_SysNBSend, ep, INFO(2, 0, 1), 5);
    EQUAL(t->got.info, INFO(2, 0, 1));
}

BEHAVIOUR("ipc: a polling receive without a sender gives badge 0 and touches nothing else") {
    struct message m = sys(seL4_SysNBRecv, endpoint(), INFO(0xabc, 0, 0), UNTOUCHED);
    EQUAL(m.cap, 0);
    EQUAL(m.info, INFO(0xabc, 0, 0));
    EQUAL(m.mr[0], UNTOUCHED);
}

BEHAVIOUR("ipc: a polling receive takes the message of a waiting sender") {
    word ep = endpoint();
    sender(seL4_SysSend, badged(ep, 4), INFO(0, 0, 1), 0x70, HIGH);
    struct message m = poll(ep);
    EQUAL(m.cap, 4);
    EQUAL(m.mr[0], 0x70);
}

BEHAVIOUR("ipc: senders are served first come first served, whatever their priority") {
    word ep = endpoint();
    sender(seL4_SysSend, badged(ep, 1), INFO(0, 0, 0), 0, 110);
    sender(seL4_SysSend, badged(ep, 2), INFO(0, 0, 0), 0, 130);
    sender(seL4_SysSend, badged(ep, 3), INFO(0, 0, 0), 0, 120);
    EQUAL(receive(ep).cap, 1);
    EQUAL(receive(ep).cap, 2);
    EQUAL(receive(ep).cap, 3);
}

BEHAVIOUR("ipc: receivers are served first come first served") {
    word ep = endpoint();
    struct thread *first = receiver(ep, 110), *second = receiver(ep, 130);
    send(ep, INFO(0, 0, 1), 0xa);
    EQUAL(first->done, 1);
    EQUAL(second->done, 0);
    send(ep, INFO(0, 0, 1), 0xb);
    EQUAL(second->got.mr[0], 0xb);
}

BEHAVIOUR("ipc: a call comes back with the reply's label and words, and badge 0") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysCall, badged(ep, 8), INFO(1, 0, 1), 5, HIGH);
    EQUAL(receive(ep).cap, 8);
    EQUAL(t->done, 0);
    reply(INFO(0x33, 0, 2), 0x90);
    EQUAL(t->done, 1);
    EQUAL(t->got.cap, 0);
    EQUAL(t->got.info, INFO(0x33, 0, 2));
    EQUAL(t->got.mr[1], 0x91);
}

BEHAVIOUR("ipc: reply and receive answers the caller and takes the next message") {
    word ep = endpoint();
    struct thread *a = sender(seL4_SysCall, badged(ep, 1), INFO(0, 0, 1), 5, HIGH);
    struct thread *b = sender(seL4_SysCall, badged(ep, 2), INFO(0, 0, 1), 6, HIGH);
    receive(ep);
    struct message m = sys(seL4_SysReplyRecv, ep, INFO(9, 0, 1), 0x77);
    EQUAL(m.cap, 2);
    EQUAL(m.mr[0], 6);
    EQUAL(a->got.info, INFO(9, 0, 1));
    EQUAL(a->got.mr[0], 0x77);
    EQUAL(b->done, 0);
}

BEHAVIOUR("ipc: a reply without a caller does nothing") {
    struct message m = sys(seL4_SysReply, 0, INFO(0, 0, 0), 0);
    EQUAL(m.info, INFO(0, 0, 0));
    EQUAL(m.cap, 0);
}

BEHAVIOUR("ipc: a second reply does nothing") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysCall, ep, INFO(0, 0, 0), 0, HIGH);
    receive(ep);
    reply(INFO(1, 0, 0), 0);
    reply(INFO(2, 0, 0), 0);
    EQUAL(t->got.info, INFO(1, 0, 0));
}

BEHAVIOUR("ipc: receiving again drops the caller that waits, who never comes back") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysCall, ep, INFO(0, 0, 0), 0, HIGH);
    receive(ep);
    poll(ep);
    reply(INFO(0, 0, 0), 0);
    EQUAL(t->done, 0);
}

BEHAVIOUR("ipc: polling a notification keeps the caller") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysCall, ep, INFO(0, 0, 0), 0, HIGH);
    receive(ep);
    poll(notification());
    reply(INFO(0, 0, 0), 0);
    EQUAL(t->done, 1);
}

BEHAVIOUR("ipc: an endpoint capability without write right cannot send") {
    word ep = endpoint();
    EXPECT(invoke(mint(ep, 14, 0), 0, WORDS(), WITH()), INVALID_CAP(0));
}

BEHAVIOUR("ipc: receiving without read right is a cap fault in the receive phase") {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 9);
    struct thread *t = receiver(mint(endpoint(), 13, 0), HIGH);
    struct message m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_CapFault);
    EQUAL(m.mr[1], t->arg);
    EQUAL(m.mr[2], 1);
}

BEHAVIOUR("ipc: a caller without grant and grant-reply rights stops for ever") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysCall, mint(ep, 1, 5), INFO(0, 0, 0), 0, HIGH);
    EQUAL(receive(ep).cap, 5);
    reply(INFO(0, 0, 0), 0);
    EQUAL(t->done, 0);
}

static void serve_once(struct thread *self) {
    self->got = receive(self->arg);
    reply(INFO(0, 0, 0), 0);
}

BEHAVIOUR("ipc: a caller without these rights stops also when the receiver was first") {
    word ep = endpoint();
    struct thread *server = start(serve_once, ep, HIGH);
    struct thread *t = sender(seL4_SysCall, mint(ep, 1, 5), INFO(0, 0, 0), 0, HIGH);
    EQUAL(server->got.cap, 5);
    EQUAL(server->done, 1);
    EQUAL(t->done, 0);
}

BEHAVIOUR("ipc: grant-reply right is enough for a call") {
    word ep = endpoint();
    struct thread *t = sender(seL4_SysCall, mint(ep, 9, 5), INFO(0, 0, 0), 0, HIGH);
    receive(ep);
    reply(INFO(0, 0, 0), 0);
    EQUAL(t->done, 1);
}

BEHAVIOUR("ipc: suspending a queued sender takes it out of the queue") {
    word ep = endpoint();
    struct thread *a = sender(seL4_SysSend, badged(ep, 1), INFO(0, 0, 0), 0, HIGH);
    sender(seL4_SysSend, badged(ep, 2), INFO(0, 0, 0), 0, HIGH);
    suspend(a);
    EQUAL(receive(ep).cap, 2);
    EQUAL(poll(ep).cap, 0);
}

BEHAVIOUR("ipc: resuming a queued sender puts it at the end of the queue") {
    word ep = endpoint();
    struct thread *a = sender(seL4_SysSend, badged(ep, 1), INFO(0, 0, 0), 0, HIGH);
    sender(seL4_SysSend, badged(ep, 2), INFO(0, 0, 0), 0, HIGH);
    resume(a);
    EQUAL(receive(ep).cap, 2);
    EQUAL(receive(ep).cap, 1);
}

BEHAVIOUR("ipc: deleting a queued sender takes it out of the queue") {
    word ep = endpoint();
    struct thread *a = sender(seL4_SysSend, badged(ep, 1), INFO(0, 0, 0), 0, HIGH);
    sender(seL4_SysSend, badged(ep, 2), INFO(0, 0, 0), 0, HIGH);
    EXPECT(delete (a->tcb), DONE);
    EQUAL(receive(ep).cap, 2);
    EQUAL(poll(ep).cap, 0);
}

BEHAVIOUR("ipc: a caller whose endpoint is deleted calls again and gets an invalid capability") {
    word ep = endpoint(), b = badged(ep, 1);
    struct thread *t = sender(seL4_SysCall, b, INFO(0, 0, 0), 0, HIGH);
    EXPECT(revoke(ep), DONE);
    EXPECT(delete (ep), DONE);
    EQUAL(t->done, 1);
    EQUAL(LABEL(t->got.info), seL4_InvalidCapability);
}

BEHAVIOUR("ipc: the unwrapped bits that a sender sets do not arrive") {
    word ep = endpoint();
    sender(seL4_SysSend, ep, INFO(1, 0, 1) | 7 << 9, 0, HIGH);
    EQUAL(receive(ep).info, INFO(1, 0, 1));
}

BEHAVIOUR("ipc: sending to a kernel object with Send performs the operation without an answer") {
    struct thread *t = thread(one_call, 0, LOW);
    t->seen[0] = (word)seL4_SysYield;
    sys(seL4_SysSend, t->tcb, INFO(TCBResume, 0, 0), 0);
    settle();
    EQUAL(t->done, 1);
}

BEHAVIOUR("ipc: a call keeps the registers that are not part of messages") {
    word ep = endpoint(), a = 0x11, b = 0x22, c = 0x33;
    sender(seL4_SysRecv, ep, 0, 0, HIGH);
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+a"(a)
                     : "D"(ep), "S"(INFO(0, 0, 0)), "d"((long)seL4_SysSend)
                     : "rbx", "rcx", "r11", "memory");
    register word r12 __asm__("r12") = b;
    register word r13 __asm__("r13") = c;
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+r"(r12), "+r"(r13)
                     : "D"(0), "S"(0), "d"((long)seL4_SysYield)
                     : "rbx", "rcx", "r11", "memory");
    EQUAL(a, 0x11);
    EQUAL(r12, 0x22);
    EQUAL(r13, 0x33);
}
