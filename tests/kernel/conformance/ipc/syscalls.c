/* Which registers a system call changes. */
#include "conf.h"

/* Every register is preset; after the call each is compared. Register order of full_t: */
typedef struct { W rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, rsp, flags_in, flags_out, saved; } full_t;
void full_by_rbp(full_t *), full_by_rbx(full_t *);
extern char full_ret_rbp[], full_ret_rbx[];
#define FULL(anchor, other, oofs) asm(".text\nfull_by_" #anchor ":\n push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n" \
    " mov %rdi, %" #anchor "\n mov %rsp, 144(%" #anchor ")\n mov (%" #anchor "), %rax\n mov 16(%" #anchor "), %rcx\n mov 24(%" #anchor "), %rdx\n mov 32(%" #anchor "), %rsi\n" \
    " mov 40(%" #anchor "), %rdi\n mov " oofs "(%" #anchor "), %" #other "\n mov 56(%" #anchor "), %r8\n mov 64(%" #anchor "), %r9\n mov 72(%" #anchor "), %r10\n mov 80(%" #anchor "), %r11\n" \
    " mov 88(%" #anchor "), %r12\n mov 96(%" #anchor "), %r13\n mov 104(%" #anchor "), %r14\n mov 112(%" #anchor "), %r15\n pushq 128(%" #anchor ")\n popfq\n" \
    " syscall\nfull_ret_" #anchor ": mov %rsp, 120(%" #anchor ")\n mov 144(%" #anchor "), %rsp\n pushfq\n popq 136(%" #anchor ")\n cld\n" \
    " mov %rax, (%" #anchor ")\n mov %rcx, 16(%" #anchor ")\n mov %rdx, 24(%" #anchor ")\n mov %rsi, 32(%" #anchor ")\n mov %rdi, 40(%" #anchor ")\n mov %" #other ", " oofs "(%" #anchor ")\n" \
    " mov %r8, 56(%" #anchor ")\n mov %r9, 64(%" #anchor ")\n mov %r10, 72(%" #anchor ")\n mov %r11, 80(%" #anchor ")\n mov %r12, 88(%" #anchor ")\n mov %r13, 96(%" #anchor ")\n" \
    " mov %r14, 104(%" #anchor ")\n mov %r15, 112(%" #anchor ")\n pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n")
FULL(rbp, rbx, "8");
FULL(rbx, rbp, "48");

static int use_rbx;
static void full(long no, W cap, W info)
{
    static const char *name[] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15" };
    full_t f, g;
    W *p = (W *)&f, *q = (W *)&g;
    for (int i = 0; i < 15; i++) p[i] = 0xd0 + i;
    f.rdx = no; f.rdi = cap; f.rsi = info; f.flags_in = 0xed7; f.flags_out = f.saved = 0;
    if (use_rbx) f.rbx = (W)&g; else f.rbp = (W)&g;
    g = f;
    if (use_rbx) full_by_rbx(&g); else full_by_rbp(&g);
    out("changed:");
    for (int i = 0; i < 15; i++) {
        if (p[i] == q[i] || i == 2 || i == 10) continue;
        out(" %s=%lx", name[i], q[i]);
    }
    W ret = use_rbx ? (W)full_ret_rbx : (W)full_ret_rbp;
    out(" rcx=%s r11=%s rsp=%s flags=%s ", g.rcx == ret ? "next" : g.rcx == f.rcx ? "same" : "?", g.r11 == f.flags_in ? "flags" : g.r11 == f.r11 ? "same" : "?",
        g.rsp == 0 ? "0" : g.rsp == g.saved ? "same" : "?", g.flags_out == f.flags_in ? "same" : "?");
}
static void peer_recv(int prio, W e, W replylen) { TH(prio, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, I(0x1234, 0, replylen) }); if (prio < MID) settle(); }
static void peer_send(int prio, long no, W e, W len) { TH(prio, 0, { no, badged(e, 0x61), I(0x1234, 0, len) }); }

static void send_waiting(W prio) { W e = ep(); peer_recv(prio, e, 0); full(seL4_SysSend, e, I(7, 0, 2)); }
static void send_queued(W u) { W e = ep(); TH(LO, 0, { seL4_SysRecv, e, 0 }); full(seL4_SysSend, e, I(7, 0, 2)); }
static void send_long(W u) { W e = ep(); peer_recv(HI, e, 0); full(seL4_SysSend, e, I(7, 0, 50)); }
static void nbsend_waiting(W u) { W e = ep(); peer_recv(HI, e, 0); full(seL4_SysNBSend, e, I(7, 0, 2)); }
static void nbsend_none(W u) { full(seL4_SysNBSend, ep(), I(7, 0, 2)); }
static void nbsend_null(W u) { full(seL4_SysNBSend, slot(), I(7, 0, 2)); }
static void send_null(W u) { full(seL4_SysSend, slot(), I(7, 0, 2)); }
static void call_reply(W len) { W e = ep(); peer_recv(HI, e, len); full(seL4_SysCall, e, I(7, 0, 2)); }
static void call_reply_lo(W len) { W e = ep(); TH(LO, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, I(0x1234, 0, len) }); full(seL4_SysCall, e, I(7, 0, 2)); }
static void call_long(W len) { W e = ep(); peer_recv(HI, e, len); full(seL4_SysCall, e, I(7, 0, 100)); }
static void recv_queued(W len) { W e = ep(); peer_send(HI, seL4_SysSend, e, len); full(seL4_SysRecv, e, 0xfeed); }
static void recv_blocked(W len) { W e = ep(); peer_send(LO, seL4_SysSend, e, len); full(seL4_SysRecv, e, 0xfeed); }
static void recv_call_queued(W len) { W e = ep(); peer_send(HI, seL4_SysCall, e, len); full(seL4_SysRecv, e, 0xfeed); }
static void recv_call_blocked(W len) { W e = ep(); peer_send(LO, seL4_SysCall, e, len); full(seL4_SysRecv, e, 0xfeed); }
static void nbrecv_queued(W len) { W e = ep(); peer_send(HI, seL4_SysSend, e, len); full(seL4_SysNBRecv, e, 0xfeed); }
static void nbrecv_none(W u) { full(seL4_SysNBRecv, ep(), 0xfeed); }
static void ntfn_active(W no) { W n = ntfn(); x(seL4_SysSend, badged(n, 0x62), 0); full((long)no, n, 0xfeed); }
static void ntfn_none(W u) { full(seL4_SysNBRecv, ntfn(), 0xfeed); }
static void ntfn_blocked(W no) { W n = ntfn(); TH(LO, 0, { seL4_SysSend, badged(n, 0x62), I(1, 0, 4) }); full((long)no, n, I(5, 0, 2)); }
static void bound(W k) { W n = ntfn(), e = ep(); seL4_TCB_BindNotification(worker, n); W b = badged(n, 0x63); if (k & 1) x(seL4_SysSend, b, 0); else TH(LO, 0, { seL4_SysSend, b, I(1, 0, 4) }); full(k & 2 ? seL4_SysReplyRecv : k & 4 ? seL4_SysNBRecv : seL4_SysRecv, e, I(5, 0, 2)); }
static void replyrecv(W k)                     /* bit0 caller waiting for the reply, bit1 sender queued (else later) */
{
    W e = ep();
    if (k & 1) { TH(HI, 0, { seL4_SysCall, e, I(1, 0, 0) }); x(seL4_SysRecv, e, 0); }
    peer_send(k & 2 ? HI : LO, seL4_SysSend, e, 3);
    full(seL4_SysReplyRecv, e, I(5, 0, 2));
}
static void reply_none(W u) { full(seL4_SysReply, 0xfeed, I(5, 0, 2)); }
static void reply_caller(W prio) { W e = ep(); TH(prio, 0, { seL4_SysCall, e, I(1, 0, 0) }); x(seL4_SysRecv, e, 0); full(seL4_SysReply, 0xfeed, I(5, 0, 2)); }
static void reply_call(W no) { W e = ep(), s = slot(); TH(HI, 0, { seL4_SysCall, e, I(1, 0, 0) }); x(seL4_SysRecv, e, 0); seL4_CNode_SaveCaller(ROOT, s, 64); full((long)no, s, I(5, 0, 2)); }
static void yield_alone(W u) { full(seL4_SysYield, 0xfeed, 0xbeef); }
static void yield_peer(W u) { TH(MID, 0, { seL4_SysYield, 0, 0 }, { seL4_SysYield, 0, 0 }); full(seL4_SysYield, 0xfeed, 0xbeef); out("events=%s", evs); }
static void ntfn_signal(W no) { full((long)no, ntfn(), I(3, 0, 2)); }
/* kernel objects */
static void obj(W k)
{
    W t = mk(seL4_TCBObject, 0);
    seL4_SetMR(4, 0x55);
    switch (k) {
    case 0: full(seL4_SysCall, t, I(0x7fff, 0, 0)); break;                  /* unknown label */
    case 1: full(seL4_SysCall, slot(), I(1, 0, 0)); break;                  /* empty slot */
    case 2: full(seL4_SysCall, t, I(TCBSetPriority, 0, 0)); break;          /* truncated */
    case 3: full(seL4_SysCall, t, I(TCBSuspend, 0, 0)); break;              /* success without result */
    case 4: full(seL4_SysSend, t, I(0x7fff, 0, 0)); break;                  /* error not reported */
    case 5: full(seL4_SysNBSend, t, I(0x7fff, 0, 0)); break;
    case 6: full(seL4_SysSend, t, I(TCBSuspend, 0, 0)); break;
    case 7: full(seL4_SysNBSend, t, I(TCBSuspend, 0, 0)); break;
    case 8: full(seL4_SysCall, t, I(TCBReadRegisters, 0, 2)); break;        /* r8 (count) = 0xd7: range error */
    case 9: full(seL4_SysCall, t, I(TCBSetFlags, 0, 2)); break;             /* success with one result word */
    case 10: full(seL4_SysCall, mint(ep(), RIGHTS(1, 1, 1, 0), 0), I(1, 0, 1)); break;
    case 11: full(seL4_SysSend, t, I(TCBSetFlags, 0, 2)); break;            /* result not delivered */
    }
}
static void read_registers(W count)
{
    W t = mk(seL4_TCBObject, 0);
    seL4_UserContext r = { .rip = 0x1111, .rsp = 0x2222, .rflags = 0x202, .rax = 0x4444, .rbx = 0x5555, .rcx = 0x6666 };
    seL4_TCB_WriteRegisters(t, 0, 0, 20, &r);
    for (int i = 4; i < 120; i++) seL4_SetMR(i, 0x99);
    ipc_t m = { t, I(TCBReadRegisters, 0, 2), { 0, count, 0xa2, 0xa3 } }; sys(seL4_SysCall, &m); show("me", &m);
    int n = 0; for (int i = 4; i < 120; i++) n += seL4_GetMR(i) != 0x99;
    out("buf=%d msg4=%lx msg5=%lx", n, seL4_GetMR(4), seL4_GetMR(5));
}
static void dbg(W k)
{
    switch (k) {
    case 0: full(seL4_SysDebugPutChar, '\r', 0xfeed); break;
    case 1: full(seL4_SysDebugCapIdentify, seL4_CapInitThreadTCB, 0xfeed); break;
    case 2: full(seL4_SysDebugCapIdentify, 1ul << 40, 0xfeed); break;
    case 3: full(seL4_SysDebugCapIdentify, slot(), 0xfeed); break;
    case 4: strcpy((char *)bi->ipcBuffer->msg, "name"); full(seL4_SysDebugNameThread, worker, 0xfeed); break;
#ifdef CONFIG_SET_TLS_BASE_SELF
    case 5: full(seL4_SysSetTLSBase, fsbase(), 0xfeed); break;
#else
    case 5: out("changed: rcx=next r11=flags rsp=0 flags=same "); break;
#endif
    }
}
static void capidentify(W u)
{
    W s[] = { slot(), mk(seL4_UntypedObject, 4), ep(), ntfn(), mk(seL4_TCBObject, 0), mk(seL4_CapTableObject, 1), mk(seL4_X86_4K, 0), mk(seL4_X86_PageTableObject, 0), mk(seL4_X86_PageDirectoryObject, 0),
        mk(seL4_X86_PDPTObject, 0), mk(seL4_X64_PML4Object, 0), seL4_CapDomain, seL4_CapIRQControl, seL4_CapASIDControl, seL4_CapInitThreadASIDPool, seL4_CapIOPortControl };
    for (unsigned i = 0; i < sizeof s / sizeof *s; i++) out("%d ", captype(s[i]));
}
static void name_thread(W u) { seL4_DebugNameThread(worker, "conformance"); out("returned"); }
static void all_by_rbx(W k)
{
    use_rbx = 1;
    if (k == 0) yield_alone(0); else if (k == 1) call_reply(2); else if (k == 2) recv_blocked(2); else if (k == 3) nbsend_none(0); else obj(0);
    use_rbx = 0;
}

int main(void)
{
    char n[64];
    conf_init();
    run("sys.send-waiting-higher", send_waiting, HI); run("sys.send-waiting-lower", send_waiting, LO); run("sys.send-queued", send_queued, 0); run("sys.send-long", send_long, 0);
    run("sys.nbsend-waiting", nbsend_waiting, 0); run("sys.nbsend-none", nbsend_none, 0); run("sys.nbsend-empty-slot", nbsend_null, 0); run("sys.send-empty-slot", send_null, 0);
    static const int lens[] = { 0, 1, 2, 3, 4, 5 };
    struct { const char *name; void (*f)(W); } byl[] = { { "call-reply", call_reply }, { "call-reply-lower", call_reply_lo }, { "call-long", call_long }, { "recv-queued", recv_queued }, { "recv-blocked", recv_blocked },
        { "recv-call-queued", recv_call_queued }, { "recv-call-blocked", recv_call_blocked }, { "nbrecv-queued", nbrecv_queued } };
    for (int k = 0; k < 8; k++) for (int i = 0; i < 6; i++) { sprintf(n, "sys.%s-len-%d", byl[k].name, lens[i]); run(n, byl[k].f, lens[i]); }
    run("sys.nbrecv-none", nbrecv_none, 0); run("sys.ntfn-active-recv", ntfn_active, seL4_SysRecv); run("sys.ntfn-active-nbrecv", ntfn_active, seL4_SysNBRecv); run("sys.ntfn-active-replyrecv", ntfn_active, seL4_SysReplyRecv);
    run("sys.ntfn-none-nbrecv", ntfn_none, 0); run("sys.ntfn-blocked-recv", ntfn_blocked, seL4_SysRecv); run("sys.ntfn-blocked-replyrecv", ntfn_blocked, seL4_SysReplyRecv);
    for (int i = 0; i < 6; i++) if (i != 4) { sprintf(n, "sys.bound-%d", i); run(n, bound, i); }
    for (int i = 0; i < 4; i++) { sprintf(n, "sys.replyrecv-%d", i); run(n, replyrecv, i); }
    run("sys.reply-none", reply_none, 0); run("sys.reply-caller-higher", reply_caller, HI); run("sys.reply-caller-lower", reply_caller, LO);
    run("sys.saved-reply-send", reply_call, seL4_SysSend); run("sys.saved-reply-nbsend", reply_call, seL4_SysNBSend); run("sys.saved-reply-call", reply_call, seL4_SysCall);
    run("sys.yield-alone", yield_alone, 0); run("sys.yield-peer", yield_peer, 0);
    run("sys.signal-send", ntfn_signal, seL4_SysSend); run("sys.signal-nbsend", ntfn_signal, seL4_SysNBSend); run("sys.signal-call", ntfn_signal, seL4_SysCall);
    for (int i = 0; i < 12; i++) { sprintf(n, "sys.object-%d", i); run(n, obj, i); }
    for (int i = 0; i < 6; i++) { static const int c[] = { 0, 1, 4, 5, 20, 21 }; sprintf(n, "sys.readregisters-%d", c[i]); run(n, read_registers, c[i]); }
    for (int i = 0; i < 6; i++) { sprintf(n, "sys.debug-%d", i); run(n, dbg, i); }
    run("sys.capidentify", capidentify, 0); run("sys.namethread", name_thread, 0);
    for (int i = 0; i < 5; i++) { sprintf(n, "sys.rbp-preserved-%d", i); run(n, all_by_rbx, i); }
    finish();
}
