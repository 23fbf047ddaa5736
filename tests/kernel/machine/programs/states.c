/* A thread in every state that a dump can show, the scheduler's dump, and a snapshot. */
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define ROOT seL4_CapInitThreadCNode
#define SELF seL4_CapInitThreadTCB

static char stacks[6][4096] __attribute__((aligned(16)));
static seL4_CPtr memory, next, ep, called, bell;

static seL4_CPtr make(seL4_Word type) {
    seL4_Untyped_Retype(memory, type, 0, ROOT, 0, 0, next, 1);
    return next++;
}

/* One system call, for ever. */
static void body(seL4_Word number, seL4_Word cap) {
    for (;;) {
        seL4_Word rdi = cap, rsi = 0;
        __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                         : "+D"(rdi), "+S"(rsi)
                         : "d"(number)
                         : "rbx", "rcx", "r11", "r8", "r9", "r10", "r15", "memory");
    }
}

static seL4_CPtr thread(const char *name, long number, seL4_CPtr cap, seL4_Word priority) {
    static int count;
    seL4_CPtr tcb = make(seL4_TCBObject);
    seL4_UserContext r = {.rip = (seL4_Word)body,
                          .rsp = (seL4_Word)stacks[count++] + sizeof stacks[0] - 8,
                          .rflags = 0x202,
                          .rdi = (seL4_Word)number,
                          .rsi = cap};
    seL4_TCB_Configure(tcb, 0, ROOT, 0, seL4_CapInitThreadVSpace, 0, 0, 0);
    seL4_TCB_SetSchedParams(tcb, SELF, priority, priority);
    seL4_TCB_WriteRegisters(tcb, 0, 0, 20, &r);
    seL4_DebugNameThread(tcb, name);
    return tcb;
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    memory = info->untyped.end - 1;
    next = info->empty.start;
    ep = make(seL4_EndpointObject);
    called = make(seL4_EndpointObject);
    bell = make(seL4_NotificationObject);
    seL4_TCB_SetPriority(SELF, SELF, 100);
    seL4_TCB_Resume(thread("sender", seL4_SysSend, ep, 201));
    seL4_TCB_Resume(thread("caller", seL4_SysCall, called, 202));
    seL4_Recv(called, NULL);
    seL4_TCB_Resume(thread("receiver", seL4_SysRecv, called, 203));
    seL4_TCB_Resume(thread("waiter", seL4_SysRecv, bell, 204));
    seL4_TCB_Resume(thread("starting", seL4_SysYield, 0, 1));
    thread("new", seL4_SysYield, 0, 255);
    printf("\nslots from %lu\ndump\n", info->empty.start);
    seL4_DebugDumpScheduler();
    printf("snapshot\n");
    seL4_DebugSnapshot();
    printf("end\n");
    seL4_TCB_Suspend(next - 2); /* the only one that could run */
    return 0;
}
