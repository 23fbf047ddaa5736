/* Measures the kernel: one line a figure, in what the time stamp counter counts.
 *
 * Servers run above the client's priority, so they are ready when the client first calls; the
 * client then runs alone but for them.
 */
#include "bench.h"

#define SERVER_PRIORITY 255
#define CLIENT_PRIORITY 254
#define ROOT            seL4_CapInitThreadCNode
#define VSPACE          seL4_CapInitThreadVSpace
#define PAGE_ADDRESS    0x10000000ul
#define FAULT_ADDRESS   0x500000000ul
#define REVOKED         200
#define WARM_UP         30000 /* after so many calls an emulator's TLB has the size that it keeps */

/* ---- round trips ---- */

static seL4_MessageInfo_t message(seL4_Word words) { return seL4_MessageInfo_new(0, 0, 0, words); }

static void serve_empty(seL4_Word endpoint) {
    seL4_RecvWithMRs(endpoint, NULL, NULL, NULL, NULL, NULL);
    for (;;) {
        seL4_ReplyRecvWithMRs(endpoint, message(0), NULL, NULL, NULL, NULL, NULL);
    }
}

static void serve_four(seL4_Word endpoint) {
    seL4_Word a = 0, b = 0, c = 0, d = 0;
    seL4_RecvWithMRs(endpoint, NULL, &a, &b, &c, &d);
    for (;;) {
        seL4_ReplyRecvWithMRs(endpoint, message(4), NULL, &a, &b, &c, &d);
    }
}

static void measure_round_trips(const char *zero_words, const char *four_words, seL4_CPtr vspace) {
    seL4_CPtr empty = make(seL4_EndpointObject, 0), four = make(seL4_EndpointObject, 0);
    seL4_Word a = 1, b = 2, c = 3, d = 4;
    start_thread(serve_empty, empty, SERVER_PRIORITY, vspace);
    start_thread(serve_four, four, SERVER_PRIORITY, vspace);
    for (int i = 0; i < WARM_UP; i++) {
        seL4_CallWithMRs(empty, message(0), NULL, NULL, NULL, NULL);
    }
    MEASURE(zero_words, seL4_CallWithMRs(empty, message(0), NULL, NULL, NULL, NULL), );
    MEASURE(four_words, seL4_CallWithMRs(four, message(4), &a, &b, &c, &d), );
}

/* ---- notifications, yield ---- */

static void measure_signals(void) {
    seL4_CPtr ntfn = make(seL4_NotificationObject, 0), endpoint = make(seL4_EndpointObject, 0);
    MEASURE("signal, nobody waits", seL4_Signal(ntfn), );
    MEASURE("wait, a signal is pending", seL4_Wait(ntfn, NULL), seL4_Signal(ntfn));
    MEASURE("nbrecv, empty endpoint", seL4_NBRecv(endpoint, NULL), );
    MEASURE("yield, alone", seL4_Yield(), );
}

/* ---- capabilities and objects ---- */

static void measure_objects(void) {
    seL4_CPtr endpoint = make(seL4_EndpointObject, 0), slot = free_slot();
    seL4_CPtr memory = make_untyped(12);
    MEASURE(
        "cnode copy",
        seL4_CNode_Copy(ROOT, slot, seL4_WordBits, ROOT, endpoint, seL4_WordBits, seL4_AllRights),
        seL4_CNode_Delete(ROOT, slot, seL4_WordBits));
    MEASURE("retype an endpoint",
            seL4_Untyped_Retype(memory, seL4_EndpointObject, 0, ROOT, 0, 0, slot, 1),
            seL4_CNode_Delete(ROOT, slot, seL4_WordBits));
}

static void measure_revoke(void) {
    seL4_CPtr badged = copy(make(seL4_EndpointObject, 0), 1), first = free_slot();
    for (int i = 1; i < REVOKED; i++) {
        free_slot();
    }
    seL4_Word least = ~0ul;
    for (int round = 0; round < ROUNDS / 8; round++) {
        for (int i = 0; i < REVOKED; i++) {
            check(seL4_CNode_Copy(ROOT, first + i, seL4_WordBits, ROOT, badged, seL4_WordBits,
                                  seL4_AllRights),
                  "copying a capability");
        }
        seL4_Word start = now();
        seL4_CNode_Revoke(ROOT, badged, seL4_WordBits);
        seL4_Word cost = now() - start - clock_cost();
        least = cost < least ? cost : least;
    }
    report("revoke, a capability", least / REVOKED);
}

/* ---- address spaces and faults ---- */

static void measure_mapping(void) {
    seL4_CPtr frame = make(seL4_X86_4K, 0);
    check(seL4_X86_PageTable_Map(make(seL4_X86_PageTableObject, 0), VSPACE, PAGE_ADDRESS, 0),
          "mapping a table");
    MEASURE("map a 4 KiB frame", seL4_X86_Page_Map(frame, VSPACE, PAGE_ADDRESS, seL4_AllRights, 0),
            seL4_X86_Page_Unmap(frame));
    MEASURE("unmap a 4 KiB frame", seL4_X86_Page_Unmap(frame),
            seL4_X86_Page_Map(frame, VSPACE, PAGE_ADDRESS, seL4_AllRights, 0));
}

/* A handler that steps over the faulting instruction is not needed: the page fault's reply repeats
 * the access, so the handler maps nothing and counts; the faulter's time runs in its own loop. */
static volatile seL4_Word fault_cost = ~0ul, fault_start;

static void handle_faults(seL4_Word endpoint) {
    seL4_RecvWithMRs(endpoint, NULL, NULL, NULL, NULL, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        fault_start = now();
        seL4_ReplyRecvWithMRs(endpoint, message(0), NULL, NULL, NULL, NULL, NULL);
        seL4_Word cost = now() - fault_start - clock_cost();
        fault_cost = cost < fault_cost ? cost : fault_cost;
    }
    seL4_RecvWithMRs(endpoint, NULL, NULL, NULL, NULL, NULL); /* the faulter waits for ever */
}

static void fault_for_ever(seL4_Word address) { *(volatile char *)address = 0; }

static void measure_faults(void) {
    seL4_CPtr endpoint = make(seL4_EndpointObject, 0);
    start_thread(handle_faults, endpoint, SERVER_PRIORITY, VSPACE);
    start_faulter(fault_for_ever, FAULT_ADDRESS, SERVER_PRIORITY, endpoint);
    report("fault, from reply to the next message", fault_cost);
}

int main(void) {
    check(seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, CLIENT_PRIORITY),
          "setting a priority");
    seL4_CPtr other = copy_of_vspace();
    measure_round_trips("call and reply, 0 words, one space", "call and reply, 4 words, one space",
                        VSPACE);
    measure_round_trips("call and reply, 0 words, two spaces",
                        "call and reply, 4 words, two spaces", other);
    measure_signals();
    measure_objects();
    measure_revoke();
    measure_mapping();
    measure_faults();
    return 0;
}
