/* Messages, signals, and the rest that is no invocation. */
#include <sel4/sel4.h>

/* A client: asks the server behind `endpoint` for the sum of two numbers. */
static seL4_Word ask_for_sum(seL4_CPtr endpoint, seL4_Word a, seL4_Word b) {
    seL4_SetMR(0, a);
    seL4_SetMR(1, b);
    seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 2));
    return seL4_GetMR(0);
}

/* The same in registers only: it needs no IPC buffer and no thread-local storage. */
static seL4_Word ask_in_registers(seL4_CPtr endpoint, seL4_Word a, seL4_Word b) {
    seL4_CallWithMRs(endpoint, seL4_MessageInfo_new(0, 0, 0, 2), &a, &b, seL4_Null, seL4_Null);
    return a;
}

/* Its server: receives, and from then on answers and receives in one. */
static void serve_sums(seL4_CPtr endpoint) {
    seL4_Word badge;
    seL4_Recv(endpoint, &badge);
    for (;;) {
        seL4_SetMR(0, seL4_GetMR(0) + seL4_GetMR(1));
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &badge);
    }
}

/* The same in registers only. */
static void serve_in_registers(seL4_CPtr endpoint) {
    seL4_Word badge, a, b;
    seL4_RecvWithMRs(endpoint, &badge, &a, &b, seL4_Null, seL4_Null);
    for (;;) {
        a += b;
        seL4_ReplyRecvWithMRs(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &badge, &a, &b, seL4_Null,
                              seL4_Null);
    }
}

/* A server for one call: an answer, and no further message. */
static void serve_once(seL4_CPtr endpoint) {
    seL4_Recv(endpoint, seL4_Null);
    seL4_SetMR(0, seL4_GetMR(0) + seL4_GetMR(1));
    seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
}

static void serve_once_in_registers(seL4_CPtr endpoint) {
    seL4_Word a, b;
    seL4_RecvWithMRs(endpoint, seL4_Null, &a, &b, seL4_Null, seL4_Null);
    a += b;
    seL4_ReplyWithMRs(seL4_MessageInfo_new(0, 0, 0, 1), &a, seL4_Null, seL4_Null, seL4_Null);
}

/* Hands a word over and waits until somebody has it. */
static void hand_over(seL4_CPtr endpoint, seL4_Word word) {
    seL4_SetMR(0, word);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
}

static void hand_over_in_registers(seL4_CPtr endpoint, seL4_Word word) {
    seL4_SendWithMRs(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &word, seL4_Null, seL4_Null,
                     seL4_Null);
}

/* A word for whoever waits just now; lost if nobody does. */
static void mention(seL4_CPtr endpoint, seL4_Word word) {
    seL4_SetMR(0, word);
    seL4_NBSend(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
}

static void mention_in_registers(seL4_CPtr endpoint, seL4_Word word) {
    seL4_NBSendWithMRs(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &word, seL4_Null, seL4_Null,
                       seL4_Null);
}

/* Takes a message if one waits: the word, or 0. Senders must have badges. */
static seL4_Word take_if_there(seL4_CPtr endpoint) {
    seL4_Word badge;
    seL4_NBRecv(endpoint, &badge);
    return badge != 0 ? seL4_GetMR(0) : 0;
}

static void ring(seL4_CPtr notification) { seL4_Signal(notification); }

/* Waits until somebody rings: the badges of all who did. */
static seL4_Word wait_for_ring(seL4_CPtr notification) {
    seL4_Word badges;
    seL4_Wait(notification, &badges);
    return badges;
}

/* Has somebody rung? 0 if not. */
static seL4_Word has_rung(seL4_CPtr notification) {
    seL4_Word badges;
    seL4_Poll(notification, &badges);
    return badges;
}

/* Lets other threads of the same priority go first until one of them sets the flag. */
static void wait_politely(const volatile int *flag) {
    while (!*flag) {
        seL4_Yield();
    }
}

/* The first thing that a thread does which was started without thread-local storage. */
static void begin_with_thread_locals(seL4_Word tls_base, seL4_IPCBuffer *buffer) {
    seL4_SetTLSBase(tls_base);
    seL4_SetIPCBuffer(buffer);
}

/* Sends a copy of the capability in `slot` along with a call. */
static void send_capability(seL4_CPtr endpoint, seL4_CPtr slot) {
    seL4_SetCap(0, slot);
    seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 1, 0));
}

/* Receives one, into an empty slot: the number of capabilities that came. */
static seL4_Word receive_capability(seL4_CPtr endpoint, seL4_CPtr slot) {
    seL4_SetCapReceivePath(seL4_CapInitThreadCNode, slot, seL4_WordBits);
    seL4_MessageInfo_t info = seL4_Recv(endpoint, seL4_Null);
    seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));
    return seL4_MessageInfo_get_extraCaps(info);
}
