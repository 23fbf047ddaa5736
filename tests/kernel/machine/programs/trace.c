/* Does each thing that the trace channel records at least once, in a known order. */
#include <exam/exam.h>
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define ROOT  seL4_CapInitThreadCNode
#define SPACE seL4_CapInitThreadVSpace
#define SELF  seL4_CapInitThreadTCB
#define AT    0x10000000000ul
#define POLLS 2100

static char stack[4096] __attribute__((aligned(16)));
static seL4_CPtr memory, device, next, ep, badged, ntfn, tcb;

static seL4_CPtr make_bits(seL4_Word type, seL4_Word bits) {
    seL4_Untyped_Retype(memory, type, bits, ROOT, 0, 0, next, 1);
    return next++;
}
static seL4_CPtr make(seL4_Word type) { return make_bits(type, 0); }

static void raw(long number, seL4_CPtr cap, seL4_Word info, seL4_Word word) {
    register seL4_Word r10 __asm__("r10") = word;
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(cap), "+S"(info), "+r"(r10)
                     : "d"(number)
                     : "rbx", "rcx", "r11", "r8", "r9", "r15", "memory");
}

/* The other thread: calls twice, waits for a signal, then reads where nothing is. */
static void other(void) {
    raw(seL4_SysCall, badged, 0x77 << 12 | 1, 0xabcd);
    raw(seL4_SysCall, ep, 0x78 << 12, 0);
    raw(seL4_SysRecv, ntfn, 0, 0);
    *(volatile char *)0x1000;
    for (;;) {
        raw(seL4_SysRecv, ntfn, 0, 0);
    }
}

static void capabilities(void) {
    seL4_CPtr cnode = make_bits(seL4_CapTableObject, 4), a = next++, b = next++, c = next++;
    seL4_CPtr small = make_bits(seL4_UntypedObject, 12), spot = next++;
    seL4_CNode_Copy(ROOT, a, 64, ROOT, ep, 64, seL4_CanRead);
    seL4_CNode_Mint(ROOT, b, 64, ROOT, ep, 64, seL4_AllRights, 0x61);
    seL4_CNode_Move(ROOT, c, 64, ROOT, a, 64);
    seL4_CNode_Mutate(ROOT, a, 64, ROOT, cnode, 64, 60);
    seL4_CNode_Rotate(ROOT, spot, 64, 0, ROOT, a, 64, 0, ROOT, small, 64);
    seL4_CNode_CancelBadgedSends(ROOT, b, 64);
    seL4_CNode_Delete(ROOT, c, 64);
    seL4_CNode_Revoke(ROOT, ep, 64);
}

/* Four objects, one of which has a second capability, and one its only one in another of them. */
static void lives(void) {
    seL4_CPtr small = make_bits(seL4_UntypedObject, 13), cnode = next++, first = next,
              copy = next + 3;
    next += 4;
    seL4_Untyped_Retype(small, seL4_EndpointObject, 0, ROOT, 0, 0, first, 3);
    seL4_Untyped_Retype(small, seL4_CapTableObject, 2, ROOT, 0, 0, cnode, 1);
    seL4_CNode_Mint(ROOT, copy, 64, ROOT, first, 64, seL4_AllRights, 0x63);
    seL4_CNode_Move(cnode, 0, 2, ROOT, first + 2, 64);
    exam_look(SELF, copy);
    exam_look(SELF, small);
    exam_look(SELF, next);
    seL4_CNode_Delete(ROOT, first, 64);
    seL4_CNode_Delete(ROOT, first + 1, 64);
    seL4_CNode_Delete(ROOT, cnode, 64);
    seL4_CNode_Revoke(ROOT, small, 64);
}

static void spaces(void) {
    seL4_CPtr frame = make(seL4_X86_4K), pool = next++, space = make(seL4_X64_PML4Object);
    seL4_X86_Page_Map(frame, SPACE, AT, seL4_ReadWrite, seL4_X86_Default_VMAttributes);
    seL4_X86_PDPT_Map(make(seL4_X86_PDPTObject), SPACE, AT, seL4_X86_Default_VMAttributes);
    seL4_X86_PageDirectory_Map(make(seL4_X86_PageDirectoryObject), SPACE, AT,
                               seL4_X86_Default_VMAttributes);
    seL4_X86_PageTable_Map(make(seL4_X86_PageTableObject), SPACE, AT,
                           seL4_X86_Default_VMAttributes);
    seL4_X86_Page_Map(frame, SPACE, AT, seL4_ReadWrite, seL4_X86_Default_VMAttributes);
    seL4_X86_Page_Unmap(frame);
    seL4_X86_Page_GetAddress(frame);
    seL4_X86_ASIDControl_MakePool(seL4_CapASIDControl, make_bits(seL4_UntypedObject, 12), ROOT,
                                  pool, 64);
    seL4_X86_ASIDPool_Assign(pool, space);
    seL4_Untyped_Retype(device, seL4_X86_4K, 0, ROOT, 0, 0, next++, 1);
}

static void devices(void) {
    seL4_CPtr irq = next++, ports = next++;
    seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, ROOT, irq, 64, 0, 20, 0, 0, 5);
    seL4_IRQHandler_SetNotification(irq, ntfn);
    seL4_IRQHandler_Ack(irq);
    seL4_IRQHandler_Clear(irq);
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x80, 0x8f, ROOT, ports, 64);
}

static void thread(void) {
    seL4_UserContext r = {
        .rip = (seL4_Word)other, .rsp = (seL4_Word)stack + sizeof stack - 8, .rflags = 0x202};
    seL4_CPtr idle = make(seL4_TCBObject);
    tcb = make(seL4_TCBObject);
    seL4_TCB_Configure(tcb, 0, ROOT, 0, SPACE, 0, 0, 0);
    seL4_TCB_SetSpace(tcb, 0, ROOT, 0, SPACE, 0);
    seL4_TCB_SetIPCBuffer(tcb, 0, 0);
    seL4_TCB_SetPriority(tcb, SELF, 254);
    seL4_TCB_SetMCPriority(tcb, SELF, 200);
    seL4_TCB_SetSchedParams(tcb, SELF, 255, 255);
    seL4_TCB_SetTLSBase(tcb, 0x1000);
    seL4_TCB_SetFlags(tcb, 0, 0);
    seL4_TCB_BindNotification(idle, ntfn);
    seL4_TCB_UnbindNotification(idle);
    seL4_TCB_WriteRegisters(tcb, 0, 0, 20, &r);
    seL4_TCB_ReadRegisters(tcb, 0, 0, 20, &r);
    seL4_TCB_CopyRegisters(idle, tcb, 0, 0, 1, 1, 0);
    seL4_TCB_Suspend(idle);
    seL4_DebugNameThread(tcb, "other \"one\"\n");
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_Word badge;
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i - info->untyped.start];
        memory = !u->isDevice && u->sizeBits >= 20 ? i : memory;
        device = u->isDevice && u->sizeBits == 20 ? i : device;
    }
    next = info->empty.start;
    seL4_CPtr fault_ep = make(seL4_EndpointObject);
    ep = make(seL4_EndpointObject);
    ntfn = make(seL4_NotificationObject);
    capabilities();
    lives();
    spaces();
    devices();
    thread();
    seL4_TCB_SetSpace(tcb, fault_ep, ROOT, 0, SPACE, 0);
    badged = next++;
    seL4_CNode_Mint(ROOT, badged, 64, ROOT, ep, 64, seL4_AllRights, 0x62);
    seL4_TCB_Resume(tcb);
    seL4_Yield(); /* the call comes before anybody receives */
    seL4_Recv(ep, &badge);
    seL4_Reply(seL4_MessageInfo_new(0x99, 0, 0, 0));
    seL4_Recv(ep, &badge);
    seL4_CNode_SaveCaller(ROOT, next, 64);
    seL4_Send(next, seL4_MessageInfo_new(0, 0, 0, 0));
    seL4_Yield();
    seL4_Signal(ntfn);
    seL4_Recv(fault_ep, &badge);
    seL4_Signal(ntfn);
    seL4_Wait(ntfn, &badge);
    for (int i = 0; i < POLLS; i++) {
        seL4_Poll(ntfn, &badge);
    }
    seL4_DebugNameThread(seL4_CapInitThreadTCB, "loops");
    for (volatile int i = 0; i < 5000000; i++) {
    }
    exam_next(seL4_CapInitThreadTCB, 0);
    seL4_DebugNameThread(seL4_CapInitThreadTCB, "rootserver");
    printf("done\n");
    return 0;
}
