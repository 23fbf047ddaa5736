/* Capabilities in messages: unwrapping, receive slot, deriving, grant. */
#include "conf.h"

/* A message with the caps named by a string, from helper S to helper R.
 *   e same endpoint, badge 0x71   E same endpoint, unbadged   o other endpoint, badge 0x72
 *   n notification, badge 0x73    0 empty slot   x unresolvable cptr   u childless untyped   U untyped with child
 *   f frame  c CNode  t TCB  i IRQ control  p unmapped page table  v own VSpace  m unassigned PML4
 *   P IO port control  A ASID control  d domain  a ASID pool  s saved reply cap */
static W e_main, e_other;
static W saved_reply(void)
{
    W e = ep(), s = slot();
    TH(LO, 0, { seL4_SysCall, e, I(1, 0, 0) });
    x(seL4_SysRecv, e, 0);
    seL4_CNode_SaveCaller(ROOT, s, 64);
    return s;
}
static W make_cap(char k)
{
    W s;
    switch (k) {
    case 'e': return badged(e_main, 0x71);
    case 'E': return e_main;
    case 'o': return badged(e_other, 0x72);
    case 'n': return badged(ntfn(), 0x73);
    case '0': return slot();
    case 'x': return 1ul << 40;
    case 'u': return mk(seL4_UntypedObject, 12);
    case 'U': s = mk(seL4_UntypedObject, 12); mk_from(s, seL4_EndpointObject, 0); return s;
    case 'f': return mk(seL4_X86_4K, 0);
    case 'c': return mk(seL4_CapTableObject, 2);
    case 't': return mk(seL4_TCBObject, 0);
    case 'i': return seL4_CapIRQControl;
    case 'p': return mk(seL4_X86_PageTableObject, 0);
    case 'v': return VS;
    case 'm': return mk(seL4_X64_PML4Object, 0);
    case 'P': return seL4_CapIOPortControl;
    case 'A': return seL4_CapASIDControl;
    case 'd': return seL4_CapDomain;
    case 'a': return seL4_CapInitThreadASIDPool;
    case 's': return saved_reply();
    }
    return 0;
}
static void set_rx(seL4_IPCBuffer *b, W cn, W index, W depth)
{
    b->receiveCNode = cn; b->receiveIndex = index; b->receiveDepth = depth;
    for (int i = 0; i < 3; i++) b->caps_or_badges[i] = 0xc0 + i;
}
static void show_caps(seL4_IPCBuffer *b) { out("caps=%lx,%lx,%lx ", b->caps_or_badges[0], b->caps_or_badges[1], b->caps_or_badges[2]); }

struct spec { const char *caps; int grant, slot; long no; };
/* slot: 0 none given, 1 free slot, 2 occupied */
static void transfer(W a)
{
    struct spec *p = (void *)a;
    W rs = slot(), f = ep();
    e_main = ep(); e_other = ep();
    if (p->slot == 2) seL4_Untyped_Retype(pool, seL4_NotificationObject, 0, ROOT, 0, 0, rs, 1);
    W via = mint(e_main, RIGHTS(!p->grant, p->grant, 1, 1), 0x61);
    int n = strlen(p->caps);
    W c[3];
    for (int i = 0; i < n; i++) c[i] = make_cap(p->caps[i]);
    thr_t *r = TH(HI, NOSTART, { seL4_SysRecv, e_main, 0 });
    if (p->slot) set_rx(r->buf, ROOT, rs, 64); else set_rx(r->buf, 0, 0, 0);
    cfg_fault = badged(f, 0xfa);
    thr_t *s = TH(HI, NOSTART, { p->no, via, I(4, n, 1) });
    for (int i = 0; i < n; i++) s->buf->caps_or_badges[i] = c[i];
    seL4_TCB_Resume(r->tcb); seL4_TCB_Resume(s->tcb);
    if (r->stage) { show("rx", &r->res[0]); show_caps(r->buf); } else out("rx:blocked ");
    out("slot=%d sender=%lu ", captype(rs), s->stage);
    ipc_t m = x(seL4_SysNBRecv, f, 0);
    if (m.cap == 0xfa) out("fault i=%lx/%lu which=%d phase=%lu type=%lu ", m.info >> 12, m.info & 127, n && m.mr[1] == c[n - 1] ? n - 1 : 9, m.mr[2], m.mr[3]);
    if (strchr(p->caps, 'U') == 0 && captype(rs) == 4) {            /* which endpoint is it? */
        thr_t *q = TH(HI, 0, { seL4_SysRecv, e_other, 0 });
        x(seL4_SysNBSend, rs, I(8, 0, 0));
        if (q->stage) show("through-slot", &q->res[0]);
    }
}
/* ---- receive path variants: arg selects (CNode, index, depth) ---- */
static void rxpath(W arg)
{
    W rs = slot(), cn = mk(seL4_CapTableObject, 4), e = ep(), o = badged(ep(), 0x72);
    W guarded = mint(cn, seL4_AllRights, seL4_CNode_CapData_new(0, 60).words[0]);
    thr_t *r = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    W v[][3] = { { ROOT, rs, 64 }, { cn, 3, 4 }, { guarded, 5, 64 }, { cn, 3, 64 }, { cn, 3, 3 }, { cn, 3, 0 }, { cn, 3, 65 }, { cn, 0x13, 4 },
                 { e, 3, 4 }, { 0, rs, 64 }, { 1ul << 40, 3, 4 }, { ROOT, 0, 64 }, { ROOT, 1ul << 20, 64 }, { rs, 3, 4 }, { ROOT, rs, 32 }, { guarded, 16, 64 } };
    set_rx(r->buf, v[arg][0], v[arg][1], v[arg][2]);
    seL4_TCB_Resume(r->tcb);
    seL4_SetCap(0, o);
    x(seL4_SysSend, e, I(4, 1, 0));
    show("rx", &r->res[0]); show_caps(r->buf);
    out("root-slot=%d ", captype(rs));
    for (W i = 0; i < 16; i++) { W t = slot(); if (!seL4_CNode_Copy(ROOT, t, 64, cn, i, 4, seL4_AllRights)) out("cnode[%lu]=%d ", i, captype(t)); }
}
/* ---- rights of a received cap: source rights are kept ---- */
static void rights_kept(W r)
{
    W rs = slot(), e = ep(), o = ep(), f = ep(), oc = mint(o, RIGHTS(r >> 3 & 1, r >> 2 & 1, r >> 1 & 1, r & 1), 5);
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    set_rx(a->buf, ROOT, rs, 64); seL4_TCB_Resume(a->tcb);
    seL4_SetCap(0, oc); x(seL4_SysSend, e, I(4, 1, 0));
    out("slot=%d ", captype(rs));
    thr_t *b = TH(HI, 0, { seL4_SysRecv, o, 0 });
    x(seL4_SysNBSend, rs, I(1, 0, 0)); out("write=%lu ", b->stage);
    seL4_TCB_Suspend(b->tcb);
    TH(HI, 0, { seL4_SysSend, o, I(2, 0, 0) });
    cfg_fault = f;
    thr_t *c = TH(HI, 0, { seL4_SysRecv, rs, 0 });
    out("read=%lu ", c->stage);
}
/* ---- both-way and timing ---- */
static void sender_queued(W arg)             /* 0 plain, 1 cap deleted while queued, 2 sender's ep cap deleted, 3 cap replaced */
{
    W rs = slot(), e = ep(), via = badged(e, 0x61), o = badged(ep(), 0x72);
    thr_t *s = TH(HI, NOSTART, { seL4_SysSend, via, I(4, 1, 1) });
    s->buf->caps_or_badges[0] = o;
    seL4_TCB_Resume(s->tcb);
    if (arg == 1 || arg == 3) del(o);
    if (arg == 2) del(via);
    if (arg == 3) seL4_CNode_Copy(ROOT, o, 64, ROOT, park, 64, seL4_AllRights);
    set_rx(bi->ipcBuffer, ROOT, rs, 64);
    ipc_t m = x(seL4_SysNBRecv, e, 0);
    show("rx", &m); show_caps(bi->ipcBuffer); out("slot=%d sender=%lu", captype(rs), s->stage);
}
static void buffer_change_queued(W u)        /* cap list of the queued sender edited before the transfer */
{
    W rs = slot(), e = ep(), o = badged(ep(), 0x72), n = ntfn();
    thr_t *s = TH(HI, NOSTART, { seL4_SysSend, e, I(4, 1, 1) });
    s->buf->caps_or_badges[0] = o; seL4_TCB_Resume(s->tcb);
    s->buf->caps_or_badges[0] = n;
    set_rx(bi->ipcBuffer, ROOT, rs, 64);
    ipc_t m = x(seL4_SysNBRecv, e, 0);
    show("rx", &m); out("slot=%d", captype(rs));
}
static void no_buffer(W who)                 /* 0 sender without, 1 receiver without */
{
    W rs = slot(), e = ep(), o = badged(ep(), 0x72), f = ep();
    thr_t *r = TH(HI, (who == 1 ? NOBUF : 0) | NOSTART, { seL4_SysRecv, e, 0 });
    set_rx(r->buf, ROOT, rs, 64); seL4_TCB_Resume(r->tcb);
    cfg_fault = f;
    thr_t *s = TH(HI, (who == 0 ? NOBUF : 0) | NOSTART, { seL4_SysSend, e, I(4, 1, 1) });
    s->buf->caps_or_badges[0] = o; seL4_TCB_Resume(s->tcb);
    show("rx", &r->res[0]); show_caps(r->buf); out("slot=%d sender=%lu", captype(rs), s->stage);
}
/* cap in a reply: arg bit0 caller's cap has grant (else grantReply), bit1 replier received through a cap with grant */
static void in_reply(W arg)
{
    W rs = slot(), e = ep(), o = badged(ep(), 0x72);
    W rx = mint(e, RIGHTS(0, arg >> 1 & 1, 1, 0), 0), tx = mint(e, RIGHTS(1, arg & 1, 0, 1), 0x61);
    thr_t *s = TH(LO, NOSTART, { seL4_SysCall, tx, I(4, 0, 1) });
    set_rx(s->buf, ROOT, rs, 64); seL4_TCB_Resume(s->tcb);
    x(seL4_SysRecv, rx, 0);
    seL4_SetCap(0, o); seL4_SetCap(1, e);
    if (arg & 4) { W r = slot(); seL4_CNode_SaveCaller(ROOT, r, 64); x(seL4_SysSend, r, I(5, 2, 1)); }
    else x(seL4_SysReply, 0, I(5, 2, 1));
    settle();
    show("caller", &s->res[0]); show_caps(s->buf); out("slot=%d", captype(rs));
}
static void reply_same_ep(W u)               /* a reply never unwraps */
{
    W rs = slot(), e = ep();
    thr_t *s = TH(LO, NOSTART, { seL4_SysCall, e, I(4, 0, 1) });
    set_rx(s->buf, ROOT, rs, 64); seL4_TCB_Resume(s->tcb);
    x(seL4_SysRecv, e, 0);
    seL4_SetCap(0, badged(e, 0x71)); seL4_SetCap(1, e);
    x(seL4_SysReply, 0, I(5, 2, 1));
    settle();
    show("caller", &s->res[0]); show_caps(s->buf); out("slot=%d", captype(rs));
}
/* the received copy in the derivation tree */
static void revoke_source(W arg)             /* 0 unbadged original, 1 badged mint, 2 plain copy, 3 frame */
{
    W rs = slot(), e = ep(), o = ep();
    W c = arg == 0 ? o : arg == 1 ? badged(o, 7) : arg == 2 ? badged(o, 0) : mk(seL4_X86_4K, 0);
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    set_rx(a->buf, ROOT, rs, 64); seL4_TCB_Resume(a->tcb);
    seL4_SetCap(0, c); x(seL4_SysSend, e, I(4, 1, 0));
    out("slot=%d ", captype(rs));
    did("revoke", seL4_CNode_Revoke(ROOT, c, 64)); did("slot", captype(rs)); did("source", captype(c));
}
static void receive_two_messages(W u)        /* the slot is occupied for the second message */
{
    W rs = slot(), e = ep(), o = badged(ep(), 0x72);
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, e, 0 }, { seL4_SysRecv, e, 0 });
    set_rx(a->buf, ROOT, rs, 64); seL4_TCB_Resume(a->tcb);
    seL4_SetCap(0, o); x(seL4_SysSend, e, I(4, 1, 0)); x(seL4_SysSend, e, I(5, 1, 0));
    show("first", &a->res[0]); show("second", &a->res[1]);
}
static void receive_in_other_cspace(W u)     /* receiver's own CSpace: receiveCNode is looked up there */
{
    W e = ep(), o = badged(ep(), 0x72), cn = mk(seL4_CapTableObject, 4);
    cfg_cnode = mint(cn, seL4_AllRights, seL4_CNode_CapData_new(0, 60).words[0]);
    seL4_CNode_Copy(cn, 1, 4, ROOT, e, 64, seL4_AllRights);
    seL4_CNode_Copy(cn, 2, 4, ROOT, cfg_cnode, 64, seL4_AllRights);
    thr_t *a = TH(HI, NOSTART, { seL4_SysRecv, 1, 0 }, { seL4_SysRecv, 1, 0 });
    set_rx(a->buf, 2, 7, 64); seL4_TCB_Resume(a->tcb);
    seL4_SetCap(0, o); x(seL4_SysSend, e, I(4, 1, 0));
    show("rx", &a->res[0]);
    W t = slot(); did("moved", seL4_CNode_Move(ROOT, t, 64, cn, 7, 4)); did("type", captype(t));
}

int main(void)
{
    char n[64];
    static const char *all[] = { "", "e", "E", "o", "n", "0", "x", "u", "U", "f", "c", "t", "i", "p", "v", "m", "P", "A", "d", "a", "s",
        "ee", "eE", "eo", "oe", "on", "oo", "0e", "e0", "o0", "0o", "ue", "Ue", "eU", "eee", "eoe", "oeo", "oee", "eoo", "eeo", "eno", "e0e", "oe0", "o0e", "eUe", "oUe", "sne", "ox", "ex" };
    static const char *few[] = { "e", "o", "eo", "oe", "eoe", "ee", "x", "U" };
    conf_init();
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        struct spec s = { all[i], 1, 1, seL4_SysSend };
        sprintf(n, "transfer.caps-");
        for (const char *c = all[i]; *c; c++) { int up = *c >= 'A' && *c <= 'Z'; sprintf(n + strlen(n), "%s%c", up ? "big-" : "", up ? *c + 32 : *c); }
        run(n, transfer, (W)&s);
    }
    for (unsigned i = 0; i < sizeof few / sizeof *few; i++) {
        char q[16] = ""; for (const char *c = few[i]; *c; c++) sprintf(q + strlen(q), "%s%c", *c == 'U' ? "big-" : "", *c == 'U' ? 'u' : *c);
        struct spec s = { few[i], 0, 1, seL4_SysSend };
        sprintf(n, "transfer.nogrant-%s", q); run(n, transfer, (W)&s);
        s = (struct spec){ few[i], 1, 0, seL4_SysSend }; sprintf(n, "transfer.noslot-%s", q); run(n, transfer, (W)&s);
        s = (struct spec){ few[i], 1, 2, seL4_SysSend }; sprintf(n, "transfer.occupied-%s", q); run(n, transfer, (W)&s);
        s = (struct spec){ few[i], 1, 1, seL4_SysNBSend }; sprintf(n, "transfer.nbsend-%s", q); run(n, transfer, (W)&s);
        s = (struct spec){ few[i], 1, 1, seL4_SysCall }; sprintf(n, "transfer.call-%s", q); run(n, transfer, (W)&s);
    }
    for (int i = 0; i < 16; i++) { sprintf(n, "transfer.rxpath-%d", i); run(n, rxpath, i); }
    for (int i = 0; i < 16; i++) { sprintf(n, "transfer.rights-kept-%d", i); run(n, rights_kept, i); }
    for (int i = 0; i < 4; i++) { sprintf(n, "transfer.sender-queued-%d", i); run(n, sender_queued, i); }
    run("transfer.list-read-at-transfer", buffer_change_queued, 0);
    run("transfer.sender-no-buffer", no_buffer, 0); run("transfer.receiver-no-buffer", no_buffer, 1);
    for (int i = 0; i < 8; i++) { sprintf(n, "transfer.in-reply-%d", i); run(n, in_reply, i); }
    run("transfer.reply-same-ep", reply_same_ep, 0);
    for (int i = 0; i < 4; i++) { sprintf(n, "transfer.revoke-source-%d", i); run(n, revoke_source, i); }
    run("transfer.two-messages-one-slot", receive_two_messages, 0);
    run("transfer.other-cspace", receive_in_other_cspace, 0);
    finish();
}
