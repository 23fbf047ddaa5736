/* One thread in each way of waiting; then nothing can run, and the kernel says who waits for what.
 */
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

static char stacks[5][4096] __attribute__((aligned(16)));
static seL4_CPtr memory, next;

static seL4_CPtr make(seL4_Word type) {
    seL4_Untyped_Retype(memory, type, 0, seL4_CapInitThreadCNode, 0, 0, next, 1);
    return next++;
}

static seL4_CPtr bell; /* nobody rings it */

static void call(long number, seL4_CPtr cap) {
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(cap)
                     : "d"(number), "S"(0)
                     : "rbx", "rcx", "r11", "r8", "r9", "r10", "r15", "memory");
}

/* The server gets as far as the bell: it has received a call and does not answer. */
static void call_and_wait(long number, seL4_CPtr cap) {
    for (;;) {
        call(number, cap);
        call(seL4_SysRecv, bell);
    }
}

static void start(const char *name, long number, seL4_CPtr cap, int index) {
    seL4_CPtr tcb = make(seL4_TCBObject);
    seL4_UserContext registers = {.rip = (seL4_Word)call_and_wait,
                                  .rsp = (seL4_Word)stacks[index] + sizeof stacks[index] - 8,
                                  .rdi = (seL4_Word)number,
                                  .rsi = cap,
                                  .rflags = 0x202};
    seL4_TCB_Configure(tcb, 0, seL4_CapInitThreadCNode, 0, seL4_CapInitThreadVSpace, 0, 0, 0);
    seL4_TCB_SetSchedParams(tcb, seL4_CapInitThreadTCB, 255, 200 - index);
    seL4_DebugNameThread(tcb, name);
    seL4_TCB_WriteRegisters(tcb, 1, 0, 20, &registers);
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i - info->untyped.start];
        if (!u->isDevice && u->sizeBits >= 16) {
            memory = i;
        }
    }
    next = info->empty.start;
    bell = make(seL4_NotificationObject);
    start("receiver", seL4_SysRecv, make(seL4_EndpointObject), 0);
    seL4_CPtr served = make(seL4_EndpointObject);
    start("server", seL4_SysRecv, served, 1);
    start("sender", seL4_SysSend, make(seL4_EndpointObject), 2);
    start("waiter", seL4_SysRecv, bell, 3);
    seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, 100); /* they all run now */
    printf("the last word");
    seL4_Call(served, seL4_MessageInfo_new(0, 0, 0, 0));
    return 0;
}
