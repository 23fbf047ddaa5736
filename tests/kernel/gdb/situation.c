/* A known situation for the debugger: every kind of waiting, a CSpace with a cycle, a family of
 * capabilities. Invariant: all of it stands when look_now() is reached, and nothing moves on.
 *
 * Slots are numbered from 4096 on, so that the numbers do not depend on the size of the image.
 */
#include <sel4/sel4.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

enum {
    memory = 4096,
    pool,
    queue_ep,   /* a caller and a sender wait here */
    quiet_ep,   /* a receiver waits here */
    served_ep,  /* a server has taken a call and not answered */
    kept_ep,    /* so has the root thread, and put the right to answer away */
    handler_ep, /* a fault was received here */
    bell,       /* threads wait for it */
    signalled,  /* holds a word; bound to the root thread */
    outer,      /* a CNode of 16 slots: the inner one is in it */
    inner,      /* a CNode of 4 slots: the outer one is in it */
    badge_61,
    badge_62,
    twin_61, /* minted like badge_61 */
    copy_61, /* copied from badge_61 */
    read_only,
    kept_reply,
    handler_badged,
    ringer,      /* badge 5 of the notification that holds a word */
    guest_space, /* the inner CNode with a guard for 64 bits */
    interrupt,
    ports,
    address_space, /* never used */
    first_tcb,
};

#define ROOT_CNODE seL4_CapInitThreadCNode
#define OWN        seL4_CapInitThreadTCB
#define DEPTH      64

static seL4_CPtr next_tcb = first_tcb;
static char stacks[12][2048] __attribute__((aligned(16)));
static seL4_CPtr thread_space = ROOT_CNODE, thread_handler; /* for the threads made next */

static void make(seL4_CPtr from, seL4_Word type, seL4_Word bits, seL4_CPtr to) {
    seL4_Untyped_Retype(from, type, bits, ROOT_CNODE, 0, 0, to, 1);
}

static void mint(seL4_CPtr to, seL4_CPtr from, seL4_CapRights_t rights, seL4_Word badge) {
    seL4_CNode_Mint(ROOT_CNODE, to, DEPTH, ROOT_CNODE, from, DEPTH, rights, badge);
}

static void copy_into(seL4_CPtr cnode, seL4_Word index, seL4_Uint8 depth, seL4_CPtr from) {
    seL4_CNode_Copy(cnode, index, depth, ROOT_CNODE, from, DEPTH, seL4_AllRights);
}

static void make_objects(void) {
    make(memory, seL4_UntypedObject, 17, pool);
    for (seL4_CPtr slot = queue_ep; slot <= handler_ep; slot++) {
        make(pool, seL4_EndpointObject, 0, slot);
    }
    make(pool, seL4_NotificationObject, 0, bell);
    make(pool, seL4_NotificationObject, 0, signalled);
    make(pool, seL4_CapTableObject, 4, outer);
    make(pool, seL4_CapTableObject, 2, inner);
    make(pool, seL4_X64_PML4Object, 0, address_space);
}

static void derive_capabilities(void) {
    mint(badge_61, queue_ep, seL4_AllRights, 0x61);
    mint(twin_61, queue_ep, seL4_AllRights, 0x61);
    mint(badge_62, queue_ep, seL4_AllRights, 0x62);
    seL4_CNode_Copy(ROOT_CNODE, copy_61, DEPTH, ROOT_CNODE, badge_61, DEPTH, seL4_CanWrite);
    mint(read_only, quiet_ep, seL4_CanRead, 0);
    mint(handler_badged, handler_ep, seL4_AllRights, 0xfa);
    mint(ringer, signalled, seL4_CanWrite, 5);
    mint(guest_space, inner, seL4_AllRights, seL4_CNode_CapData_new(0, 62).words[0]);
    copy_into(outer, 1, 4, badge_62);
    copy_into(outer, 2, 4, inner);
    copy_into(inner, 0, 2, outer);
    copy_into(inner, 1, 2, bell);
    seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, ROOT_CNODE, interrupt, DEPTH, 0, 5, 0, 0, 7);
    seL4_IRQHandler_SetNotification(interrupt, ringer);
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x60, 0x64, ROOT_CNODE, ports, DEPTH);
}

/* What helpers do: a system call, then one that waits for ever. */
static void two_calls(seL4_Syscall_ID number, seL4_CPtr cap) {
    sel4_trap_exchange(number, (sel4_regs_t){.cap = cap});
    sel4_trap_exchange(seL4_SysRecv, (sel4_regs_t){.cap = bell});
    for (;;) {
    }
}

static void make_thread(const char *name, seL4_Word priority) {
    make(pool, seL4_TCBObject, 0, next_tcb);
    seL4_TCB_Configure(next_tcb, thread_handler, thread_space, 0, seL4_CapInitThreadVSpace, 0, 0,
                       0);
    seL4_TCB_SetPriority(next_tcb, OWN, priority);
    seL4_DebugNameThread(next_tcb, name);
}

static void run(seL4_Word rip, seL4_Syscall_ID number, seL4_CPtr cap) {
    seL4_UserContext registers = {.rip = rip,
                                  .rsp = (seL4_Word)stacks[next_tcb - first_tcb + 1],
                                  .rdi = (seL4_Word)number,
                                  .rsi = cap,
                                  .rflags = 0x202};
    seL4_TCB_WriteRegisters(next_tcb++, 1, 0, 20, &registers);
}

/* Priorities fall, so that each thread waits before the next one runs. */
static void start(const char *name, seL4_Word priority, seL4_Syscall_ID number, seL4_CPtr cap) {
    make_thread(name, priority);
    run((seL4_Word)two_calls, number, cap);
}

/* Lets threads above this priority run until they wait. */
static void let_run(seL4_Word priority) {
    seL4_TCB_SetPriority(OWN, OWN, priority);
    seL4_TCB_SetPriority(OWN, OWN, 255);
}

static void start_threads(void) {
    start("receiver", 200, seL4_SysRecv, read_only);
    start("server", 199, seL4_SysRecv, served_ep);
    start("client", 198, seL4_SysCall, served_ep);
    start("kept client", 197, seL4_SysCall, kept_ep);
    start("caller", 196, seL4_SysCall, badge_61);
    start("sender", 195, seL4_SysSend, badge_62);
    start("handler", 194, seL4_SysRecv, handler_ep);
    let_run(193);
    seL4_Recv(kept_ep, seL4_Null);
    seL4_CNode_SaveCaller(ROOT_CNODE, kept_reply, DEPTH);
    thread_handler = handler_badged;
    make_thread("faulter", 193);
    run(0x1234, 0, 0);
    let_run(192);
    thread_handler = 0;
    start("later", 40, seL4_SysRecv, bell);
    start("later still", 40, seL4_SysRecv, bell);
    thread_space = guest_space;
    make_thread("guest", 50);
}

__attribute__((noinline)) void look_now(void) { __asm__ volatile("" ::: "memory"); }

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr found = 0;
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i - info->untyped.start];
        found = !u->isDevice && u->sizeBits == 20 ? i : found;
    }
    seL4_CNode_Move(ROOT_CNODE, memory, DEPTH, ROOT_CNODE, found, DEPTH);
    make_objects();
    derive_capabilities();
    start_threads();
    seL4_Signal(ringer);
    seL4_TCB_BindNotification(OWN, signalled);
    look_now();
    return 0;
}
