/* Nothing leaks: no kernel address, no other thread's register and no old memory content reaches a
 * thread through registers, messages, faults or new objects.
 *
 * One thread, the secretive one, has a pattern in all its registers, in its SSE registers and in
 * its IPC buffer; the worker, which observes, has another pattern there and looks at everything
 * that it can see after each kind of kernel entry.
 */
#include "hygiene.h"

#include <string.h>

/* ---- what may be seen ---- */

static bool is_secret(word value) { return value >> 16 == SECRET >> 16; }
static bool is_of_kernel(word value) /* but no small negative number */
{
    return value >= 0xffff800000000000 && value < 0xfffffffffffff000;
}

static void check_words(const char *what, const word *words, unsigned count, int line) {
    for (unsigned i = 0; i < count; i++) {
        if (!HOLDS(!is_secret(words[i]) && !is_of_kernel(words[i]))) {
            fail(__FILE__, line, "call %ld, info %#lx: %s %u is %#lx", (long)before.rdx, before.rsi,
                 what, i, words[i]);
        }
    }
}
/* The observer's registers and its IPC buffer, all of it. */
#define CLEAN() check_clean(__LINE__)
static void check_clean(int line) {
    check_words("register", (const word *)&after, REGISTERS, line);
    check_words("buffer word", (const word *)boot_info->ipcBuffer, BUFFER_WORDS, line);
}

/* Registers that no answer uses are as they were. */
#define KEPT() check_kept(__LINE__)
static void check_kept(int line) {
    bool same = after.rax == before.rax && after.rbx == before.rbx && after.rdx == before.rdx &&
                after.rbp == before.rbp && after.r12 == before.r12 && after.r13 == before.r13 &&
                after.r14 == before.r14;
    if (!HOLDS(same)) {
        fail(__FILE__, line, "call %ld changes a register", (long)before.rdx);
    }
}

static void set_own(word number, word cap, word info) {
    for (unsigned i = 0; i < REGISTERS; i++) {
        ((word *)&before)[i] = OWN + i;
    }
    for (unsigned i = 0; i < BUFFER_WORDS; i++) {
        ((word *)boot_info->ipcBuffer)[i] = OWN + 0x100 + i;
    }
    before.rdx = number;
    before.rdi = cap;
    before.rsi = info;
}

static void observe(long number, word cap, word info) {
    set_own((word)number, cap, info);
    observe_call();
}

/* A thread whose buffer is full of the pattern as well. */
static struct thread *secretive(void (*what)(void), long number, word cap, word info,
                                word priority) {
    secret_number = (word)number;
    secret_cap = cap;
    secret_info = info;
    struct thread *t = thread((void (*)(struct thread *))(void *)what, 0, priority);
    for (unsigned i = 0; i < BUFFER_WORDS; i++) {
        ((word *)t->buffer)[i] = SECRET + i;
    }
    resume(t);
    return t;
}

/* ---- registers ---- */

BEHAVIOUR("hygiene: after calls that return at once, registers show nothing of the last thread") {
    static const long calls[] = {seL4_SysNBSend, seL4_SysNBRecv, seL4_SysReply,
                                 seL4_SysYield,  seL4_SysCall,   seL4_SysDebugCapIdentify};
    word caps[] = {endpoint(), notification(), 0, OWN_TCB, slot()};
    secretive(secret_loop, seL4_SysYield, 0, 0, WORKER);
    for (unsigned i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        unsigned first = calls[i] == seL4_SysCall ? 1 : 0; /* would wait for ever */
        unsigned end = calls[i] == seL4_SysNBRecv ? 2 : sizeof caps / sizeof caps[0]; /* faults */
        for (unsigned c = first; c < end; c++) {
            yield();
            observe(calls[i], caps[c], INFO(7, 0, 3));
            CLEAN();
            KEPT();
            EQUAL(after.rsp, 0);
            CHECK(after.rcx - (word)observe_call < 0x200);
        }
    }
}

BEHAVIOUR("hygiene: a thread gets its own flags back after a call") {
    struct thread *other = secretive(secret_loop, seL4_SysYield, 0, 0, WORKER);
    word flags, carry = 1, parity = 4;
    yield();
    __asm__ volatile("pushq %1\n\tpopfq\n\tmovq %%rsp, %%rbx\n\tsyscall\n\t"
                     "movq %%rbx, %%rsp\n\tpushfq\n\tpopq %0"
                     : "=r"(flags)
                     : "r"(0x202 | carry | parity), "d"((word)seL4_SysYield)
                     : "rbx", "rcx", "r11", "memory", "cc");
    EQUAL(flags, 0x202 | carry | parity);
    suspend(other);
    EQUAL(registers_of(other->tcb).rflags & carry, 0);
}

BEHAVIOUR("hygiene: a thread that loses its time slice has every register again when it goes on") {
    secretive(secret_spin, 0, 0, 0, WORKER);
    set_own(OWN + 50, OWN + 51, OWN + 52);
    observe_spin();
    after.rsp = before.rsp = 0;
    EQUAL(memcmp(&before, &after, sizeof before), 0);
}

BEHAVIOUR("hygiene: an answer of no words brings none of the server's registers") {
    word ep = endpoint();
    secretive(secret_loop, seL4_SysReplyRecv, ep, INFO(0, 0, 0), HIGH);
    for (word length = 0; length < 6; length++) {
        observe(seL4_SysCall, ep, INFO(1, 0, length));
        CLEAN();
        KEPT();
        EQUAL(after.r10, before.r10);
        EQUAL(after.r15, before.r15);
    }
}

BEHAVIOUR("hygiene: a message brings its words and nothing behind them") {
    word ep = endpoint(), length = 6;
    const word *buffer = (const word *)boot_info->ipcBuffer;
    secretive(secret_loop, seL4_SysSend, badged(ep, 5), INFO(0, 0, length), LOW);
    settle();
    for (unsigned round = 0; round < 3; round++) {
        unsigned secrets = 0;
        observe(seL4_SysRecv, ep, OWN);
        EQUAL(after.rsi, INFO(0, 0, length));
        for (unsigned i = 0; i < BUFFER_WORDS; i++) {
            secrets += is_secret(buffer[i]);
        }
        EQUAL(secrets, 2); /* words 4 and 5 of the message */
        EQUAL(buffer[5], SECRET + 5);
        EQUAL(buffer[6], SECRET + 6);
        KEPT();
        settle();
    }
}

BEHAVIOUR("hygiene: a signal brings its badge and nothing else of who signals") {
    word ntfn = notification();
    secretive(secret_loop, seL4_SysSend, badged(ntfn, 9), INFO(0, 0, 4), LOW);
    for (unsigned round = 0; round < 5; round++) {
        observe(seL4_SysRecv, ntfn, OWN);
        EQUAL(after.rdi, 9);
        CLEAN();
        KEPT();
        EQUAL(after.r8, before.r8);
    }
}

/* ---- faults ---- */

static void observe_fault(void (*what)(void), word cap, word label) {
    word handler = endpoint();
    thread_cspace = cspace(2);
    thread_fault_handler = 1;
    REQUIRE(copy_to(thread_cspace, 1, 64, handler).label == 0);
    secretive(what, seL4_SysSend, cap, 0, HIGH);
    observe(seL4_SysRecv, handler, OWN);
    EQUAL(LABEL(after.rsi), label);
    CLEAN();
    KEPT();
}

BEHAVIOUR("hygiene: a page fault's message has no register of the faulting thread") {
    observe_fault(secret_fault, 0, seL4_Fault_VMFault);
}

BEHAVIOUR("hygiene: an exception's message has no general register of the faulting thread") {
    observe_fault(secret_undefined, 0, seL4_Fault_UserException);
}

BEHAVIOUR("hygiene: a capability fault's message has no register but the address") {
    observe_fault(secret_loop, 0x100, seL4_Fault_CapFault);
}

BEHAVIOUR("hygiene: an unknown system call's message has its own thread's registers only") {
    word handler = endpoint();
    const seL4_IPCBuffer *buffer = boot_info->ipcBuffer;
    thread_fault_handler = handler;
    secretive(secret_loop, 1000, 0, 0, HIGH);
    observe(seL4_SysRecv, handler, OWN);
    EQUAL(after.rsi, INFO(seL4_Fault_UnknownSyscall, 0, 19));
    word seen[19] = {after.r10, after.r8, after.r9, after.r15};
    for (unsigned i = 4; i < 19; i++) {
        seen[i] = buffer->msg[i];
    }
    for (unsigned i = 0; i < 19; i++) { /* rcx, r11 and rsp are those of its last trap: none */
        CHECK(!is_of_kernel(seen[i]) && seen[i] >> 16 != OWN >> 16);
    }
    EQUAL(is_secret(seen[0]) + is_secret(seen[1]) + is_secret(seen[6]), 3);
    EQUAL(seen[2] | seen[10], 0);
    EQUAL(buffer->msg[19], OWN + 0x100 + 20);
    KEPT();
}

/* ---- invocations ---- */

/* With such words and capabilities as let many of them succeed. */
static void observe_invocation(word cap, word label, word length, word thread) {
    set_own((word)seL4_SysCall, cap, INFO(label, 3, length));
    before.r10 = length == 4 ? 0 : before.r10;
    before.r8 = label == TCBReadRegisters ? 20 : before.r8;
    boot_info->ipcBuffer->caps_or_badges[0] = OWN_CNODE;
    boot_info->ipcBuffer->caps_or_badges[1] = OWN_VSPACE;
    boot_info->ipcBuffer->caps_or_badges[2] = thread;
    observe_call();
}

BEHAVIOUR("hygiene: no invocation's answer shows a kernel address or another thread's register") {
    word tcb = make(seL4_TCBObject, 0);
    word kinds[] = {make(seL4_UntypedObject, 12),
                    tcb,
                    make(seL4_CapTableObject, 4),
                    make(seL4_X86_4K, 0),
                    make(seL4_X86_PageTableObject, 0),
                    make(seL4_X86_PageDirectoryObject, 0),
                    make(seL4_X86_PDPTObject, 0),
                    make(seL4_X64_PML4Object, 0),
                    seL4_CapInitThreadASIDPool,
                    seL4_CapASIDControl,
                    seL4_CapIRQControl,
                    slot()};
    secretive(secret_loop, seL4_SysYield, 0, 0, WORKER);
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (word label = 0; label < 54; label++) {
            for (word length = 0; length < 9 && label != TCBResume; length += 4) {
                yield();
                observe_invocation(kinds[k], label, length, tcb);
                CLEAN();
                KEPT();
            }
        }
    }
}

/* ---- memory ---- */

#define AREA_BITS 16
#define PAGES     (1 << (AREA_BITS - 12))
#define LOOK_AT   0x10000000ul
#define OTHER     (LOOK_AT + (1ul << 21))

static void map(word frame, word at) {
    REQUIRE(invoke(frame, X86PageMap, WORDS(at, 3, 0), WITH(OWN_VSPACE)).label == 0);
}

static void map_table(word table, word at) {
    REQUIRE(invoke(table, X86PageTableMap, WORDS(at, 0), WITH(OWN_VSPACE)).label == 0);
}

static void fill(word frame, word at) {
    map(frame, at);
    for (unsigned i = 0; i < 512; i++) {
        ((volatile word *)at)[i] = SECRET + i;
    }
}

static word dirt_in(word frame) {
    word dirt = 0;
    map(frame, LOOK_AT);
    for (unsigned i = 0; i < 512; i++) {
        dirt |= ((volatile word *)LOOK_AT)[i];
    }
    REQUIRE(invoke(frame, X86PageUnmap, WORDS(), WITH()).label == 0);
    return dirt;
}

/* Uses the memory for objects of all kinds, and these for something. */
static void use_up(word memory) {
    word tcb = make_from(memory, seL4_TCBObject, 0), ep = make_from(memory, seL4_EndpointObject, 0);
    word cnode = make_from(memory, seL4_CapTableObject, 7);
    word space = make_from(memory, seL4_X64_PML4Object, 0);
    word pdpt = make_from(memory, seL4_X86_PDPTObject, 0);
    REQUIRE(invoke(seL4_CapInitThreadASIDPool, X86ASIDPoolAssign, WORDS(), WITH(space)).label == 0);
    REQUIRE(invoke(pdpt, X86PDPTMap, WORDS(0, 0), WITH(space)).label == 0);
    REQUIRE(invoke(tcb, TCBConfigure, WORDS(0, 0, 0, 0), WITH(OWN_CNODE, OWN_VSPACE, 0)).label ==
            0);
    for (word i = 0; i < 128; i++) {
        REQUIRE(copy_to(cnode, i, 7, ep).label == 0);
    }
    seL4_UserContext registers = {.rip = SECRET, .rsp = SECRET, .r12 = SECRET, .rflags = 0x202};
    set_registers(tcb, false, &registers);
    fill(make_from(memory, seL4_X86_4K, 0), LOOK_AT + 0x1000);
    word part = make_from(memory, seL4_UntypedObject, 13);
    fill(make_from(part, seL4_X86_4K, 0), LOOK_AT + 0x2000);
}

BEHAVIOUR("hygiene: frames from memory that held objects of all kinds are zero") {
    word memory = make(seL4_UntypedObject, AREA_BITS);
    map_table(make(seL4_X86_PageTableObject, 0), LOOK_AT);
    for (unsigned round = 0; round < 3; round++) {
        word frames = slots(PAGES), dirt = 0;
        use_up(memory);
        REQUIRE(revoke(memory).label == 0);
        REQUIRE(retype(memory, seL4_X86_4K, 0, frames, PAGES).label == 0);
        for (unsigned i = 0; i < PAGES; i++) {
            dirt |= dirt_in(frames + i);
        }
        EQUAL(dirt, 0);
        fill(frames + round, LOOK_AT + 0x3000);
        REQUIRE(revoke(memory).label == 0);
    }
}

static word used_memory(void) {
    word memory = make(seL4_UntypedObject, 12);
    fill(make_from(memory, seL4_X86_4K, 0), LOOK_AT);
    REQUIRE(revoke(memory).label == 0);
    return memory;
}

BEHAVIOUR("hygiene: a CNode made from used memory is empty") {
    word taken = 0;
    map_table(make(seL4_X86_PageTableObject, 0), LOOK_AT);
    word cnode = make_from(used_memory(), seL4_CapTableObject, 7);
    for (word i = 0; i < 128; i++) { /* only empty slots can be filled */
        taken += copy_to(cnode, i, 7, OWN_TCB).label != 0;
    }
    EQUAL(taken, 0);
}

static void touch_other(struct thread *self) { self->seen[0] = *(volatile word *)OTHER; }

BEHAVIOUR("hygiene: a page table made from used memory maps nothing") {
    word handler = endpoint();
    map_table(make(seL4_X86_PageTableObject, 0), LOOK_AT);
    map_table(make_from(used_memory(), seL4_X86_PageTableObject, 0), OTHER);
    thread_fault_handler = badged(handler, 3);
    start(touch_other, 0, HIGH);
    struct message m = receive(handler);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[1], OTHER);
}

/* ---- the FPU ---- */

static void store_fpu(struct thread *self) {
    static word image[64] __attribute__((aligned(16)));
    __asm__ volatile("fxsave64 %0" : "=m"(image));
    for (unsigned i = 20; i < 52; i++) { /* xmm0 to xmm15 */
        self->seen[0] |= image[i];
    }
    for (unsigned i = 4; i < 20; i++) { /* the x87 registers */
        self->seen[1] |= image[i];
    }
    self->seen[2] = image[1] | image[2]; /* the last x87 instruction and its operand */
}

BEHAVIOUR("hygiene: a thread that never used the FPU sees nothing of another's in it") {
    secretive(secret_loop, seL4_SysYield, 0, 0, WORKER);
    yield();
    struct thread *t = start(store_fpu, 0, HIGH);
    EQUAL(t->done, 1);
    EQUAL(t->seen[0] | t->seen[1] | t->seen[2], 0);
}
