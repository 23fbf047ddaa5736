/* Waits on a notification that a handler may signal; what else there is to the handler is RULE.
 *
 * The device is the PIT, for those rules that let it run; it interrupts once, after 50 ms. QUIET:
 * for a kernel without a console; that it was woken shows in QEMU's exit status.
 */
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define ROOT   seL4_CapInitThreadCNode
#define VECTOR 33
#define PIT    0x40

enum {
    NO_NOTIFICATION,
    CLEARED,
    NOTIFICATION_REVOKED,
    HANDLER_DELETED,
    NOT_ACKNOWLEDGED,
    TIMER_RUNS,
    TIMER_STOPPED,
    MESSAGES,
    OTHER_WAITS,
};

static seL4_CPtr bell, handler, ports, badge;

/* One interrupt after so many counts, and then none. */
static void pit(unsigned counts) {
    seL4_X86_IOPort_Out8(ports, PIT + 3, 0x30);
    seL4_X86_IOPort_Out8(ports, PIT, counts & 255);
    seL4_X86_IOPort_Out8(ports, PIT, counts >> 8);
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    bell = info->empty.start;
    handler = bell + 1;
    ports = bell + 2;
    badge = bell + 3;
    seL4_Untyped_Retype(info->untyped.end - 1, seL4_NotificationObject, 0, ROOT, 0, 0, bell, 1);
    seL4_CNode_Mint(ROOT, badge, 64, ROOT, bell, 64, seL4_AllRights, 1);
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, PIT, PIT + 3, ROOT, ports, 64);
    pit(1); /* while its pin is masked */
    seL4_Yield();
    if (RULE == MESSAGES) {
        seL4_IRQControl_GetMSI(seL4_CapIRQControl, ROOT, handler, 64, 0, 0, 0, 0, VECTOR);
    } else {
        seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, ROOT, handler, 64, 0, 2, 0, 0, VECTOR);
    }
    if (RULE != NO_NOTIFICATION) {
        seL4_IRQHandler_SetNotification(handler, badge);
    }
    switch ((int)RULE) {
    case CLEARED:
        seL4_IRQHandler_Clear(handler);
        break;
    case NOTIFICATION_REVOKED:
        seL4_CNode_Revoke(ROOT, bell, 64);
        break;
    case HANDLER_DELETED:
        seL4_CNode_Delete(ROOT, handler, 64);
        break;
    case NOT_ACKNOWLEDGED:
        pit(1);
        seL4_Wait(bell, NULL);
        break;
    case TIMER_RUNS:
        pit(59659);
        break;
    }
    printf("\nwaiting\n");
    if (RULE != OTHER_WAITS) {
        seL4_Wait(bell, NULL);
        printf("woken\n");
        seL4_CNode_Delete(ROOT, handler, 64);
    }
    return 0;
}
