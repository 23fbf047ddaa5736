/* What the fault handler's reply does, and what becomes of a fault when threads come and go. */
#include "faulter.h"

SNIPPET(read_rax, "movq (%rax), %rbx");
SNIPPET(breakpoint, "int3");
SNIPPET(undefined, "ud2");
SNIPPET(halt, "hlt");
SNIPPET(system_call_rdx, "syscall");
SNIPPET(trap_flag, "pushfq\n orq $0x100, (%rsp)\n popfq\n nop");

BEHAVIOUR("fault: the reply to a VM fault repeats the instruction") {
    fault_in(read_rax, 0, 0);
    reply(INFO(0, 0, 0), 0);
    check_vm_fault(poll(handler), (word)read_rax, 0, 4);
}

BEHAVIOUR("fault: label and words of a VM fault's reply are ignored") {
    fault_in(read_rax, 0, 0);
    reply(INFO(77, 0, 1), (word)read_rax_next);
    check_vm_fault(poll(handler), (word)read_rax, 0, 4);
}

BEHAVIOUR("fault: an exception's reply sets ip, stack and flags") {
    fault_in(undefined, 0, 0);
    struct message m = {0, INFO(0, 0, 3), {(word)halt, stack() - 8, 0x202 | 0x40, 0}};
    system_call(seL4_SysReply, &m);
    m = poll(handler);
    EQUAL(m.mr[0], (word)halt);
    EQUAL(m.mr[1], stack() - 8);
    EQUAL(m.mr[2] & 0xfff, 0x242);
}

BEHAVIOUR("fault: the flags of a reply are made safe like written ones") {
    fault_in(undefined, 0, 0);
    struct message m = {0, INFO(0, 0, 3), {(word)halt, stack(), ~0ul, 0}};
    system_call(seL4_SysReply, &m);
    m = poll(handler);
    EQUAL(m.mr[0], (word)halt);
    EQUAL(m.mr[2], 0xed7);
}

BEHAVIOUR("fault: an exception's reply of length 0 repeats the instruction") {
    fault_in(undefined, 0, 0);
    reply(INFO(0, 0, 0), (word)halt);
    check_exception(poll(handler), undefined, 6, 0);
}

BEHAVIOUR("fault: a reply with a label stops the thread, and Resume goes on at the new ip") {
    fault_in(undefined, 0, 0);
    reply(INFO(1, 0, 1), (word)halt);
    EQUAL(poll(handler).cap, 0);
    resume(faulter);
    check_exception(poll(handler), halt, 13, 0);
}

BEHAVIOUR("fault: the reply to an unknown system call may change registers and skip it") {
    fault_in(system_call_rdx, 0xaa, 12345);
    static const word words[16] = {0x99, 0xb1, 0, 12345, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 0};
    for (int i = 4; i < 15; i++) {
        seL4_SetMR(i, words[i]);
    }
    seL4_SetMR(15, (word)system_call_rdx_next);
    struct message m = {0, INFO(0, 0, 16), {words[0], words[1], words[2], words[3]}};
    system_call(seL4_SysReply, &m);
    m = poll(handler);
    EQUAL(m.mr[0], (word)system_call_rdx_next);
    seL4_UserContext r = registers_of(faulter->tcb);
    EQUAL(r.rax, 0x99);
    EQUAL(r.rbx, 0xb1);
    EQUAL(r.r12, 7);
    EQUAL(r.r15, 10);
}

BEHAVIOUR("fault: the reply of length 0 to an unknown system call repeats it") {
    fault_in(system_call_rdx, 0, 12345);
    reply(INFO(0, 0, 0), 0);
    EQUAL(LABEL(poll(handler).info), seL4_Fault_UnknownSyscall);
}

BEHAVIOUR("fault: while nobody receives, the faulter waits in the endpoint's queue") {
    handler = endpoint();
    thread_fault_handler = badged(handler, 0xfa);
    struct thread *t = thread(NULL, 0, HIGH);
    seL4_UserContext r = {.rip = (word)undefined, .rflags = 0x202};
    set_registers(t->tcb, true, &r);
    settle();
    EQUAL(receive(handler).mr[3], 6);
}

BEHAVIOUR("fault: the handler's capability may be deleted once the fault is queued") {
    handler = endpoint();
    thread_fault_handler = badged(handler, 0xfa);
    struct thread *t = thread(NULL, 0, HIGH);
    seL4_UserContext r = {.rip = (word)undefined, .rflags = 0x202};
    set_registers(t->tcb, true, &r);
    EXPECT(delete (thread_fault_handler), DONE);
    EQUAL(receive(handler).cap, 0xfa);
}

static word handler_with(word rights) {
    handler = endpoint();
    thread_fault_handler = mint(handler, rights, 0xfa);
    struct thread *t = thread(NULL, 0, HIGH);
    seL4_UserContext r = {.rip = (word)undefined, .rflags = 0x202};
    set_registers(t->tcb, true, &r);
    return poll(handler).cap;
}

BEHAVIOUR("fault: a handler needs write right and one of the grant rights") {
    EQUAL(handler_with(1 | 4), 0xfa);
    EQUAL(handler_with(1 | 8), 0xfa);
    EQUAL(handler_with(1 | 2), 0);
    EQUAL(handler_with(2 | 4 | 8), 0);
}

BEHAVIOUR("fault: suspending the faulter while its reply is awaited forgets the fault") {
    fault_in(undefined, 0, 0);
    suspend(faulter);
    reply(INFO(0, 0, 0), 0);
    EQUAL(poll(handler).cap, 0);
    resume(faulter);
    check_exception(poll(handler), undefined, 6, 0);
}

BEHAVIOUR("fault: after that an ordinary message of the thread is its own again") {
    word ep = endpoint();
    fault_in(undefined, 0, 0);
    suspend(faulter);
    seL4_UserContext r = registers_of(faulter->tcb);
    r.rip = (word)system_call_rdx;
    r.rdx = (word)seL4_SysSend;
    r.rdi = ep;
    r.rsi = INFO(9, 0, 1);
    r.r10 = 0x77;
    set_registers(faulter->tcb, true, &r);
    struct message m = poll(ep);
    EQUAL(m.info, INFO(9, 0, 1));
    EQUAL(m.mr[0], 0x77);
}

BEHAVIOUR("fault: a fault is answered once, a second reply does nothing") {
    fault_in(undefined, 0, 0);
    reply(INFO(0, 0, 1), (word)halt);
    reply(INFO(0, 0, 1), (word)breakpoint);
    check_exception(poll(handler), halt, 13, 0);
}

BEHAVIOUR("fault: registers written while the reply is awaited hold after an empty reply") {
    fault_in(undefined, 0, 0);
    seL4_UserContext r = registers_of(faulter->tcb);
    r.rip = (word)halt;
    set_registers(faulter->tcb, false, &r);
    reply(INFO(0, 0, 0), 0);
    check_exception(poll(handler), halt, 13, 0);
}

BEHAVIOUR("fault: the fault can be answered through a saved reply capability") {
    fault_in(undefined, 0, 0);
    word r = slot();
    REQUIRE(invoke(OWN_CNODE, CNodeSaveCaller, WORDS(r, DEPTH), WITH()).label == 0);
    send(r, INFO(0, 0, 1), (word)halt);
    check_exception(poll(handler), halt, 13, 0);
}

BEHAVIOUR("fault: a thread at a stack of 0 faults and can be told another") {
    fault_in(undefined, 0, 0);
    struct message m = {0, INFO(0, 0, 3), {(word)trap_flag, 0, 0x202, 0}};
    system_call(seL4_SysReply, &m);
    m = poll(handler);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[1], (word)-8);
}
