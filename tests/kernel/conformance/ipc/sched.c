/* Who runs next. */
#include "conf.h"

/* helpers that log their letter and then park */
static void logger(thr_t *t) { ev(t->tag); }
static void yielder(thr_t *t) { for (W i = 0; i < t->arg; i++) { ev(t->tag); ipc_t m = { 0 }; sys(seL4_SysYield, &m); } ev(t->tag + 32); }
static void yield(void) { ipc_t m = { 0 }; sys(seL4_SysYield, &m); }
static void mark(void) { ev('w'); }
static void fin(void) { settle(); out("%s", evs); }
static long inv(W cap, W label, W len, W a, W b) { ipc_t m = { cap, I(label, 0, len), { a, b } }; sys(seL4_SysCall, &m); return m.info >> 12; }

/* ---- resume and priority ---- */
static void resume(W prio) { THF(prio, 0, logger, 0); mark(); yield(); mark(); fin(); }
static void resume_three(W prio) { for (int i = 0; i < 3; i++) THF(prio, NOSTART, logger, 0); for (int i = 0; i < 3; i++) seL4_TCB_Resume(thr[i].tcb); mark(); yield(); mark(); fin(); }
static void resume_mixed(W u) { static const int p[] = { 90, 95, 85, 95 }; for (int i = 0; i < 4; i++) THF(p[i], 0, logger, 0); mark(); yield(); mark(); fin(); }
static void resume_running_noop(W u) { THF(MID, 0, logger, 0); THF(MID, 0, logger, 0); seL4_TCB_Resume(thr[0].tcb); seL4_TCB_Resume(thr[0].tcb); mark(); yield(); mark(); fin(); }
static void resume_twice(W u) { THF(LO, 0, logger, 0); seL4_TCB_Resume(thr[0].tcb); fin(); }
static void yield_lower_only(W u) { THF(LO, 0, logger, 0); mark(); yield(); mark(); yield(); mark(); fin(); }
static void yield_round(W n) { for (W i = 0; i < n; i++) THF(MID, 0, yielder, 3); for (int i = 0; i < 5; i++) { mark(); yield(); } mark(); fin(); }
static void yield_round_lower(W n) { for (W i = 0; i < n; i++) THF(LO, 0, yielder, 3); fin(); }
/* ---- SetPriority ---- */
static void raise_ready(W p) { THF(LO, 0, logger, 0); mark(); set_prio(thr[0].tcb, p); mark(); yield(); mark(); fin(); }
static void lower_ready(W p) { THF(MID, 0, logger, 0); mark(); set_prio(thr[0].tcb, p); mark(); yield(); mark(); fin(); }
static void lower_self(W p) { THF(LO, 0, logger, 0); THF(90, 0, logger, 0); mark(); set_prio(worker, p); mark(); set_prio(worker, MID); mark(); fin(); }
static void self_same(W u) { THF(MID, 0, logger, 0); mark(); set_prio(worker, MID); mark(); yield(); mark(); fin(); }
static void raise_self(W u) { THF(MID, 0, logger, 0); mark(); set_prio(worker, 110); mark(); yield(); mark(); set_prio(worker, MID); mark(); yield(); mark(); fin(); }
static void blocked_then_raised(W p)
{
    W n = ntfn(); THF(LO, 0, logger, 0); TH(LO, 0, { seL4_SysRecv, n, 0 }); settle();
    set_prio(thr[1].tcb, p); mark(); x(seL4_SysSend, n, 0); mark(); yield(); mark(); fin();
}
static void queue_place(W p)                 /* A,B,C ready at 80 (made in this order); B set to p */
{
    for (int i = 0; i < 3; i++) THF(LO, 0, logger, 0);
    set_prio(thr[1].tcb, p); mark(); fin();
}
static void schedparams(W u) { THF(LO, 0, logger, 0); mark(); did("err", seL4_TCB_SetSchedParams(thr[0].tcb, ME, 110, 110)); mark(); fin(); }
/* ---- MCP ---- */
static void mcp(W v)                         /* authority has MCP 50 */
{
    thr_t *a = THF(LO, NOSTART, logger, 0), *b = THF(LO, NOSTART, logger, 0);
    seL4_TCB_SetMCPriority(b->tcb, ME, 50);
    seL4_SetMR(0, 0); seL4_SetMR(1, 0);
    int e = seL4_TCB_SetPriority(a->tcb, b->tcb, v); did("prio", e); if (e == 4) out("[%lu..%lu] ", seL4_GetMR(0), seL4_GetMR(1));
    e = seL4_TCB_SetMCPriority(a->tcb, b->tcb, v); did("mcp", e); if (e == 4) out("[%lu..%lu] ", seL4_GetMR(0), seL4_GetMR(1));
    e = seL4_TCB_SetSchedParams(a->tcb, b->tcb, v, 10); did("params-mcp", e); e = seL4_TCB_SetSchedParams(a->tcb, b->tcb, 10, v); did("params-prio", e);
}
static void mcp_full(W v) { thr_t *a = THF(LO, NOSTART, logger, 0); seL4_SetMR(1, 0); int e = seL4_TCB_SetPriority(a->tcb, ME, v); did("err", e); if (e == 4) out("[%lu..%lu]", seL4_GetMR(0), seL4_GetMR(1)); }
static void mcp_lowered_keeps_prio(W u) { THF(90, NOSTART, logger, 0); THF(85, NOSTART, logger, 0); did("mcp", seL4_TCB_SetMCPriority(thr[0].tcb, ME, 10)); for (int i = 0; i < 2; i++) seL4_TCB_Resume(thr[i].tcb); mark(); fin(); }
static void mcp_self(W u) { thr_t *a = THF(LO, NOSTART, logger, 0); seL4_TCB_SetMCPriority(a->tcb, ME, 60); did("up", seL4_TCB_SetMCPriority(a->tcb, a->tcb, 61)); did("same", seL4_TCB_SetMCPriority(a->tcb, a->tcb, 60)); did("down", seL4_TCB_SetMCPriority(a->tcb, a->tcb, 30)); did("back", seL4_TCB_SetMCPriority(a->tcb, a->tcb, 60)); did("prio", seL4_TCB_SetPriority(a->tcb, a->tcb, 31)); }
static void mcp_bad_auth(W k) { thr_t *a = THF(LO, NOSTART, logger, 0); W c[] = { slot(), ep(), ROOT }; int e = seL4_TCB_SetPriority(a->tcb, c[k], 5); did("err", e); out("mr0=%lu", seL4_GetMR(0)); }
/* ---- wake-ups through IPC: direct switch and queue position ---- */
static void wake(W arg)                      /* arg = prio << 4 | op: 0 Send ep, 1 Signal, 2 NBSend, 3 Call(+reply by helper), 4 Reply, 5 ReplyRecv */
{
    W p = arg >> 4, op = arg & 15, e = ep(), n = ntfn();
    if (op < 4) TH(p, 0, { seL4_SysRecv, op == 1 ? n : e, 0 }, { op == 3 ? seL4_SysReply : seL4_SysYield, 0, 0 }); else TH(p, 0, { seL4_SysCall, e, 0 });
    settle();
    if (op >= 4) x(seL4_SysRecv, e, 0);
    THF(MID, 0, logger, 0);                  /* B: an equal of the worker, ready */
    THF(90, 0, logger, 0);                   /* C: ready, lower */
    mark();
    if (op == 0) x(seL4_SysSend, e, 0); else if (op == 1) x(seL4_SysSend, n, 0); else if (op == 2) x(seL4_SysNBSend, e, 0); else if (op == 3) x(seL4_SysCall, e, 0);
    else if (op == 4) x(seL4_SysReply, 0, 0); else { TH(85, 0, { seL4_SysSend, e, 0 }); x(seL4_SysReplyRecv, e, 0); }
    mark(); yield(); mark(); fin();
}
static void two_wakes(W u)                   /* one signal each to two higher threads from a lower one */
{
    W n1 = ntfn(), n2 = ntfn(); TH(110, 0, { seL4_SysRecv, n1, 0 }); TH(120, 0, { seL4_SysRecv, n2, 0 });
    mark(); x(seL4_SysSend, n1, 0); mark(); x(seL4_SysSend, n2, 0); mark(); fin();
}
static void chain(W p2)                      /* A woken (higher) wakes B, then goes on */
{
    W n1 = ntfn(), n2 = ntfn(); TH(p2, 0, { seL4_SysRecv, n2, 0 }); TH(110, 0, { seL4_SysRecv, n1, 0 }, { seL4_SysSend, n2, 0 }, { seL4_SysYield, 0, 0 });
    settle(); mark(); x(seL4_SysSend, n1, 0); mark(); yield(); mark(); fin();
}
static void preempted_to_head(W u)           /* the worker is preempted by a higher thread: it runs again before its equal */
{
    W n = ntfn(); TH(HI, 0, { seL4_SysRecv, n, 0 }); THF(MID, 0, logger, 0);
    mark(); x(seL4_SysSend, n, 0); mark(); yield(); mark(); fin();
}
static void delete_wakes(W prio)             /* waiters of a deleted notification / endpoint run in which order? */
{
    W e = ep(); for (int i = 0; i < 3; i++) TH(prio, 0, { seL4_SysSend, e, 0 });
    settle(); mark(); del(e); mark(); yield(); mark(); fin();
}
/* ---- suspend ---- */
static void suspend_ready(W u) { THF(LO, 0, logger, 0); THF(LO, 0, logger, 0); seL4_TCB_Suspend(thr[0].tcb); settle(); ev('|'); seL4_TCB_Resume(thr[0].tcb); fin(); }
static void self_suspend_fn(thr_t *t) { ev('1'); inv(t->tcb, TCBSuspend, 0, 0, 0); ev('2'); inv(t->tcb, TCBSuspend, 0, 0, 0); ev('3'); }
static void self_suspend(W u) { thr_t *a = THF(HI, 0, self_suspend_fn, 0); for (int i = 0; i < 3; i++) { mark(); seL4_TCB_Resume(a->tcb); } fin(); }
static void self_suspend_send_fn(thr_t *t) { ev('1'); ipc_t m = { t->tcb, I(TCBSuspend, 0, 0) }; sys(seL4_SysSend, &m); ev('2'); }
static void self_suspend_send(W u) { thr_t *a = THF(HI, 0, self_suspend_send_fn, 0); for (int i = 0; i < 2; i++) { mark(); seL4_TCB_Resume(a->tcb); } fin(); }
static void self_suspend_moved(W u)          /* only a new rip gets it on */
{
    thr_t *a = THF(HI, 0, self_suspend_fn, 0); seL4_UserContext c; mark();
    did("read", seL4_TCB_ReadRegisters(a->tcb, 0, 0, 20, &c)); out("insn=%02x%02x ", *(unsigned char *)c.rip, *(unsigned char *)(c.rip + 1));
    c.rip += 2; c.rsp = c.rbx; did("write", seL4_TCB_WriteRegisters(a->tcb, 1, 0, 20, &c)); mark(); fin();
}
static void suspend_new(W u) { W t = mk(seL4_TCBObject, 0); did("suspend", seL4_TCB_Suspend(t)); did("again", seL4_TCB_Suspend(t)); }
static void suspend_running_yielder(W u) { THF(MID, 0, yielder, 9); yield(); yield(); seL4_TCB_Suspend(thr[0].tcb); yield(); mark(); seL4_TCB_Resume(thr[0].tcb); yield(); mark(); seL4_TCB_Suspend(thr[0].tcb); fin(); }
static void resume_blocked(W k)              /* Resume of a blocked thread restarts its call */
{
    W e = ep(), n = ntfn(); TH(HI, 0, { k == 0 ? seL4_SysRecv : k == 1 ? seL4_SysSend : seL4_SysRecv, k == 2 ? n : e, 0 });
    did("resume", seL4_TCB_Resume(thr[0].tcb)); did("stage", thr[0].stage);
    if (k == 1) { ipc_t m = x(seL4_SysNBRecv, e, 0); show("rx", &m); } else x(seL4_SysNBSend, k == 2 ? n : e, 0);
    did("stage", thr[0].stage);
}
static void delete_self_fn(thr_t *t) { ev('1'); inv(ROOT, CNodeDelete, 2, t->tcb, 64); ev('2'); }
static void delete_self(W u) { thr_t *a = THF(HI, 0, delete_self_fn, 0); mark(); did("type", captype(a->tcb)); fin(); }
static void delete_ready(W u) { THF(LO, 0, logger, 0); THF(LO, 0, logger, 0); THF(LO, 0, logger, 0); del(thr[1].tcb); fin(); }
static void delete_copy_keeps(W u) { THF(LO, 0, logger, 0); W c = slot(); seL4_CNode_Copy(ROOT, c, 64, ROOT, thr[0].tcb, 64, seL4_AllRights); did("del", del(thr[0].tcb)); fin(); }
/* ---- registers of stopped threads ---- */
static void new_tcb_regs(W u) { seL4_UserContext c; memset(&c, 0xff, sizeof c); did("err", seL4_TCB_ReadRegisters(mk(seL4_TCBObject, 0), 0, 0, 20, &c)); W *p = (W *)&c; for (int i = 0; i < 20; i++) out("%lx,", p[i]); }
static void write_read(W count)
{
    W t = mk(seL4_TCBObject, 0); seL4_UserContext a, b = { 0 }; W *p = (W *)&a, *q = (W *)&b;
    for (int i = 0; i < 20; i++) p[i] = 0x100 + i;
    did("write", seL4_TCB_WriteRegisters(t, 0, 0, count, &a)); did("read", seL4_TCB_ReadRegisters(t, 0, 0, 20, &b));
    for (int i = 0; i < 20; i++) out("%lx,", q[i]);
}
static void sanitise(W u)
{
    W t = mk(seL4_TCBObject, 0); seL4_UserContext a = { .rip = 0x800000000000, .rsp = 0x800000000000, .rflags = 0xffffffff, .fs_base = 1ul << 63, .gs_base = 0xffff7fffffffffff }, b;
    seL4_TCB_WriteRegisters(t, 0, 0, 20, &a); seL4_TCB_ReadRegisters(t, 0, 0, 20, &b); out("rip=%lx rsp=%lx flags=%lx fs=%lx gs=%lx ", b.rip, b.rsp, b.rflags, b.fs_base, b.gs_base);
    a.rflags = 0; a.rip = 0xffff800000000000; a.fs_base = 0x7fffffffffff; seL4_TCB_WriteRegisters(t, 0, 0, 20, &a); seL4_TCB_ReadRegisters(t, 0, 0, 20, &b); out("rip=%lx flags=%lx fs=%lx", b.rip, b.rflags, b.fs_base);
}
static void own_registers(W u) { seL4_UserContext c = { 0 }; did("read", seL4_TCB_ReadRegisters(worker, 0, 0, 20, &c)); did("write", seL4_TCB_WriteRegisters(worker, 0, 0, 0, &c)); }
static void read_suspends(W flag) { THF(LO, 0, logger, 0); seL4_UserContext c; did("err", seL4_TCB_ReadRegisters(thr[0].tcb, flag, 0, 20, &c)); out("at-start=%d ", c.rip == (W)thr_main); fin(); }
static void write_resumes(W flag) { thr_t *a = THF(LO, NOSTART, logger, 0); seL4_UserContext c; seL4_TCB_ReadRegisters(a->tcb, 0, 0, 20, &c); did("err", seL4_TCB_WriteRegisters(a->tcb, flag, 0, 20, &c)); fin(); }
static void resume_unconfigured(W u) { W t = mk(seL4_TCBObject, 0); did("prio", seL4_TCB_SetPriority(t, ME, 110)); did("resume", seL4_TCB_Resume(t)); settle(); out("alive"); }
static void copy_registers(W arg)            /* bit0 suspend source 1 resume target 2 frame 3 integer */
{
    thr_t *a = THF(LO, NOSTART, logger, 0), *b = THF(LO, NOSTART, 0, 0); seL4_UserContext c;
    W t = b->tcb;
    seL4_UserContext z = { .rip = 0x4444, .rsp = 0x5555, .rflags = 0x202, .fs_base = 0x6000, .gs_base = 0x7000 }; seL4_TCB_WriteRegisters(t, 0, 0, 20, &z);
    did("err", seL4_TCB_CopyRegisters(t, a->tcb, arg & 1, 0, arg >> 2 & 1, arg >> 3 & 1, 0));
    seL4_TCB_ReadRegisters(t, 0, 0, 20, &c); out("ip-copied=%d sp-copied=%d fs=%lx gs=%lx", c.rip == (W)thr_main, c.rsp == (W)stacks[a->idx] + STACK - 8, c.fs_base, c.gs_base);
}
/* ---- timer ---- */
static volatile W count[3];
static void spinner(thr_t *t) { for (W i = 0; i < t->arg && !count[2]; i++) count[t->idx]++; count[2] = 1; }
static void timer_equals(W prio)             /* two equal spinners: both progress before either ends */
{
    count[0] = count[1] = count[2] = 0; THF(prio, NOSTART, spinner, 400000000); THF(prio, NOSTART, spinner, 400000000);
    seL4_TCB_Resume(thr[0].tcb); seL4_TCB_Resume(thr[1].tcb);
    if (prio >= MID) { W i; for (i = 0; i < 400000000 && !(count[0] && count[1]); i++) asm volatile("" ::: "memory"); count[2] = 1; out("preempted=%d both=%d ", i < 400000000, count[0] && count[1]); }
    settle();
    out("both=%d", count[0] && count[1]);
}
static void timer_not_lower(W u)             /* a lower thread gets nothing while a higher one spins over several slices */
{
    count[0] = count[1] = count[2] = 0; THF(LO, 0, spinner, 1000);
    for (volatile W i = 0; i < 30000000; i++);
    did("lower-count", count[0]); count[2] = 1; settle();
}
static void timer_preempts_ipc_pair(W u)     /* a ping-pong pair does not starve an equal thread */
{
    count[0] = count[1] = count[2] = 0; THF(MID, 0, spinner, 400000000);
    W i; for (i = 0; i < 20000000 && !count[0]; i++) asm volatile("pause" ::: "memory");
    did("ran", count[0] != 0); count[2] = 1; settle();
}

int main(void)
{
    char n[64];
    conf_init();
    for (int p = 99; p < 102; p++) { sprintf(n, "sched.resume-%d", p); run(n, resume, p); sprintf(n, "sched.resume-three-%d", p); run(n, resume_three, p); }
    run("sched.resume-mixed", resume_mixed, 0); run("sched.resume-running-noop", resume_running_noop, 0); run("sched.resume-twice", resume_twice, 0);
    run("sched.yield-lower-only", yield_lower_only, 0);
    for (int i = 1; i < 4; i++) { sprintf(n, "sched.yield-round-%d", i); run(n, yield_round, i); sprintf(n, "sched.yield-round-lower-%d", i); run(n, yield_round_lower, i); }
    for (int p = 99; p < 102; p++) { sprintf(n, "sched.raise-ready-%d", p); run(n, raise_ready, p); sprintf(n, "sched.blocked-then-prio-%d", p); run(n, blocked_then_raised, p); }
    for (int p = 98; p < 102; p++) { sprintf(n, "sched.lower-ready-%d", p); run(n, lower_ready, p); }
    for (int p = 79; p < 92; p += p == 81 ? 8 : 1) { sprintf(n, "sched.lower-self-%d", p); run(n, lower_self, p); }
    run("sched.self-same", self_same, 0); run("sched.raise-self", raise_self, 0);
    for (int p = 79; p < 82; p++) { sprintf(n, "sched.queue-place-%d", p); run(n, queue_place, p); }
    run("sched.schedparams", schedparams, 0);
    static const int mv[] = { 0, 49, 50, 51, 255, 256 };
    for (int i = 0; i < 6; i++) { sprintf(n, "sched.mcp-50-set-%d", mv[i]); run(n, mcp, mv[i]); }
    run("sched.mcp-255-set-255", mcp_full, 255); run("sched.mcp-255-set-256", mcp_full, 256); run("sched.mcp-255-set-ones", mcp_full, -1ul);
    run("sched.mcp-lowered-keeps-prio", mcp_lowered_keeps_prio, 0); run("sched.mcp-self", mcp_self, 0);
    for (int i = 0; i < 3; i++) { sprintf(n, "sched.mcp-bad-authority-%d", i); run(n, mcp_bad_auth, i); }
    static const char *wn[] = { "send", "signal", "nbsend", "call", "reply", "replyrecv" }; static const int wp[] = { 80, 90, 95, 100, 101 };
    for (int o = 0; o < 6; o++) for (int p = 0; p < 5; p++) { sprintf(n, "sched.wake-%s-%d", wn[o], wp[p]); run(n, wake, wp[p] << 4 | o); }
    run("sched.two-wakes", two_wakes, 0); for (int p = 99; p < 112; p += p < 101 ? 1 : p < 109 ? 8 : 1) { sprintf(n, "sched.chain-%d", p); run(n, chain, p); }
    run("sched.preempted-to-head", preempted_to_head, 0);
    for (int p = 99; p < 102; p++) { sprintf(n, "sched.delete-wakes-%d", p); run(n, delete_wakes, p); }
    run("sched.suspend-ready", suspend_ready, 0); run("sched.self-suspend", self_suspend, 0); run("sched.self-suspend-send", self_suspend_send, 0); run("sched.self-suspend-moved", self_suspend_moved, 0);
    run("sched.suspend-new", suspend_new, 0); run("sched.suspend-yielder", suspend_running_yielder, 0);
    run("sched.resume-blocked-recv", resume_blocked, 0); run("sched.resume-blocked-send", resume_blocked, 1); run("sched.resume-blocked-ntfn", resume_blocked, 2);
    run("sched.delete-self", delete_self, 0); run("sched.delete-ready", delete_ready, 0); run("sched.delete-copy-keeps", delete_copy_keeps, 0);
    run("sched.new-tcb-regs", new_tcb_regs, 0); for (int i = 0; i < 4; i++) { static const int c[] = { 0, 2, 18, 20 }; sprintf(n, "sched.write-read-%d", c[i]); run(n, write_read, c[i]); }
    run("sched.sanitise", sanitise, 0); run("sched.own-registers", own_registers, 0); run("sched.read-suspends-0", read_suspends, 0); run("sched.read-suspends-1", read_suspends, 1);
    run("sched.write-resumes-0", write_resumes, 0); run("sched.write-resumes-1", write_resumes, 1); run("sched.resume-unconfigured", resume_unconfigured, 0);
    for (int i = 0; i < 16; i += 4) { sprintf(n, "sched.copy-registers-%d", i >> 2); run(n, copy_registers, i); }
    run("sched.timer-equals-lower", timer_equals, LO); run("sched.timer-equals-worker", timer_equals, MID); run("sched.timer-not-lower", timer_not_lower, 0); run("sched.timer-spin-vs-equal", timer_preempts_ipc_pair, 0);
    finish();
}
