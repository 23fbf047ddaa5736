/* The debug system calls that print: put char, name thread, dump scheduler, user-error lines. */
#include <sel4/sel4.h>
#include <stdio.h>
#include <string.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

static seL4_CPtr make(seL4_Word type, seL4_CPtr to) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i - info->untyped.start];
        if (!u->isDevice && u->sizeBits >= 16) {
            seL4_Untyped_Retype(i, type, 0, seL4_CapInitThreadCNode, 0, 0, to, 1);
            return to;
        }
    }
    return 0;
}

int main(void) {
    seL4_CPtr first = platsupport_get_bootinfo()->empty.start;
    char name[901];
    printf("\n");
    seL4_DebugPutChar('x');
    seL4_DebugPutChar('\n');
    seL4_DebugNameThread(make(seL4_TCBObject, first + 2), "older");
    seL4_CPtr tcb = make(seL4_TCBObject, first), ep = make(seL4_EndpointObject, first + 1);
    seL4_TCB_SetSchedParams(tcb, seL4_CapInitThreadTCB, 7, 7);
    seL4_UserContext registers = {.rip = 0x1234};
    seL4_TCB_WriteRegisters(tcb, 0, 0, 1, &registers);
    printf("first dump\n");
    seL4_DebugDumpScheduler();
    seL4_DebugNameThread(tcb, "worker");
    printf("second dump\n");
    seL4_DebugDumpScheduler();
    memset(name, 'n', 900);
    name[900] = 0;
    seL4_DebugNameThread(tcb, name);
    printf("third dump\n");
    seL4_DebugDumpScheduler();
    printf("errors\n");
    seL4_CNode_Copy(seL4_CapInitThreadCNode, ep, 64, seL4_CapInitThreadCNode, tcb, 64,
                    seL4_AllRights);
    seL4_TCB_SetPriority(tcb, seL4_CapInitThreadTCB, 1000);
    seL4_Call(first + 9, seL4_MessageInfo_new(1, 0, 0, 0));
    printf("end\n");
    return 0;
}
