/* The life of reply capabilities. */
#include "conf.h"

static int save(W s) { return seL4_CNode_SaveCaller(ROOT, s, 64); }
static thr_t *caller(W e, W badge)           /* helper that has called and been received by the worker */
{
    thr_t *t = TH(HI, 0, { seL4_SysCall, badged(e, badge), I(badge, 0, 1) }, { seL4_SysNBSend, e, I(0xff, 0, 0) });
    x(seL4_SysRecv, e, 0);
    return t;
}
static void st(thr_t *t) { out("stage=%lu ", t->stage); if (t->stage) show("caller", &t->res[0]); }

static void reply_once(W u) { thr_t *t = caller(ep(), 1); x(seL4_SysReply, 0, I(5, 0, 2)); st(t); }
static void reply_twice(W u) { thr_t *t = caller(ep(), 1); x(seL4_SysReply, 0, I(5, 0, 2)); ipc_t m = x(seL4_SysReply, 0, I(6, 0, 1)); st(t); show("second", &m); }
static void reply_none(W u) { ipc_t m = x(seL4_SysReply, 0, I(6, 0, 4)); show("reply", &m); }
static void save_type(W u) { W s = slot(); thr_t *t = caller(ep(), 1); did("save", save(s)); did("type", captype(s)); st(t); }
static void save_none(W u) { W s = slot(); did("save", save(s)); did("type", captype(s)); }
static void save_occupied(W u) { W s = ep(); thr_t *t = caller(ep(), 1); did("save", save(s)); did("type", captype(s)); x(seL4_SysReply, 0, I(5, 0, 0)); st(t); }
static void save_bad_slot(W u) { thr_t *t = caller(ep(), 1); out("save=%d ", seL4_CNode_SaveCaller(ROOT, 1ul << 40, 64)); x(seL4_SysReply, 0, I(5, 0, 0)); st(t); }
static void save_then_reply(W u) { W s = slot(); thr_t *t = caller(ep(), 1); save(s); x(seL4_SysReply, 0, I(5, 0, 2)); st(t); out("type=%d", captype(s)); }
static void save_twice(W u) { W s = slot(), s2 = slot(); thr_t *t = caller(ep(), 1); save(s); did("save", save(s2)); did("first", captype(s)); did("second", captype(s2)); st(t); }
static void use_saved(W no)
{
    W s = slot(); thr_t *t = caller(ep(), 1); save(s);
    ipc_t m = x((long)no, s, I(5, 0, 2));
    show("me", &m); st(t); out("type=%d ", captype(s));
}
static void saved_send_twice(W u)
{
    W s = slot(); thr_t *t = caller(ep(), 1); save(s);
    x(seL4_SysSend, s, I(5, 0, 2)); ipc_t m = x(seL4_SysCall, s, I(6, 0, 2));
    st(t); show("second", &m);
}
static void saved_recv(W u)                  /* receiving on a reply cap is a cap fault */
{
    W s = slot(), f = ep(); caller(ep(), 1); save(s); cfg_fault = f;
    thr_t *t = TH(HI, 0, { seL4_SysRecv, s, 0 });
    ipc_t m = x(seL4_SysNBRecv, f, 0);
    out("stage=%lu label=%lx phase=%lx type=%lx", t->stage, m.info >> 12, m.mr[2], m.mr[3]);
}
static void dropped_by(W what)               /* 0 Recv ep 1 NBRecv ep 2 NBRecv ntfn 3 Recv ntfn 4 Yield 5 Send 6 nested Call 7 NBRecv that faults n/a */
{
    W e = ep(), o = ep(), n = ntfn();
    thr_t *t = caller(e, 1);
    switch (what) {
    case 0: TH(LO, 0, { seL4_SysSend, o, I(3, 0, 0) }); x(seL4_SysRecv, o, 0); break;
    case 1: x(seL4_SysNBRecv, o, 0); break;
    case 2: x(seL4_SysNBRecv, n, 0); break;
    case 3: x(seL4_SysNBSend, n, 0); x(seL4_SysRecv, n, 0); break;
    case 4: x(seL4_SysYield, 0, 0); break;
    case 5: x(seL4_SysNBSend, o, I(3, 0, 0)); break;
    case 6: TH(HI, 0, { seL4_SysRecv, o, 0 }, { seL4_SysReply, 0, I(9, 0, 0) }); x(seL4_SysCall, o, I(3, 0, 0)); break;
    }
    x(seL4_SysReply, 0, I(5, 0, 1)); st(t);
}
static void saved_survives_recv(W u)
{
    W s = slot(), e = ep(); thr_t *t = caller(e, 1); save(s);
    x(seL4_SysNBRecv, e, 0); x(seL4_SysSend, s, I(5, 0, 1)); st(t);
}
static void dropped_caller_resumed(W u)      /* a dropped caller stays blocked; Resume re-executes its call */
{
    W e = ep(); thr_t *t = caller(e, 1);
    x(seL4_SysNBRecv, e, 0); out("stage=%lu ", t->stage);
    seL4_TCB_Resume(t->tcb);
    ipc_t m = x(seL4_SysNBRecv, e, 0); show("again", &m);
    x(seL4_SysReply, 0, I(6, 0, 1)); st(t);
}
static void after(W what)                    /* reply after something happened to the caller; bit 3: reply cap saved */
{
    W s = slot(), e = ep(); thr_t *t = caller(e, 1);
    if (what & 8) save(s);
    switch (what & 7) {
    case 0: seL4_TCB_Suspend(t->tcb); break;
    case 1: seL4_TCB_Suspend(t->tcb); seL4_TCB_Resume(t->tcb); break;
    case 2: seL4_TCB_Resume(t->tcb); break;
    case 3: del(t->tcb); break;
    case 4: set_prio(t->tcb, 110); break;
    case 5: { seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 1, 0, 20, &c); break; }
    case 6: { seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c); break; }
    case 7: del(e); break;
    }
    if (what & 8) { out("type=%d ", captype(s)); ipc_t m = x(seL4_SysCall, s, I(5, 0, 1)); show("me", &m); }
    else x(seL4_SysReply, 0, I(5, 0, 1));
    st(t);
    if ((what & 7) == 7) return;
    ipc_t q = x(seL4_SysNBRecv, e, 0);
    if (q.cap != SAME) show("queued", &q);
}
static void cnode_ops(W op)
{
    W s = slot(), d = slot(); thr_t *t = caller(ep(), 1); save(s);
    int e = op == 0 ? seL4_CNode_Copy(ROOT, d, 64, ROOT, s, 64, seL4_AllRights)
          : op == 1 ? seL4_CNode_Mint(ROOT, d, 64, ROOT, s, 64, seL4_AllRights, 9)
          : op == 2 ? seL4_CNode_Move(ROOT, d, 64, ROOT, s, 64)
          : op == 3 ? seL4_CNode_Mutate(ROOT, d, 64, ROOT, s, 64, 9)
          : op == 4 ? seL4_CNode_Revoke(ROOT, s, 64)
          : op == 5 ? seL4_CNode_Delete(ROOT, s, 64)
          : seL4_CNode_Rotate(ROOT, d, 64, 0, ROOT, s, 64, 0, ROOT, seL4_CapDomain, 64);
    out("err=%d types=%d,%d ", e, captype(s), captype(d));
    W use = captype(d) == 8 ? d : s;
    if (captype(use) == 8) x(seL4_SysSend, use, I(5, 0, 1));
    st(t);
    if (op == 6) seL4_CNode_Move(ROOT, seL4_CapDomain, 64, ROOT, s, 64);
}
static void save_into_small_cnode(W u)
{
    W cn = mk(seL4_CapTableObject, 2), d = slot(); thr_t *t = caller(ep(), 1);
    out("save=%d ", seL4_CNode_SaveCaller(cn, 1, 2));
    did("move", seL4_CNode_Move(ROOT, d, 64, cn, 1, 2)); did("type", captype(d));
    x(seL4_SysSend, d, I(5, 0, 1)); st(t);
}
static void two_saved_reverse(W u)
{
    W e = ep(), s1 = slot(), s2 = slot();
    thr_t *a = caller(e, 1); save(s1); thr_t *b = caller(e, 2); save(s2);
    x(seL4_SysSend, s2, I(6, 0, 1)); out("%s ", evs); x(seL4_SysSend, s1, I(5, 0, 1)); out("%s ", evs);
    st(a); st(b);
}
static void new_caller_overwrites(W u)       /* unsaved first caller is lost when the second call is received */
{
    W e = ep(); thr_t *a = caller(e, 1), *b = caller(e, 2);
    x(seL4_SysReply, 0, I(5, 0, 1)); x(seL4_SysReply, 0, I(6, 0, 1));
    st(a); st(b);
}
static void nested(W u)                      /* A calls B, B calls the worker; replies unwind */
{
    W e = ep(), e2 = ep();
    thr_t *b = TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysCall, e2, I(2, 0, 1) }, { seL4_SysReply, 0, I(3, 0, 1) });
    thr_t *a = TH(HI, 0, { seL4_SysCall, e, I(1, 0, 1) });
    ipc_t m = x(seL4_SysRecv, e2, 0); show("me", &m);
    x(seL4_SysReply, 0, I(4, 0, 1));
    out("%s ", evs); st(a); show("b-call", &b->res[1]);
}
static void other_thread_replies(W u)
{
    W s = slot(); thr_t *t = caller(ep(), 1); save(s);
    TH(HI, 0, { seL4_SysSend, s, I(5, 0, 1) });
    st(t); out("events=%s type=%d", evs, captype(s));
}
static void holder_deleted(W what)           /* 0 suspended+resumed, 1 deleted: the holder of the hidden reply cap */
{
    W e = ep();
    thr_t *h = TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysRecv, ep(), 0 }), *h2;
    h2 = TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysRecv, park, 0 }, { seL4_SysReply, 0, I(5, 0, 1) });
    seL4_TCB_Suspend(h->tcb);
    thr_t *c = TH(HI, 0, { seL4_SysCall, badged(e, 3), I(1, 0, 1) });
    out("%s ", evs);
    if (what) del(h2->tcb); else { seL4_TCB_Suspend(h2->tcb); seL4_TCB_Resume(h2->tcb); }
    x(seL4_SysNBSend, park, 0);
    out("%s ", evs); st(c);
    seL4_TCB_Resume(c->tcb);
    ipc_t m = x(seL4_SysNBRecv, e, 0); show("again", &m);
}
static void replyrecv_after_save(W u)
{
    W e = ep(), s = slot(); thr_t *t = caller(e, 1); save(s);
    TH(LO, 0, { seL4_SysSend, badged(e, 2), I(2, 0, 0) });
    ipc_t m = { e, I(9, 0, 1), { 1, 2, 3, 4 } }; sys(seL4_SysReplyRecv, &m); show("rx", &m);
    st(t); x(seL4_SysSend, s, I(5, 0, 1)); st(t);
}
static void replyrecv_replies_first(W u)
{
    W e = ep(); thr_t *t = caller(e, 1);
    TH(LO, 0, { seL4_SysSend, badged(e, 2), I(2, 0, 0) });
    ipc_t m = { e, I(9, 0, 1), { 1, 2, 3, 4 } }; sys(seL4_SysReplyRecv, &m); show("rx", &m); st(t);
}
static void replyrecv_bad_cap(W kind)        /* receive side fails: the reply has been sent, then cap fault; 0 null 1 no read 2 tcb */
{
    W f = ep(), e = ep(); cfg_fault = f;
    W bad = kind == 0 ? slot() : kind == 1 ? mint(e, RIGHTS(1, 1, 0, 1), 0) : ME;
    thr_t *h = TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReplyRecv, bad, I(5, 0, 1) });
    cfg_fault = 0;
    thr_t *c = TH(HI, 0, { seL4_SysCall, e, I(1, 0, 1) });
    ipc_t m = x(seL4_SysNBRecv, f, 0);
    out("h=%lu label=%lx phase=%lx type=%lx ", h->stage, m.info >> 12, m.mr[2], m.mr[3]); st(c);
}
static void regs_of_blocked_caller(W u)      /* rip of a caller points at its syscall instruction */
{
    W e = ep(); thr_t *t = caller(e, 1);
    W ip = rip_of(t->tcb);
    out("insn=%02x%02x ", *(unsigned char *)ip, *(unsigned char *)(ip + 1));
    seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c);
    out("rdx=%ld rsi=%lx r10=%lx", (long)c.rdx, c.rsi, c.r10);
}
static void regs_of_blocked_receiver(W u)
{
    thr_t *t = TH(HI, 0, { seL4_SysRecv, ep(), 0 });
    seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c);
    out("insn=%02x%02x rdx=%ld rsi=%lx r10=%lx", *(unsigned char *)c.rip, *(unsigned char *)(c.rip + 1), (long)c.rdx, c.rsi, c.r10);
}
static void reply_len(W len)
{
    W s = slot(), e = ep(); thr_t *t = TH(HI, 0, { seL4_SysCall, e, I(1, 0, 1) });
    x(seL4_SysRecv, e, 0); save(s); fill(bi->ipcBuffer, 0x5000);
    x(seL4_SysNBSend, s, I(0x8000000000001, 0, len)); st(t); show_buf("caller", t->buf, 0x7000, 0x5000);
}

int main(void)
{
    char n[64];
    conf_init();
    run("reply.once", reply_once, 0); run("reply.twice", reply_twice, 0); run("reply.none", reply_none, 0);
    run("reply.save-type", save_type, 0); run("reply.save-none", save_none, 0); run("reply.save-occupied", save_occupied, 0);
    run("reply.save-bad-slot", save_bad_slot, 0); run("reply.save-then-reply", save_then_reply, 0); run("reply.save-twice", save_twice, 0);
    run("reply.saved-send", use_saved, seL4_SysSend); run("reply.saved-nbsend", use_saved, seL4_SysNBSend); run("reply.saved-call", use_saved, seL4_SysCall);
    run("reply.saved-send-twice", saved_send_twice, 0); run("reply.saved-recv", saved_recv, 0);
    static const char *dn[] = { "recv-ep", "nbrecv-ep", "nbrecv-ntfn", "recv-ntfn", "yield", "nbsend", "nested-call" };
    for (int i = 0; i < 7; i++) { sprintf(n, "reply.after-my-%s", dn[i]); run(n, dropped_by, i); }
    run("reply.saved-survives-recv", saved_survives_recv, 0); run("reply.dropped-caller-resumed", dropped_caller_resumed, 0);
    static const char *an[] = { "suspend", "suspend-resume", "resume", "delete", "setprio", "readregs-suspend", "readregs", "delete-ep" };
    for (int i = 0; i < 16; i++) { sprintf(n, "reply.%s-caller-%s", i & 8 ? "saved" : "hidden", an[i & 7]); run(n, after, i); }
    static const char *cn[] = { "copy", "mint", "move", "mutate", "revoke", "delete", "rotate" };
    for (int i = 0; i < 7; i++) { sprintf(n, "reply.saved-%s", cn[i]); run(n, cnode_ops, i); }
    run("reply.save-into-small-cnode", save_into_small_cnode, 0);
    run("reply.two-saved-reverse", two_saved_reverse, 0); run("reply.new-caller-overwrites", new_caller_overwrites, 0);
    run("reply.nested", nested, 0); run("reply.other-thread-replies", other_thread_replies, 0);
    run("reply.holder-suspended", holder_deleted, 0); run("reply.holder-deleted", holder_deleted, 1);
    run("reply.replyrecv-after-save", replyrecv_after_save, 0); run("reply.replyrecv-replies-first", replyrecv_replies_first, 0);
    for (int i = 0; i < 3; i++) { sprintf(n, "reply.replyrecv-bad-cap-%d", i); run(n, replyrecv_bad_cap, i); }
    run("reply.regs-of-blocked-caller", regs_of_blocked_caller, 0); run("reply.regs-of-blocked-receiver", regs_of_blocked_receiver, 0);
    static const int lens[] = { 0, 1, 4, 5, 120, 127 };
    for (int i = 0; i < 6; i++) { sprintf(n, "reply.saved-len-%d", lens[i]); run(n, reply_len, lens[i]); }
    finish();
}
