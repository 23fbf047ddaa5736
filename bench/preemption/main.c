/* How late a thread of the highest priority hears its alarm while another is inside a long
 * operation of the kernel.
 *
 * The high thread sets an alarm clock (the PIT), waits for its interrupt, and sets it again, some
 * hundred times during one operation and each time for a slightly different time, so that alarms
 * fall everywhere. Counted in instructions (a time stamp is one, and a nanosecond), so due times
 * are exact to one count of the PIT, 838.
 */
#include "../kernel/bench.h"

#include <sel4/sel4_arch/mapping.h>

#define PIT             0x40
#define PIT_MODE        0x43
#define ONE_SHOT        0x30
#define PIT_PIN         2
#define PICOSECONDS     838095ul /* one count */
#define VECTOR          10
#define ROOT            seL4_CapInitThreadCNode
#define HIGH_PRIORITY   255
#define LOW_PRIORITY    254
#define CAPS            100000
#define CNODE_BITS      17
#define CLEARED_BITS    24
#define SPIN            20000000ul
#define LEAST_COUNTS    100
#define DIFFERENT_TIMES 67

static seL4_CPtr pit, bell, irq;
static volatile seL4_Word worst, alarms;

/* Without thread-local storage, the high thread makes its calls by hand. */
static void call(seL4_CPtr cap, seL4_Word label, seL4_Word words, seL4_Word a, seL4_Word b) {
    seL4_CallWithMRs(cap, seL4_MessageInfo_new(label, 0, 0, words), &a, &b, NULL, NULL);
}

static void ring(seL4_Word unused) {
    (void)unused;
    for (seL4_Word i = 0;; i++) {
        seL4_Word counts = LEAST_COUNTS + i % DIFFERENT_TIMES;
        call(pit, X86IOPortOut8, 2, PIT, counts & 255);
        seL4_Word due = now() + counts * PICOSECONDS / 1000;
        call(pit, X86IOPortOut8, 2, PIT, counts >> 8);
        seL4_RecvWithMRs(bell, NULL, NULL, NULL, NULL, NULL);
        seL4_Word woken = now();
        if (woken > due && woken - due > worst) {
            worst = woken - due;
        }
        alarms++;
        call(irq, IRQAckIRQ, 0, 0, 0);
    }
}

static void start_ringing(void) {
    pit = free_slot();
    irq = free_slot();
    bell = make(seL4_NotificationObject, 0);
    check(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, PIT, PIT_MODE, ROOT, pit,
                                       seL4_WordBits),
          "getting the clock's ports");
    check(seL4_X86_IOPort_Out8(pit, PIT_MODE, ONE_SHOT), "setting the clock up");
    check(seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, ROOT, irq, seL4_WordBits, 0, PIT_PIN, 0, 0,
                                    VECTOR),
          "getting the clock's interrupt");
    check(seL4_IRQHandler_SetNotification(irq, bell), "connecting the interrupt");
    check(seL4_IRQHandler_Ack(irq), "unmasking the interrupt");
    start_thread(ring, 0, HIGH_PRIORITY, seL4_CapInitThreadVSpace);
}

#define DURING(name, work)                                                                         \
    do {                                                                                           \
        worst = alarms = 0;                                                                        \
        work;                                                                                      \
        report(name, worst);                                                                       \
        report(name " alarms", alarms);                                                            \
    } while (0)

static void spin(void) {
    seL4_Word start = now();
    while (now() - start < SPIN) {
    }
}

/* A CNode with CAPS endpoints made from @p memory. */
static seL4_CPtr many_endpoints(seL4_CPtr memory) {
    seL4_CPtr cnode = make(seL4_CapTableObject, CNODE_BITS);
    for (seL4_Word i = 0; i < CAPS; i += CAPS / 500) {
        check(seL4_Untyped_Retype(memory, seL4_EndpointObject, 0, ROOT, cnode, 64, i, CAPS / 500),
              "making endpoints");
    }
    return cnode;
}

int main(void) {
    check(seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, LOW_PRIORITY),
          "setting a priority");
    seL4_CPtr revoked = make_untyped(CNODE_BITS + seL4_EndpointBits), deleted, slot = free_slot();
    seL4_CPtr cleared = make_untyped(CLEARED_BITS);
    many_endpoints(revoked);
    deleted = many_endpoints(make_untyped(CNODE_BITS + seL4_EndpointBits));
    check(seL4_Untyped_Retype(cleared, seL4_UntypedObject, CLEARED_BITS, ROOT, 0, 0, slot, 1),
          "using memory");
    seL4_CNode_Delete(ROOT, slot, seL4_WordBits);
    start_ringing();
    DURING("user code computes", spin());
    DURING("100,000 capabilities are revoked", seL4_CNode_Revoke(ROOT, revoked, seL4_WordBits));
    DURING("a CNode with 100,000 is deleted", seL4_CNode_Delete(ROOT, deleted, seL4_WordBits));
    DURING("16 MiB are cleared for a Retype",
           seL4_Untyped_Retype(cleared, seL4_X86_LargePageObject, 0, ROOT, 0, 0, slot, 1));
    seL4_IRQHandler_Clear(irq); /* so that nothing can wake anybody, and the machine ends */
    return 0;
}
