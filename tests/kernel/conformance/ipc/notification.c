/* Signals, waits, polls, bound notifications. */
#include "conf.h"

static void sig(W n) { x(seL4_SysSend, n, I(0, 0, 0)); }
static void poll(const char *who, W n) { ipc_t m = x(seL4_SysNBRecv, n, 0); show(who, &m); }

/* ---- plain ---- */
static void poll_none(W u) { poll("poll", ntfn()); }
static void signal_poll(W b) { W n = ntfn(); sig(b ? badged(n, b) : n); poll("first", n); poll("second", n); }
static void signal_wait(W b) { W n = ntfn(); sig(badged(n, b)); ipc_t m = x(seL4_SysRecv, n, 0); show("wait", &m); poll("then", n); }
static void signals_or(W u) { W n = ntfn(); sig(badged(n, 0x11)); sig(badged(n, 0x30)); sig(badged(n, 0x1000)); sig(n); poll("poll", n); poll("then", n); }
static void same_twice(W u) { W n = ntfn(), b = badged(n, 5); sig(b); sig(b); poll("poll", n); poll("then", n); }
static void wait_blocks(W u) { W n = ntfn(); thr_t *a = TH(HI, 0, { seL4_SysRecv, n, 0 }); did("stage", a->stage); sig(badged(n, 9)); did("stage", a->stage); show("A", &a->res[0]); poll("then", n); }
static void wait_blocks_badge0(W u) { W n = ntfn(); thr_t *a = TH(HI, 0, { seL4_SysRecv, n, 0 }); sig(n); show("A", &a->res[0]); poll("then", n); }
static void waiters_fifo(W k)
{
    static const int pr[3][3] = { { 120, 130, 140 }, { 140, 130, 120 }, { 80, 80, 80 } };
    W n = ntfn();
    for (int i = 0; i < 3; i++) TH(pr[k][i], 0, { seL4_SysRecv, n, 0 });
    settle();
    for (W i = 1; i < 5; i++) { sig(badged(n, i)); settle(); out("%s ", evs); }
    for (int i = 0; i < 3; i++) out("%lx ", thr[i].res[0].cap);
    poll("then", n);
}
static void signals_before_waiter_runs(W u)  /* low waiter: the first signal takes it off the queue, later ones stay */
{
    W n = ntfn(); thr_t *a = TH(LO, 0, { seL4_SysRecv, n, 0 }, { seL4_SysRecv, n, 0 });
    settle(); sig(badged(n, 1)); sig(badged(n, 2)); sig(badged(n, 4)); settle();
    show("A", &a->res[0]); show("A", &a->res[1]);
}
static void by(W no) { W n = ntfn(); ipc_t m = x((long)no, badged(n, 6), I(7, 0, 2)); show("me", &m); poll("poll", n); }
static void message_ignored(W no)            /* length, caps and label of a signalling call have no effect on the waiter */
{
    W n = ntfn(), rs = slot(); thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, n, 0 });
    a->buf->receiveCNode = ROOT; a->buf->receiveIndex = rs; a->buf->receiveDepth = 64;
    seL4_TCB_Resume(a->tcb);
    seL4_SetCap(0, n); ipc_t m = x((long)no, badged(n, 6), I(7, 1, 20));
    show("me", &m); show("A", &a->res[0]); show_buf("A", a->buf, 0x7000, 0x5000); did("slot", captype(rs));
}
static void wrappers(W u)                    /* the C names */
{
    W n = ntfn(), b = 0x77;
    seL4_Signal(badged(n, 3)); seL4_Wait(n, &b); did("wait", b);
    b = 0x77; seL4_Poll(n, &b); did("poll", b);
    seL4_Signal(badged(n, 4)); seL4_Poll(n, &b); did("poll", b);
    seL4_NBSend(badged(n, 8), seL4_MessageInfo_new(0, 0, 0, 0)); seL4_NBRecv(n, &b); did("nbrecv", b);
}
static void reply_recv_on_ntfn(W u)          /* ReplyRecv may wait on a notification */
{
    W n = ntfn(), e = ep(); thr_t *a = TH(HI, 0, { seL4_SysCall, e, I(1, 0, 0) });
    x(seL4_SysRecv, e, 0); sig(badged(n, 0x40));
    ipc_t m = { n, I(5, 0, 1), { 1, 2, 3, 4 } }; sys(seL4_SysReplyRecv, &m);
    show("me", &m); show("A", &a->res[0]);
}
/* ---- rights ---- */
static void rights(W arg)
{
    static const long no[] = { seL4_SysSend, seL4_SysNBSend, seL4_SysCall, seL4_SysRecv, seL4_SysNBRecv, seL4_SysReplyRecv };
    W op = arg >> 4, r = arg & 15, n = ntfn(), f = ep();
    W c = mint(n, RIGHTS(r >> 3 & 1, r >> 2 & 1, r >> 1 & 1, r & 1), 0x21);
    if (op >= 3) sig(badged(n, 0x10));
    cfg_fault = badged(f, 0xfa);
    thr_t *a = TH(HI, 0, { no[op], c, op < 3 || op == 5 ? I(2, 0, 1) : 0 });
    ipc_t m = x(seL4_SysNBRecv, f, 0);
    if (m.cap) out("fault i=%lx/%lu phase=%lx type=%lx ", m.info >> 12, m.info & 127, m.mr[2], m.mr[3]);
    else if (a->stage) show("done", &a->res[0]); else out("blocked ");
    poll("left", n);
}
/* ---- life ---- */
static void waiter_suspended(W resume)
{
    W n = ntfn(); thr_t *a = TH(HI, 0, { seL4_SysRecv, n, 0 }); TH(HI, 0, { seL4_SysRecv, n, 0 });
    seL4_TCB_Suspend(a->tcb); if (resume) seL4_TCB_Resume(a->tcb);
    sig(badged(n, 1)); out("%s ", evs); sig(badged(n, 2)); out("%s ", evs); poll("left", n);
}
static void deleted_with_waiters(W u)
{
    W n = ntfn(), b = badged(n, 1), f = ep(); cfg_fault = badged(f, 0xfa);
    TH(HI, 0, { seL4_SysRecv, b, 0 }); TH(HI, 0, { seL4_SysRecv, b, 0 });
    did("del-original", del(n)); did("type", captype(b)); did("del-last", del(b)); out("events=%s ", evs);
    for (int i = 0; i < 3; i++) { ipc_t m = x(seL4_SysNBRecv, f, 0); if (m.cap) out("fault=%lx/%lx ", m.info >> 12, m.mr[2]); else out("none "); }
}
static void deleted_active(W u) { W n = ntfn(); sig(n); did("del", del(n)); did("type", captype(n)); }

/* ---- bound notifications: helper A is bound; arg selects what it is doing when the signal comes ---- */
static int bind(thr_t *t, W n) { return seL4_TCB_BindNotification(t->tcb, n); }
static void bound_recv_blocked(W u)
{
    W n = ntfn(), e = ep(); thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 }, { seL4_SysRecv, e, 0 });
    did("bind", bind(a, n)); seL4_TCB_Resume(a->tcb);
    sig(badged(n, 0x42)); did("stage", a->stage); show("A", &a->res[0]);
    x(seL4_SysSend, e, I(3, 0, 1)); show("A", &a->res[1]);
    seL4_TCB_UnbindNotification(a->tcb); poll("left", n);
}
static void bound_active_then(W what)        /* signal first, then Recv / NBRecv / ReplyRecv on an endpoint (sender queued too if bit 2) */
{
    W n = ntfn(), e = ep(); static const long no[] = { seL4_SysRecv, seL4_SysNBRecv, seL4_SysReplyRecv };
    if (what & 4) TH(HI, 0, { seL4_SysSend, badged(e, 0x99), I(3, 0, 1) });
    long k = no[what & 3];
    W i = k == seL4_SysReplyRecv ? I(2, 0, 1) : 0;
    thr_t *a = TH(HI, NOSTART, { k, e, i }, { seL4_SysNBRecv, e, 0 }, { seL4_SysNBRecv, e, 0 });
    bind(a, n); sig(badged(n, 0x42)); seL4_TCB_Resume(a->tcb);
    did("stage", a->stage); for (W j = 0; j < a->stage; j++) show("A", &a->res[j]);
}
static void bound_badge0(W u) { W n = ntfn(), e = ep(); thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 }); bind(a, n); sig(n); seL4_TCB_Resume(a->tcb); did("stage", a->stage); show("A", &a->res[0]); }
static void bound_busy(W what)               /* 0 send 1 call 2 reply 3 own ntfn 4 other ntfn 5 suspended in recv 6 inactive 7 running */
{
    W n = ntfn(), e = ep(), o = ntfn(), e2 = ep();
    static const long no[] = { seL4_SysSend, seL4_SysCall, seL4_SysCall, seL4_SysRecv, seL4_SysRecv, seL4_SysRecv, seL4_SysRecv, seL4_SysNBRecv };
    W cap = what == 3 ? n : what == 4 ? o : e;
    thr_t *a = TH(what == 7 ? LO : HI, NOSTART, { no[what], cap, what < 3 ? I(1, 0, 0) : 0 }, { seL4_SysNBRecv, e2, 0 });
    did("bind", bind(a, n));
    if (what != 6) seL4_TCB_Resume(a->tcb);
    if (what == 2) x(seL4_SysRecv, e, 0);
    if (what == 5) seL4_TCB_Suspend(a->tcb);
    sig(badged(n, 0x42)); did("stage", a->stage);
    if (what < 2) x(seL4_SysRecv, e, 0);
    if (what == 1 || what == 2) x(seL4_SysReply, 0, I(5, 0, 0));
    if (what == 4) sig(badged(o, 0x24));
    if (what == 5 || what == 6) seL4_TCB_Resume(a->tcb);
    settle();
    did("end", a->stage); for (W j = 0; j < a->stage; j++) show("A", &a->res[j]);
}
static void bind_errors(W what)
{
    W n = ntfn(), n2 = ntfn(), e = ep(); int r = -1;
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 }), *b = TH(HI, NOSTART, { seL4_SysRecv, n, 0 });
    switch (what) {
    case 0: bind(a, n); r = bind(a, n2); break;                             /* TCB already bound */
    case 1: bind(a, n); r = bind(b, n); break;                              /* notification already bound */
    case 2: r = bind(a, e); break;                                          /* not a notification */
    case 3: r = bind(a, mint(n, RIGHTS(0, 0, 0, 1), 0)); break;             /* no read right */
    case 4: r = bind(a, mint(n, RIGHTS(0, 0, 1, 0), 0)); break;             /* read only */
    case 5: seL4_TCB_Resume(b->tcb); r = bind(a, n); break;                 /* has a waiter */
    case 6: sig(n); r = bind(a, n); break;                                  /* active */
    case 7: r = seL4_TCB_UnbindNotification(a->tcb); break;                 /* not bound */
    case 8: bind(a, n); r = seL4_TCB_UnbindNotification(a->tcb); did("first", r); r = bind(b, n); break;
    case 9: bind(a, n); del(n); r = seL4_TCB_UnbindNotification(a->tcb); did("unbind", r); r = bind(a, n2); break;
    case 10: bind(a, n); del(a->tcb); r = bind(b, n); break;
    case 11: r = bind(a, badged(n, 7)); break;
    case 12: bind(a, badged(n, 7)); r = bind(b, n); break;
    case 13: r = bind(a, slot()); break;                                    /* empty slot */
    case 14: bind(a, n); seL4_TCB_Suspend(a->tcb); r = seL4_TCB_UnbindNotification(a->tcb); break;
    }
    did("err", r);
}
static void bound_other_waits(W no)          /* another thread waiting on a bound notification: cap fault */
{
    W n = ntfn(), f = ep(); thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, ep(), 0 });
    bind(a, n); cfg_fault = badged(f, 0xfa);
    thr_t *b = TH(HI, 0, { (long)no, n, 0 });
    ipc_t m = x(seL4_SysNBRecv, f, 0);
    did("stage", b->stage); out("fault=%lx b=%lx phase=%lx type=%lx", m.info >> 12, m.cap, m.mr[2], m.mr[3]);
}
static void bound_unbind_while_blocked(W u)
{
    W n = ntfn(), e = ep(); thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    bind(a, n); seL4_TCB_Resume(a->tcb);
    did("unbind", seL4_TCB_UnbindNotification(a->tcb)); sig(badged(n, 0x42)); did("stage", a->stage);
    poll("poll", n); x(seL4_SysSend, e, I(1, 0, 0)); show("A", &a->res[0]);
}
static void bound_while_blocked(W u)         /* bound after it blocked; an active notification does not wake it by itself */
{
    W n = ntfn(), e = ep(); thr_t *a = TH(HI, 0, { seL4_SysRecv, e, 0 });
    sig(badged(n, 1)); did("bind", bind(a, n)); did("stage", a->stage);
    sig(badged(n, 2)); did("stage", a->stage); if (a->stage) show("A", &a->res[0]);
    seL4_TCB_UnbindNotification(a->tcb); poll("left", n);
}
static void bound_queue_removal(W u)         /* the woken receiver leaves the endpoint queue */
{
    W n = ntfn(), e = ep();
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 }), *b = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    bind(a, n); seL4_TCB_Resume(a->tcb); seL4_TCB_Resume(b->tcb);
    sig(badged(n, 2)); out("%s ", evs); x(seL4_SysNBSend, e, I(1, 0, 0)); out("%s ", evs);
    show("B", &b->res[0]);
}
static void bound_faulted(W u)               /* signal while the bound thread waits for a fault reply */
{
    W n = ntfn(), f = ep(); cfg_fault = f;
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, 1ul << 40, 0 });
    bind(a, n); seL4_TCB_Resume(a->tcb); ipc_t m = x(seL4_SysRecv, f, 0);
    sig(badged(n, 0x42)); out("label=%lx ", m.info >> 12); did("stage", a->stage);
    seL4_TCB_UnbindNotification(a->tcb); poll("left", n);
}
static void bound_pending_reply(W u)         /* receiving a signal through an endpoint drops the pending caller */
{
    W n = ntfn(), e = ep(); thr_t *c = TH(HI, 0, { seL4_SysCall, e, I(1, 0, 0) });
    seL4_TCB_BindNotification(worker, n);
    x(seL4_SysRecv, e, 0); sig(badged(n, 0x42));
    ipc_t m = x(seL4_SysRecv, e, 0); show("me", &m);
    x(seL4_SysReply, 0, I(5, 0, 0)); did("caller", c->stage);
}
static void priority_of_wakeup(W prio)       /* does the woken thread run at once? */
{
    W n = ntfn(); thr_t *a = TH(HI, 0, { seL4_SysRecv, n, 0 });
    set_prio(a->tcb, prio); sig(badged(n, 1)); did("at-once", a->stage); x(seL4_SysYield, 0, 0); did("after-yield", a->stage); settle(); did("end", a->stage);
}

int main(void)
{
    char n[64];
    static const char *on[] = { "send", "nbsend", "call", "recv", "nbrecv", "replyrecv" };
    conf_init();
    run("ntfn.poll-none", poll_none, 0); run("ntfn.signal-poll-badge0", signal_poll, 0); run("ntfn.signal-poll", signal_poll, 0x33);
    run("ntfn.signal-poll-ones", signal_poll, -1ul); run("ntfn.signal-wait", signal_wait, 0x44); run("ntfn.signals-or", signals_or, 0);
    run("ntfn.same-twice", same_twice, 0); run("ntfn.wait-blocks", wait_blocks, 0); run("ntfn.wait-blocks-badge0", wait_blocks_badge0, 0);
    for (int i = 0; i < 3; i++) { sprintf(n, "ntfn.waiters-fifo-%d", i); run(n, waiters_fifo, i); }
    run("ntfn.signals-before-waiter-runs", signals_before_waiter_runs, 0);
    run("ntfn.by-send", by, seL4_SysSend); run("ntfn.by-nbsend", by, seL4_SysNBSend); run("ntfn.by-call", by, seL4_SysCall);
    run("ntfn.message-ignored-send", message_ignored, seL4_SysSend); run("ntfn.message-ignored-nbsend", message_ignored, seL4_SysNBSend); run("ntfn.message-ignored-call", message_ignored, seL4_SysCall);
    run("ntfn.wrappers", wrappers, 0); run("ntfn.replyrecv", reply_recv_on_ntfn, 0);
    for (int o = 0; o < 6; o++)
        for (int r = 0; r < 5; r++) { int m = r == 4 ? 12 : r; sprintf(n, "ntfn.rights-%s-%s", on[o], r == 4 ? "pg--" : r == 0 ? "----" : r == 1 ? "---w" : r == 2 ? "--r-" : "--rw"); run(n, rights, o << 4 | m); }
    run("ntfn.waiter-suspended", waiter_suspended, 0); run("ntfn.waiter-resumed", waiter_suspended, 1);
    run("ntfn.deleted-with-waiters", deleted_with_waiters, 0); run("ntfn.deleted-active", deleted_active, 0);
    run("ntfn.bound-recv-blocked", bound_recv_blocked, 0);
    for (int i = 0; i < 7; i++) if (i != 3) { sprintf(n, "ntfn.bound-active-%s%s", i & 4 ? "sender-" : "", on[3 + (i & 3)]); run(n, bound_active_then, i); }
    run("ntfn.bound-badge0", bound_badge0, 0);
    static const char *bn[] = { "send", "call", "reply", "own-ntfn", "other-ntfn", "suspended", "inactive", "running" };
    for (int i = 0; i < 8; i++) { sprintf(n, "ntfn.bound-busy-%s", bn[i]); run(n, bound_busy, i); }
    for (int i = 0; i < 15; i++) { sprintf(n, "ntfn.bind-rules-%d", i); run(n, bind_errors, i); }
    run("ntfn.bound-other-recv", bound_other_waits, seL4_SysRecv); run("ntfn.bound-other-nbrecv", bound_other_waits, seL4_SysNBRecv);
    run("ntfn.bound-unbind-while-blocked", bound_unbind_while_blocked, 0); run("ntfn.bound-while-blocked", bound_while_blocked, 0);
    run("ntfn.bound-queue-removal", bound_queue_removal, 0); run("ntfn.bound-faulted", bound_faulted, 0); run("ntfn.bound-pending-reply", bound_pending_reply, 0);
    for (int p = 99; p < 102; p++) { sprintf(n, "ntfn.wakeup-prio-%d", p); run(n, priority_of_wakeup, p); }
    finish();
}
