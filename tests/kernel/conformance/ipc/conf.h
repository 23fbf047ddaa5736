/* Runs each case of the ipc programs in a worker thread and prints its line, also when it hangs.
 *
 * Invariants: a case finds fresh objects and empty slots; helper threads use raw system calls only,
 * so they need no thread-local storage.
 *
 * Priorities:  255 main (starts a case, prints its line)
 *              100 worker (runs the body of a case; shares TLS and IPC buffer
 *                  with main, which is blocked meanwhile)
 *              120/80 (or others) helper threads of a case; raw system calls only
 *                2 settler (runs when everything above is blocked)
 *                1 watchdog (runs when even the case is stuck: "hung")
 */
#pragma once
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sel4/sel4.h>

/* No program uses all of the functions below. */
#pragma GCC diagnostic ignored "-Wunused-function"

#ifdef CONF_PADDING                     /* another image layout, to find lines that depend on it */
char conf_padding[CONF_PADDING] __attribute__((aligned(4096))) = { 1 };
#endif

typedef seL4_Word W;
seL4_BootInfo *platsupport_get_bootinfo(void);

enum { ROOT = seL4_CapInitThreadCNode, VS = seL4_CapInitThreadVSpace, ME = seL4_CapInitThreadTCB };
enum { HI = 120, MID = 100, LO = 80 };
enum { NOBUF = 1, NOSTART = 2, RXFILL = 0xe0, TXFILL = 0x50 };
#define I(label, extra, len) (((W)(label) << 12) | ((W)(extra) << 7) | (W)(len))
#define RXI I(0xabc, 0, 0)              /* rsi preset for receives: shows "unchanged" */
#define SAME 0xcafe0000ul               /* recorded instead of a cap number left in rdi */
#define RIGHTS(gr, g, r, w) seL4_CapRights_new(gr, g, r, w)

/* ---- one raw system call: cap/badge in rdi, info in rsi, MR0..3 in registers ---- */
typedef struct { W cap, info, mr[4]; } ipc_t;

static inline void sys(long no, ipc_t *m)
{
    register W a asm("r10") = m->mr[0];
    register W b asm("r8") = m->mr[1];
    register W c asm("r9") = m->mr[2];
    register W d asm("r15") = m->mr[3];
    asm volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                 : "+D"(m->cap), "+S"(m->info), "+r"(a), "+r"(b), "+r"(c), "+r"(d)
                 : "d"(no) : "rbx", "rcx", "r11", "memory");
    m->mr[0] = a; m->mr[1] = b; m->mr[2] = c; m->mr[3] = d;
}

static int is_rx(long no) { return no == seL4_SysRecv || no == seL4_SysNBRecv; }

static ipc_t x(long no, W cap, W info)          /* preset registers, one call */
{
    W f = is_rx(no) ? RXFILL : TXFILL;
    ipc_t m = { cap, info, { f, f + 1, f + 2, f + 3 } };
    if (is_rx(no) && !info) m.info = RXI;
    sys(no, &m);
    if (m.cap == cap) m.cap = SAME;
    return m;
}

/* ---- objects of a case ---- */
static seL4_BootInfo *bi;
static W done_all, pool, keep, first_slot, next_slot, park, done_w, done_dog, set_a, set_b;
static char line[2048]; static unsigned linen;
/* event log: written by several threads, so never cached in a register */
static volatile char ev_buf[512]; static volatile unsigned evn;
#define evs ((char *)ev_buf)

static void out(const char *f, ...)
{
    va_list a; va_start(a, f);
    int n = vsnprintf(line + linen, sizeof line - linen, f, a);
    va_end(a);
    if (n > 0) linen += n;
    if (linen > sizeof line - 1) linen = sizeof line - 1;
}
static void ev(char c) { unsigned n = evn; if (n < sizeof ev_buf - 1) { ev_buf[n] = c; ev_buf[n + 1] = 0; evn = n + 1; } }
static void ev2(char c, W n) { ev(c); ev('0' + n % 10); }

static W slot(void) { return next_slot++; }
static W mk_from(W ut, W type, W bits)
{
    W s = slot();
    int e = seL4_Untyped_Retype(ut, type, bits, ROOT, 0, 0, s, 1);
    if (e) out("[retype %lu: %d] ", type, e);
    return s;
}
static W mk(W type, W bits) { return mk_from(pool, type, bits); }
static W ep(void) { return mk(seL4_EndpointObject, 0); }
static W ntfn(void) { return mk(seL4_NotificationObject, 0); }
static W mint(W src, seL4_CapRights_t r, W badge)
{
    W s = slot();
    int e = seL4_CNode_Mint(ROOT, s, 64, ROOT, src, 64, r, badge);
    if (e) out("[mint: %d] ", e);
    return s;
}
static W badged(W src, W badge) { return mint(src, seL4_AllRights, badge); }
static int del(W s) { return seL4_CNode_Delete(ROOT, s, 64); }
static int captype(W s) { return (int)seL4_DebugCapIdentify(s); }

/* frame cap of a page of the user image (image frames are contiguous, just below the IPC buffer) */
static W image_frame(const volatile void *p)
{
    W n = bi->userImageFrames.end - bi->userImageFrames.start;
    W base = (W)bi->ipcBuffer - n * 4096;
    return bi->userImageFrames.start + ((W)p - base) / 4096;
}

/* ---- helper threads ---- */
typedef struct { long no; W cap, info; } op_t;   /* no = 0 ends a list */
typedef struct thr {
    W tcb, arg; int idx; char tag;
    seL4_IPCBuffer *buf;
    void (*fn)(struct thr *);
    op_t ops[8];
    volatile W stage, done;
    volatile ipc_t res[8];
} thr_t;

enum { NTHR = 8, STACK = 8192 };
static thr_t thr[NTHR];
static int nthr;
static char stacks[NTHR][STACK] __attribute__((aligned(4096)));
static char bufs[NTHR][4096] __attribute__((aligned(4096)));
static char wstack[65536] __attribute__((aligned(16)));
static W cfg_fault, cfg_cnode;                   /* for the next thread of this case */

static W fsbase(void) { W v; asm("movq %%fs:0, %0" : "=r"(v)); return v; }

static void do_park(void) { for (;;) { ipc_t m = { park, 0, { 0 } }; sys(seL4_SysRecv, &m); } }
static void thr_main(thr_t *t)
{
    if (t->fn) t->fn(t);
    else for (const op_t *o = t->ops; o->no; o++) {
        W f = is_rx(o->no) ? RXFILL : TXFILL + ((0xa + t->idx) << 8);
        ipc_t m = { o->cap, o->info, { f, f + 1, f + 2, f + 3 } };
        if (is_rx(o->no) && !m.info) m.info = RXI;
        sys(o->no, &m);
        if (m.cap == o->cap) m.cap = SAME;
        t->res[t->stage] = m;
        t->stage++;
        ev2(t->tag, t->stage);
    }
    t->done = 1;
    do_park();
}
static void fill(seL4_IPCBuffer *b, W v) { for (int i = 0; i < 120; i++) b->msg[i] = v + i; }

static thr_t *mkthr(int prio, int flags, const op_t *ops, void (*fn)(thr_t *), W arg)
{
    thr_t *t = &thr[nthr];
    memset(t, 0, sizeof *t);
    t->idx = nthr; t->tag = 'A' + nthr; t->fn = fn; t->arg = arg;
    for (int i = 0; ops && i < 7 && ops[i].no; i++) t->ops[i] = ops[i];
    t->buf = (seL4_IPCBuffer *)bufs[nthr];
    memset(bufs[nthr], 0, 4096); fill(t->buf, 0x7000);
    t->tcb = mk(seL4_TCBObject, 0);
    int nb = flags & NOBUF;
    int e = seL4_TCB_Configure(t->tcb, cfg_fault, cfg_cnode ? cfg_cnode : ROOT, 0, VS, 0,
                               nb ? 0 : (W)t->buf, nb ? 0 : image_frame(t->buf));
    if (!e) e = seL4_TCB_SetSchedParams(t->tcb, ME, 255, prio);
    seL4_UserContext r = { 0 };
    r.rip = (W)thr_main; r.rsp = (W)stacks[nthr] + STACK - 8; r.rdi = (W)t; r.rflags = 0x202;
    if (!e) e = seL4_TCB_WriteRegisters(t->tcb, 0, 0, sizeof r / sizeof(W), &r);
    if (e) out("[thread: %d] ", e);
    nthr++;
    if (!(flags & NOSTART)) seL4_TCB_Resume(t->tcb);
    return t;
}
#define OPS(...) ((const op_t[]){ __VA_ARGS__, { 0, 0, 0 } })
#define TH(prio, flags, ...) mkthr(prio, flags, OPS(__VA_ARGS__), 0, 0)
#define THF(prio, flags, fn, arg) mkthr(prio, flags, 0, fn, arg)

static void settle(void)                         /* let all helpers run until they block */
{
    ipc_t m = { set_a, I(0, 0, 0), { 0 } }; sys(seL4_SysSend, &m);
    m.cap = set_b; sys(seL4_SysRecv, &m);
}
static void set_prio(W tcb, int p) { seL4_TCB_SetPriority(tcb, ME, p); }

/* rip of a (stopped) thread */
static W rip_of(W tcb) { seL4_UserContext c = { 0 }; seL4_TCB_ReadRegisters(tcb, 0, 0, 20, &c); return c.rip; }

/* "what=value " for a side effect: arguments of one out() have no defined order */
static void did(const char *what, long v) { out("%s=%ld ", what, v); }

/* ---- printing messages ---- */
static void show_info(W i)
{
    if (i == RXI) { out("i=same"); return; }
    out("i=%lx/%lu/%lx/%lu", i >> 12, (i >> 7) & 3, (i >> 9) & 7, i & 127);
}
static void show(const char *who, volatile ipc_t *m)   /* label/extraCaps/capsUnwrapped/length */
{
    if (m->cap == SAME) out("%s:b=same ", who); else out("%s:b=%lx ", who, m->cap);
    show_info(m->info);
    out(" m=%lx,%lx,%lx,%lx ", m->mr[0], m->mr[1], m->mr[2], m->mr[3]);
}
/* words 4..119 of a buffer: how many were written, how many hold "base + index" */
static void show_buf(const char *who, seL4_IPCBuffer *b, W own, W base)
{
    int changed = 0, good = 0;
    for (int i = 4; i < 120; i++) { changed += b->msg[i] != own + i; good += b->msg[i] == base + i; }
    out("%s:buf=%d/%d,head=%d ", who, changed, good, b->msg[0] != own || b->msg[3] != own + 3);
}

/* ---- the driver ---- */
static void (*volatile case_fn)(W); static volatile W case_arg;
static void worker_main(void)
{
    case_fn(case_arg);
    ipc_t m = { done_w, 0, { 0 } };
    sys(seL4_SysSend, &m);
    do_park();
}
static void dog_main(void) { for (;;) { ipc_t m = { done_dog, 0, { 0 } }; sys(seL4_SysSend, &m); } }
static void settler_main(void)
{
    for (;;) {
        ipc_t m = { set_a, 0, { 0 } }; sys(seL4_SysRecv, &m);
        m.cap = set_b; m.info = 0; sys(seL4_SysSend, &m);
    }
}
static W start_raw(W ut, void (*fn)(void), void *top, int prio, int share)
{
    W t = mk_from(ut, seL4_TCBObject, 0);
    seL4_TCB_Configure(t, 0, ROOT, 0, VS, 0, share ? (W)bi->ipcBuffer : 0, share ? seL4_CapInitThreadIPCBuffer : 0);
    seL4_TCB_SetSchedParams(t, ME, 255, prio);
    seL4_UserContext r = { 0 };
    r.rip = (W)fn; r.rsp = (W)top - 8; r.rflags = 0x202; r.fs_base = share ? fsbase() : 0;
    seL4_TCB_WriteRegisters(t, 0, 0, sizeof r / sizeof(W), &r);
    seL4_TCB_Resume(t);
    return t;
}
static char dstack[2][4096] __attribute__((aligned(16)));
static W worker;                                  /* TCB of the running worker */

static void conf_init(void)
{
    bi = platsupport_get_bootinfo();
    next_slot = bi->empty.start < 0x800 ? 0x800 : bi->empty.start;   /* above all badges used */
    int best = -1, n = bi->untyped.end - bi->untyped.start;
    for (int i = 0; i < n; i++) {
        seL4_UntypedDesc *u = &bi->untypedList[i];
        if (u->isDevice || u->sizeBits < 21) continue;
        if (best < 0 || u->sizeBits < bi->untypedList[best].sizeBits) best = i;
    }
    W big = bi->untyped.start + best;
    keep = mk_from(big, seL4_UntypedObject, 16);
    pool = mk_from(big, seL4_UntypedObject, 20);
    W d = done_all = mk_from(keep, seL4_NotificationObject, 0);
    done_w = badged(d, 1); done_dog = badged(d, 2);
    park = mk_from(keep, seL4_NotificationObject, 0);
    set_a = mk_from(keep, seL4_NotificationObject, 0);
    set_b = mk_from(keep, seL4_NotificationObject, 0);
    first_slot = next_slot;
    start_raw(keep, settler_main, dstack[0] + 4096, 2, 0);
    start_raw(keep, dog_main, dstack[1] + 4096, 1, 0);
    first_slot = next_slot;
    printf("\n");
}

static void run(const char *name, void (*fn)(W), W arg)
{
    linen = 0; line[0] = 0; evn = 0; ev_buf[0] = 0; nthr = 0; cfg_fault = 0; cfg_cnode = 0;
    next_slot = first_slot;
    case_fn = fn; case_arg = arg;
    bi->ipcBuffer->receiveCNode = bi->ipcBuffer->receiveIndex = bi->ipcBuffer->receiveDepth = 0;
    fill(bi->ipcBuffer, 0x5000);
    worker = start_raw(pool, worker_main, wstack + sizeof wstack, MID, 1);
    W d = done_all, b = 0;
    seL4_Wait(d, &b);
    if (b & 1) printf("%s: %s\n", name, line);
    else printf("%s: hung\n", name);
    seL4_CNode_Revoke(ROOT, pool, 64);
    for (W s = first_slot; s < next_slot; s++) del(s);
    seL4_Poll(set_a, &b); seL4_Poll(set_b, &b); seL4_Poll(park, &b); seL4_Poll(d, &b);
}
#define RUN(topic, fn) run(topic "." #fn, fn, 0)
static void finish(void)
{
    printf("all-cases-done\n");
    for (;;) seL4_Wait(park, 0);
}
