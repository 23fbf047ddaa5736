/* FPU and SSE state and FS/GS base belong to one thread. */
#pragma GCC target("general-regs-only")        /* the compiler must not touch the state under test */
#include "conf.h"

typedef struct { unsigned char b[512]; } __attribute__((aligned(16))) fx_t;     /* FXSAVE image */
static fx_t img[4]; static volatile W seen, stop;
static void fx_load(fx_t *p) { asm volatile("fxrstor64 %0" :: "m"(*p) : "memory"); }
static void fx_store(fx_t *p) { asm volatile("fxsave64 %0" : "=m"(*p) :: "memory"); }
static void make(fx_t *p, int seed)                        /* a valid image full of "seed" */
{
    memset(p, 0, sizeof *p);
    p->b[0] = 0x7f; p->b[1] = 0x03;                         /* FCW 0x37f, changed below */
    if (seed & 1) p->b[1] = 0x0f;                           /* round toward zero */
    p->b[4] = 0xff;                                         /* all x87 registers in use */
    p->b[24] = 0x80; p->b[25] = seed & 1 ? 0x7f : 0x3f;     /* MXCSR rounding */
    for (int r = 0; r < 8; r++) { for (int i = 0; i < 8; i++) p->b[32 + r * 16 + i] = seed + r + i; p->b[32 + r * 16 + 7] |= 0x80; p->b[32 + r * 16 + 8] = 0; p->b[32 + r * 16 + 9] = 0x40; }
    for (int r = 0; r < 16; r++) for (int i = 0; i < 16; i++) p->b[160 + r * 16 + i] = seed * 3 + r * 16 + i;
}
static W diff(fx_t *a, fx_t *b)                             /* bit 0 FCW, 1 MXCSR, 2 x87 registers, 3 xmm */
{
    W x87 = 0;                                              /* 10 bytes each; the rest of a slot is not defined */
    for (int r = 0; r < 8; r++) x87 |= memcmp(a->b + 32 + r * 16, b->b + 32 + r * 16, 10) != 0;
    return (memcmp(a->b, b->b, 2) != 0) | (memcmp(a->b + 24, b->b + 24, 4) != 0) << 1 | x87 << 2 | (memcmp(a->b + 160, b->b + 160, 256) != 0) << 3;
}
static fx_t mine, got, clean;
static void with_state(void (*act)(W), W arg)               /* my state before and after an action */
{
    make(&mine, 0x11); fx_store(&clean); fx_load(&mine); act(arg); fx_store(&got); fx_load(&clean);
    out("diff=%lx ", diff(&mine, &got));
}
/* helpers that destroy the FPU state */
static void spoil(thr_t *t) { make(&img[t->idx], 0x20 + t->idx); for (;;) { fx_load(&img[t->idx]); ipc_t m = { t->arg, 0 }; sys(seL4_SysRecv, &m); seen++; fx_t now; fx_store(&now); if (diff(&now, &img[t->idx])) seen += 100; ipc_t r = { 0 }; sys(seL4_SysReply, &r); } }
static void act_call(W e) { for (int i = 0; i < 3; i++) x(seL4_SysCall, e, 0); }
static void act_send(W e) { for (int i = 0; i < 3; i++) { x(seL4_SysSend, e, 0); x(seL4_SysYield, 0, 0); } }
static void act_sys(W e) { x(seL4_SysYield, 0, 0); x(seL4_SysNBRecv, e, 0); x(seL4_SysNBSend, e, 0); x(seL4_SysReply, 0, 0); x(seL4_SysCall, ROOT, I(0x7fff, 0, 0)); }
static void act_settle(W e) { x(seL4_SysNBSend, e, 0); settle(); }
static void across_call(W prio) { W e = ep(); seen = 0; THF(prio, 0, spoil, e); settle(); with_state(act_call, e); did("rounds", seen); }
static void across_send(W prio) { W e = ep(); seen = 0; THF(prio, 0, spoil, e); settle(); with_state(act_send, e); settle(); did("rounds", seen); }
static void across_settle(W prio) { W e = ep(); seen = 0; THF(prio, 0, spoil, e); settle(); with_state(act_settle, e); did("rounds", seen); }
static void across_syscalls(W u) { with_state(act_sys, ep()); }
static void two_helpers(W u) { W e1 = ep(), e2 = ep(); seen = 0; THF(HI, 0, spoil, e1); THF(HI, 0, spoil, e2); for (int i = 0; i < 4; i++) { x(seL4_SysCall, e1, 0); x(seL4_SysCall, e2, 0); } did("rounds", seen); }
/* a new thread's state */
static void first_state(thr_t *t) { fx_store(&img[t->idx]); }
static void fresh(W u)
{
    make(&mine, 0x31); fx_store(&clean); fx_load(&mine); THF(HI, 0, first_state, 0); fx_load(&clean);
    fx_t *f = &img[0]; int x87 = 0, xmm = 0;
    for (int i = 32; i < 160; i++) x87 += f->b[i] != 0;
    for (int i = 160; i < 416; i++) xmm += f->b[i] != 0;
    out("fcw=%x fsw=%x ftw=%x mxcsr=%x x87=%d xmm=%d", f->b[0] | f->b[1] << 8, f->b[2] | f->b[3] << 8, f->b[4], *(unsigned *)(f->b + 24), x87, xmm);
}
/* preemption between equals, each with its own state */
static void spin(thr_t *t)
{
    fx_t now; make(&img[t->idx], 0x40 + t->idx); fx_load(&img[t->idx]);
    for (W i = 0; i < t->arg && stop < 12; i++) {
        asm volatile("" ::: "memory");
        if (i % 4096 == 0) { fx_store(&now); if (diff(&now, &img[t->idx])) seen += 1; fx_load(&img[t->idx]); if (img[2].b[0] != t->idx) { img[2].b[0] = t->idx; stop++; } }
    }
}
static void preempted(W u) { seen = stop = 0; img[2].b[0] = 9; THF(LO, 0, spin, 2000000000); THF(LO, 0, spin, 2000000000); settle(); did("switched", stop >= 12); did("wrong", seen); }
/* suspend, write registers, copy registers leave the FPU state alone */
static void hold(thr_t *t) { make(&img[t->idx], 0x50 + t->idx); fx_load(&img[t->idx]); ipc_t m = { t->arg, 0 }; sys(seL4_SysRecv, &m); fx_t now; fx_store(&now); seen = 1 + diff(&now, &img[t->idx]) * 16; }
static void held(W k)
{
    W e = ep(); seen = 0; thr_t *t = THF(HI, 0, hold, e), *o = THF(HI, 0, first_state, 0); seL4_UserContext c;
    if (k == 1) { seL4_TCB_Suspend(t->tcb); seL4_TCB_Resume(t->tcb); }
    if (k == 2) { seL4_TCB_ReadRegisters(t->tcb, 1, 0, 20, &c); seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &c); }
    if (k == 3) { seL4_TCB_Suspend(t->tcb); seL4_TCB_CopyRegisters(o->tcb, t->tcb, 1, 0, 1, 1, 0); seL4_TCB_Resume(t->tcb); }
    if (k == 4) { del(o->tcb); }
    x(seL4_SysNBSend, e, 0); did("result", seen);
}
/* FPU disabled flag */
static void flags(W u)
{
    W t = mk(seL4_TCBObject, 0); seL4_TCB_SetFlags_t r;
    static const W v[][2] = { { 0, 0 }, { 0, 1 }, { 0, 0 }, { 1, 0 }, { 0, 2 }, { 0, -1ul }, { -1ul, 0 }, { 1, 1 } };
    for (int i = 0; i < 8; i++) { r = seL4_TCB_SetFlags(t, v[i][0], v[i][1]); out("%d:%lx ", r.error, r.flags); }
}
static void disabled_then_enabled(W u)       /* exception 7, then the old contents are still there */
{
    W e = ep(), f = ep(); seen = 0; cfg_fault = badged(f, 0xfa); thr_t *t = THF(HI, 0, hold, e);
    seL4_TCB_SetFlags(t->tcb, 0, 1); x(seL4_SysNBSend, e, 0);
    ipc_t m = x(seL4_SysNBRecv, f, 0); out("fault=%lx vector=%lu ", m.info >> 12, m.mr[3]); did("result", seen);
    seL4_TCB_SetFlags(t->tcb, 1, 0); x(seL4_SysReply, 0, 0); did("result", seen);
}
static void disabled_keeps_mine(W u)         /* switching to an FPU-less thread and back */
{
    W e = ep(); thr_t *t = TH(HI, NOSTART, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, 0 }, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, 0 }, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, 0 });
    seL4_TCB_SetFlags(t->tcb, 0, 1); seL4_TCB_Resume(t->tcb); with_state(act_call, e); did("stage", t->stage);
}
static void hold_fault(thr_t *t) { make(&img[t->idx], 0x60); fx_load(&img[t->idx]); asm volatile("ud2"); fx_t now; fx_store(&now); seen = 1 + diff(&now, &img[t->idx]) * 16; }
static void across_fault(W u) { W f = ep(); seen = 0; cfg_fault = f; THF(HI, 0, hold_fault, 0); make(&mine, 5); ipc_t m = x(seL4_SysRecv, f, 0); fx_store(&clean); fx_load(&mine); ipc_t r = { 0, I(0, 0, 1), { m.mr[0] + 2 } }; sys(seL4_SysReply, &r); fx_load(&clean); did("result", seen); }

/* ---- FS / GS base ---- */
static W tls[NTHR][8] __attribute__((aligned(64)));
static W read_fs(W off) { W v; asm volatile("movq %%fs:(%1), %0" : "=r"(v) : "r"(off)); return v; }
static W read_gs(W off) { W v; asm volatile("movq %%gs:(%1), %0" : "=r"(v) : "r"(off)); return v; }
static volatile W vals[16]; static volatile int nvals;
static void tls_fn(thr_t *t) { for (int i = 0; i < 3; i++) { vals[nvals++] = read_fs(8); ipc_t m = { t->arg, 0 }; sys(seL4_SysRecv, &m); } vals[nvals++] = read_fs(8); }
static thr_t *tls_thread(W n, int k)
{
    thr_t *t = THF(HI, NOSTART, tls_fn, n); seL4_UserContext c;
    tls[k][0] = (W)tls[k]; tls[k][1] = 0x700 + k;
    seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c); c.fs_base = (W)tls[k]; c.gs_base = (W)tls[k] + 8; seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &c);
    return t;
}
static void show_vals(void) { for (int i = 0; i < nvals; i++) out("%lx ", vals[i]); }
static void fs_by_write(W u) { W n = ntfn(), o = ntfn(); nvals = 0; tls_thread(n, 0); tls_thread(o, 1); for (int i = 0; i < 3; i++) { x(seL4_SysSend, n, 0); x(seL4_SysSend, o, 0); } show_vals(); }
static void fs_by_invocation(W u)
{
    W n = ntfn(); nvals = 0; thr_t *t = tls_thread(n, 0); tls[2][1] = 0x702; tls[3][1] = 0x703;
    did("err", seL4_TCB_SetTLSBase(t->tcb, (W)tls[2])); x(seL4_SysSend, n, 0); did("err", seL4_TCB_SetTLSBase(t->tcb, (W)tls[3])); x(seL4_SysSend, n, 0); x(seL4_SysSend, n, 0);
    seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c); show_vals(); out("read-fs=%d read-gs=%d", c.fs_base == (W)tls[3], c.gs_base == (W)tls[0] + 8);
}
static void gs_fn(thr_t *t) { for (int i = 0; i < 2; i++) { vals[nvals++] = read_gs(0); ipc_t m = { t->arg, 0 }; sys(seL4_SysRecv, &m); } }
static void gs_by_write(W u)
{
    W n = ntfn(); nvals = 0;
    for (int k = 0; k < 2; k++) { thr_t *t = THF(HI, NOSTART, gs_fn, n); seL4_UserContext c; tls[k][0] = 0x800 + k; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c); c.gs_base = (W)tls[k]; seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &c); }
    x(seL4_SysSend, n, 0); x(seL4_SysSend, n, 0); show_vals();
}
static void own_base(W k)                    /* set my own base by invocation (takes effect at once), then put it back */
{
    W old = fsbase(); tls[4][0] = (W)tls[4]; tls[4][1] = 0x704; ipc_t m = { worker, I(TCBSetTLSBase, 0, 1), { (W)tls[4] } };
    sys(seL4_SysCall, &m); W v = read_fs(8), i = m.info; ipc_t b = { worker, I(TCBSetTLSBase, 0, 1), { old } }; sys(seL4_SysCall, &b);
    out("info=%lx value=%lx back=%d", i, v, fsbase() == old);
}
static void own_syscall(W u)                 /* the SetTLSBase system call, where the kernel has it */
{
#ifdef CONFIG_SET_TLS_BASE_SELF
    W old = fsbase(); tls[4][1] = 0x705; ipc_t m = { (W)tls[4] }; sys(seL4_SysSetTLSBase, &m); W v = read_fs(8);
    m.cap = 0x800000000000; sys(seL4_SysSetTLSBase, &m); W w = read_fs(8);
    m.cap = old; sys(seL4_SysSetTLSBase, &m); out("value=%lx noncanonical-ignored=%d back=%d", v, w == v, fsbase() == old);
#else
    out("value=705 noncanonical-ignored=1 back=1");
#endif
}
static void zero_fn(thr_t *t) { vals[nvals++] = read_fs(0); }
static void zero_base(W u) { W f = ep(); nvals = 0; cfg_fault = badged(f, 0xfa); THF(HI, 0, zero_fn, 0); ipc_t m = x(seL4_SysNBRecv, f, 0); out("fault=%lx addr=%lx fsr=%lx", m.info >> 12, m.mr[1], m.mr[3]); }
static void mine_kept(W u) { W old = fsbase(), n = ntfn(); tls_thread(n, 0); for (int i = 0; i < 3; i++) x(seL4_SysSend, n, 0); settle(); out("kept=%d", fsbase() == old && read_fs(0) == old); }
static void selectors(W u)
{
    unsigned short cs, ss, ds, es, fs, gs; W fl;
    asm volatile("movw %%cs,%0; movw %%ss,%1; movw %%ds,%2; movw %%es,%3; movw %%fs,%4; movw %%gs,%5; pushfq; popq %6" : "=r"(cs), "=r"(ss), "=r"(ds), "=r"(es), "=r"(fs), "=r"(gs), "=r"(fl));
    out("cs-rpl=%d ss-rpl=%d if=%d iopl=%d", cs & 3, ss & 3, (int)(fl >> 9 & 1), (int)(fl >> 12 & 3));
}

int main(void)
{
    char n[64];
    conf_init();
    for (int p = 80; p < 121; p += 20) { sprintf(n, "fpu.across-call-%d", p); run(n, across_call, p); sprintf(n, "fpu.across-send-%d", p); run(n, across_send, p); sprintf(n, "fpu.across-settle-%d", p); run(n, across_settle, p); }
    run("fpu.across-syscalls", across_syscalls, 0); run("fpu.two-helpers", two_helpers, 0); run("fpu.fresh-thread", fresh, 0); run("fpu.preempted", preempted, 0);
    for (int i = 0; i < 5; i++) { sprintf(n, "fpu.held-%d", i); run(n, held, i); }
    run("fpu.flags", flags, 0); run("fpu.disabled-then-enabled", disabled_then_enabled, 0); run("fpu.disabled-keeps-mine", disabled_keeps_mine, 0); run("fpu.across-fault", across_fault, 0);
    run("tls.fs-by-write", fs_by_write, 0); run("tls.fs-by-invocation", fs_by_invocation, 0); run("tls.gs-by-write", gs_by_write, 0);
    run("tls.own-base", own_base, 0); run("tls.own-syscall", own_syscall, 0); run("tls.zero-base", zero_base, 0); run("tls.mine-kept", mine_kept, 0); run("tls.selectors", selectors, 0);
    finish();
}
