/* Messages between threads through endpoints: partners, lengths, badges, rights, order. */
#include "conf.h"

/* ---- who sends how x who receives how x who comes first x helper priority ----
 * helper A is the sender, the worker the receiver (rxmode), or the other way round. */
enum { R_RECV, R_NBRECV, R_REPLYRECV };
static ipc_t receive(int mode, W e)
{
    if (mode == R_RECV) return x(seL4_SysRecv, e, 0);
    if (mode == R_NBRECV) return x(seL4_SysNBRecv, e, 0);
    ipc_t m = { e, I(9, 0, 1), { RXFILL, RXFILL + 1, RXFILL + 2, RXFILL + 3 } };
    sys(seL4_SysReplyRecv, &m);
    if (m.cap == e) m.cap = SAME;
    return m;
}
static const long txno[] = { seL4_SysSend, seL4_SysNBSend, seL4_SysCall };
static const char *txname[] = { "send", "nbsend", "call" };
static const char *rxname[] = { "recv", "nbrecv", "replyrecv" };

/* sender is a helper that ran first (high priority): queued, then received */
static void tx_first(W arg)
{
    W e = ep(), b = badged(e, 0x61);
    thr_t *a = TH(HI, 0, { txno[arg & 3], b, I(7, 0, 2) });
    out("before=%lu ", a->stage);
    ipc_t m = receive(arg >> 2, e);
    if ((arg & 3) == 1 && arg >> 2 != R_NBRECV) { out("not reached"); return; }
    show("rx", &m); out("after=%lu ", a->stage);
    x(seL4_SysReply, 0, I(5, 0, 1));
    if (a->stage) show("tx", &a->res[0]); else out("tx:blocked");
}
/* sender is a helper of lower priority: the receiver waits first */
static void rx_first(W arg)
{
    W e = ep(), b = badged(e, 0x61);
    thr_t *a = TH(LO, 0, { txno[arg & 3], b, I(7, 0, 2) });
    ipc_t m = receive(arg >> 2, e);
    show("rx", &m); out("after=%lu ", a->stage);
    x(seL4_SysReply, 0, I(5, 0, 1));
    settle();
    if (a->stage) show("tx", &a->res[0]); else out("tx:blocked");
}
/* the worker sends, a helper waits already (prio high or low) */
static void worker_tx(W arg)
{
    W e = ep(), b = badged(e, 0x62);
    thr_t *a = TH(arg & 4 ? HI : LO, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, I(5, 0, 3) });
    settle();
    ipc_t m = x(txno[arg & 3], b, I(7, 0, 2));
    out("helper-stage=%lu ", a->stage);
    show("tx", &m); show("rx", &a->res[0]);
    settle(); out("end=%lu", a->stage);
}

/* ---- no partner ---- */
static void nbsend_lost(W u)
{
    W e = ep(); x(seL4_SysNBSend, e, I(7, 0, 1));
    ipc_t m = x(seL4_SysNBRecv, e, 0); show("rx", &m);
}
static void nbrecv_empty(W u) { ipc_t m = x(seL4_SysNBRecv, ep(), 0); show("rx", &m); }
static void send_blocks(W u) { thr_t *a = TH(HI, 0, { seL4_SysSend, ep(), I(1, 0, 1) }); settle(); out("stage=%lu", a->stage); }
static void call_blocks(W u) { thr_t *a = TH(HI, 0, { seL4_SysCall, ep(), I(1, 0, 1) }); settle(); out("stage=%lu", a->stage); }
static void recv_blocks(W u) { thr_t *a = TH(HI, 0, { seL4_SysRecv, ep(), 0 }); settle(); out("stage=%lu", a->stage); }
static void replyrecv_blocks(W u) { thr_t *a = TH(HI, 0, { seL4_SysReplyRecv, ep(), I(1, 0, 1) }); settle(); out("stage=%lu", a->stage); }
static void two_receivers(W u)
{
    W e = ep();
    thr_t *a = TH(HI, 0, { seL4_SysRecv, e, 0 }), *b = TH(HI, 0, { seL4_SysRecv, e, 0 });
    x(seL4_SysSend, e, I(1, 0, 1)); out("%lu%lu ", a->stage, b->stage);
    x(seL4_SysNBSend, e, I(2, 0, 1)); out("%lu%lu ", a->stage, b->stage);
    x(seL4_SysNBSend, e, I(3, 0, 1)); out("%lu%lu ", a->stage, b->stage);
    show("A", &a->res[0]); show("B", &b->res[0]);
}

/* ---- lengths: arg = len | buffers << 8 (1: sender, 2: receiver) ---- */
static void len_send(W arg)
{
    W len = arg & 255, e = ep();
    thr_t *r = TH(HI, arg & 0x200 ? 0 : NOBUF, { seL4_SysRecv, e, 0 });
    thr_t *s = TH(LO, (arg & 0x100 ? 0 : NOBUF) | NOSTART, { seL4_SysSend, e, I(0xfffffffffffff, 0, len) });
    fill(s->buf, 0x5000);
    seL4_TCB_Resume(s->tcb);
    settle();
    show("rx", &r->res[0]); show_buf("rx", r->buf, 0x7000, 0x5000); show_buf("tx", s->buf, 0x5000, 0x5000);
}
static void len_reply(W arg)
{
    W len = arg & 255, e = ep();
    thr_t *r = TH(HI, arg & 0x100 ? 0 : NOBUF, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, I(3, 0, len) });
    fill(r->buf, 0x6000);
    thr_t *c = TH(LO, arg & 0x200 ? 0 : NOBUF, { seL4_SysCall, e, I(1, 0, 0) });
    settle();
    show("caller", &c->res[0]); show_buf("caller", c->buf, 0x7000, 0x6000);
}
static void len_call_replyrecv(W arg)                 /* long both ways through ReplyRecv */
{
    W len = arg & 255, e = ep();
    thr_t *r = TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReplyRecv, e, I(3, 0, len) });
    thr_t *c = TH(LO, 0, { seL4_SysCall, e, I(1, 0, len) }, { seL4_SysSend, e, I(4, 0, 1) });
    settle();
    show("rx", &r->res[0]); show("caller", &c->res[0]); show("rx2", &r->res[1]);
    show_buf("rx", r->buf, 0x7000, 0x7000); show_buf("caller", c->buf, 0x7000, 0x7000);
}
/* IPC buffer words outside msg[] stay untouched by a message without caps */
static void other_words(W u)
{
    W e = ep();
    thr_t *r = TH(HI, 0, { seL4_SysRecv, e, 0 });
    r->buf->tag.words[0] = 0x111; r->buf->userData = 0x222;
    for (int i = 0; i < 3; i++) r->buf->caps_or_badges[i] = 0x333 + i;
    fill(bi->ipcBuffer, 0x5000);
    x(seL4_SysSend, e, I(1, 0, 120));
    out("len=%lu tag=%lx user=%lx caps=%lx,%lx,%lx", r->res[0].info & 127, r->buf->tag.words[0], r->buf->userData,
        r->buf->caps_or_badges[0], r->buf->caps_or_badges[1], r->buf->caps_or_badges[2]);
}
/* sender's own capsUnwrapped bits are not passed on */
static void unwrapped_bits_dropped(W u)
{
    W e = ep(); thr_t *r = TH(HI, 0, { seL4_SysRecv, e, 0 });
    x(seL4_SysSend, e, I(1, 0, 1) | 7 << 9);
    show("rx", &r->res[0]);
}
/* buffer in a read-only frame, and offset inside the frame */
static char page[4096] __attribute__((aligned(4096)));
static void buffer_readonly_rx(W u)
{
    W e = ep(), f = mint(image_frame(page), RIGHTS(0, 0, 1, 0), 0);
    thr_t *r = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    int err = seL4_TCB_SetIPCBuffer(r->tcb, (W)page, f);
    fill((void *)page, 0x7000); seL4_TCB_Resume(r->tcb); fill(bi->ipcBuffer, 0x5000);
    x(seL4_SysSend, e, I(1, 0, 9));
    out("set=%d ", err); show("rx", &r->res[0]); show_buf("rx", (void *)page, 0x7000, 0x5000);
}
static void buffer_readonly_tx(W u)
{
    W e = ep(), f = mint(image_frame(page), RIGHTS(0, 0, 1, 0), 0);
    thr_t *r = TH(HI, 0, { seL4_SysRecv, e, 0 });
    thr_t *s = TH(HI, NOSTART, { seL4_SysSend, e, I(2, 0, 9) });
    seL4_TCB_SetIPCBuffer(s->tcb, (W)page, f);
    fill((void *)page, 0x6000); seL4_TCB_Resume(s->tcb);
    show("rx", &r->res[0]); show_buf("rx", r->buf, 0x7000, 0x6000);
}
static void buffer_offset(W off)                       /* any 1024-aligned address: low bits select the place */
{
    W e = ep(); memset(page, 0, 4096);
    thr_t *r = TH(HI, NOSTART, { seL4_SysRecv, e, 0 });
    int err = seL4_TCB_SetIPCBuffer(r->tcb, 0x10000000000 + off, image_frame(page));
    seL4_TCB_Resume(r->tcb); fill(bi->ipcBuffer, 0x5000);
    x(seL4_SysSend, e, I(1, 0, 6));
    int at = -1, n = 0;
    for (int i = 0; i < 512; i++) if (((W *)page)[i]) { n++; if (at < 0) at = i * 8; }
    out("set=%d words=%d first-at=%d value=%lx", err, n, at, at < 0 ? 0 : *(W *)(page + at));
}
/* ---- badges ---- */
static void badge(W b)
{
    W e = ep(), c = badged(e, b);
    thr_t *r = TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, I(0, 0, 0) });
    ipc_t m = x(seL4_SysCall, c, I(1, 0, 0));
    show("rx", &r->res[0]); show("reply", &m);
}
static void badge_of_receiver_ignored(W u)
{
    W e = ep(), c = badged(e, 0x99), s = badged(e, 0x11);
    thr_t *r = TH(HI, 0, { seL4_SysRecv, c, 0 });
    x(seL4_SysSend, s, I(1, 0, 0)); show("rx", &r->res[0]);
}
static void badge_kept_at_queue_time(W u)              /* sender's cap deleted while it is queued */
{
    W e = ep(), s = badged(e, 0x44);
    thr_t *a = TH(HI, 0, { seL4_SysSend, s, I(1, 0, 0) });
    did("del", del(s)); did("stage", a->stage);
    ipc_t m = x(seL4_SysNBRecv, e, 0); show("rx", &m); out("stage=%lu", a->stage);
}
/* ---- order: queue is FIFO whatever the priorities ---- */
static void fifo(W perm)
{
    static const int pr[3][3] = { { 120, 130, 140 }, { 140, 130, 120 }, { 130, 120, 140 } };
    W e = ep();
    for (int i = 0; i < 3; i++) TH(pr[perm & 3][i], 0, { perm & 4 ? seL4_SysCall : seL4_SysSend, badged(e, i + 1), I(i, 0, 0) });
    for (int i = 0; i < 4; i++) { ipc_t m = x(seL4_SysNBRecv, e, 0); out("%lx ", m.cap); }
    out("events=%s", evs);
}
static void fifo_receivers(W perm)
{
    static const int pr[3][3] = { { 120, 130, 140 }, { 140, 130, 120 }, { 130, 120, 140 } };
    W e = ep();
    for (int i = 0; i < 3; i++) TH(pr[perm][i], 0, { seL4_SysRecv, e, 0 });
    for (int i = 0; i < 4; i++) { x(seL4_SysNBSend, e, I(i, 0, 0)); out("%s ", evs); }
}
static void queue_place_kept_on_prio_change(W u)
{
    W e = ep();
    for (int i = 0; i < 3; i++) TH(120, 0, { seL4_SysSend, badged(e, i + 1), I(i, 0, 0) });
    set_prio(thr[2].tcb, 150); set_prio(thr[0].tcb, 110);
    for (int i = 0; i < 3; i++) { ipc_t m = x(seL4_SysNBRecv, e, 0); out("%lx ", m.cap); }
}
static void queue_middle_removed(W u)
{
    W e = ep();
    for (int i = 0; i < 3; i++) TH(120, 0, { seL4_SysSend, badged(e, i + 1), I(i, 0, 0) });
    seL4_TCB_Suspend(thr[1].tcb);
    for (int i = 0; i < 3; i++) { ipc_t m = x(seL4_SysNBRecv, e, 0); out("%lx ", m.cap); }
    seL4_TCB_Resume(thr[1].tcb);
    ipc_t m = x(seL4_SysNBRecv, e, 0); out("resumed: %lx events=%s", m.cap, evs);
}
static void queue_requeued_at_tail(W u)                /* Resume of a queued sender re-executes: to the tail */
{
    W e = ep();
    for (int i = 0; i < 3; i++) TH(120, 0, { seL4_SysSend, badged(e, i + 1), I(i, 0, 0) });
    seL4_TCB_Resume(thr[0].tcb);
    for (int i = 0; i < 3; i++) { ipc_t m = x(seL4_SysNBRecv, e, 0); out("%lx ", m.cap); }
}
/* ---- endpoint goes away ---- */
static void delete_ep(W what)                          /* 0 send 1 call 2 recv 3 nothing */
{
    W e = ep(), f = ep(), b = badged(e, 0x31);
    cfg_fault = badged(f, 0xfa);
    static const long no[] = { seL4_SysSend, seL4_SysCall, seL4_SysRecv };
    TH(HI, 0, { no[what], b, I(6, 0, 1) }, { seL4_SysNBSend, f, I(0x77, 0, 0) });
    TH(HI, 0, { no[what], b, I(6, 0, 1) }, { seL4_SysNBSend, f, I(0x78, 0, 0) });
    did("del-copy", del(b)); out("%s ", evs);
    did("del-last", del(e)); out("events=%s ", evs);
    for (int i = 0; i < 2; i++) {
        ipc_t m = x(seL4_SysNBRecv, f, 0);
        if (m.cap) out("fault b=%lx i=%lx/%lu cap-is-mine=%d phase=%lx type=%lx ", m.cap, m.info >> 12, m.info & 127, m.mr[1] == b, m.mr[2], m.mr[3]);
        else out("nothing ");
    }
}
static void revoke_ep(W what)                          /* only badged caps go: the queue stays */
{
    W e = ep(), b = badged(e, 0x31);
    thr_t *a = TH(HI, 0, { seL4_SysSend, b, I(6, 0, 1) });
    did("revoke", seL4_CNode_Revoke(ROOT, e, 64)); did("stage", a->stage);
    ipc_t m = x(seL4_SysNBRecv, e, 0); show("rx", &m); out("stage=%lu", a->stage);
}
/* CancelBadgedSends: arg 0 matching badge, 1 other badge, 2 unbadged cap, 3 missing right */
static void cancel_badged(W arg)
{
    W e = ep(), b1 = badged(e, 1), b2 = badged(e, 2);
    W order[] = { b1, b2, b1, e };
    for (int i = 0; i < 4; i++) TH(120 + i, 0, { seL4_SysSend, order[i], I(i + 1, 0, 0) }, { seL4_SysSend, e, I(0x10 + i, 0, 0) });
    W target = arg == 0 ? b1 : arg == 1 ? badged(e, 3) : arg == 2 ? e : mint(e, RIGHTS(0, 1, 1, 1), 1);
    int err = seL4_CNode_CancelBadgedSends(ROOT, target, 64);
    out("err=%d events=%s rx=", err, evs);
    for (int i = 0; i < 9; i++) { ipc_t m = x(seL4_SysNBRecv, e, 0); if (m.info == RXI) break; out("%lx:%lx ", m.cap, m.info >> 12); }
}
static void cancel_badged_callers(W arg)
{
    W e = ep(), b1 = badged(e, 1);
    TH(120, 0, { seL4_SysCall, b1, I(1, 0, 0) }); TH(120, 0, { seL4_SysSend, b1, I(2, 0, 0) }); TH(120, 0, { seL4_SysSend, b1, I(3, 0, 0) });
    int err = seL4_CNode_CancelBadgedSends(ROOT, b1, 64);
    out("err=%d events=%s order=", err, evs);
    for (int i = 0; i < 4; i++) { ipc_t m = x(seL4_SysNBRecv, e, 0); out("%lx:%lx ", m.cap, m.info >> 12); }
}
/* ---- rights masks: every combination x every operation ---- */
static const char *opname[] = { "send", "nbsend", "call", "recv", "nbrecv", "replyrecv" };
static const long opno[] = { seL4_SysSend, seL4_SysNBSend, seL4_SysCall, seL4_SysRecv, seL4_SysNBRecv, seL4_SysReplyRecv };
static void rights(W arg)
{
    W op = arg >> 4, r = arg & 15, e = ep(), f = ep();
    W c = mint(e, RIGHTS(r >> 3 & 1, r >> 2 & 1, r >> 1 & 1, r & 1), 0x21);
    thr_t *p = op < 3 ? TH(HI, 0, { seL4_SysRecv, e, 0 }, { seL4_SysReply, 0, I(5, 0, 1) }) : TH(HI, 0, { seL4_SysSend, e, I(4, 0, 1) });
    cfg_fault = badged(f, 0xfa);
    thr_t *a = TH(HI, 0, { opno[op], c, op == 5 ? I(3, 0, 1) : op < 3 ? I(2, 0, 1) : 0 });
    settle();
    ipc_t m = x(seL4_SysNBRecv, f, 0);
    if (m.cap == 0xfa) out("fault b=%lx i=%lx/%lu phase=%lx type=%lx left=%lx ", m.cap, m.info >> 12, m.info & 127, m.mr[2], m.mr[3], bi->ipcBuffer->msg[4]);
    else if (a->stage) show("done", &a->res[0]); else out("blocked ");
    out("partner=%lu", p->stage);
    if (p->stage && op < 3) { out(" "); show("rx", &p->res[0]); }
}

int main(void)
{
    char n[64];
    conf_init();
    for (int t = 0; t < 3; t++)
        for (int r = 0; r < 3; r++) {
            if (!(t == 1 && r != R_NBRECV)) { sprintf(n, "ipc.queued-%s-%s", txname[t], rxname[r]); run(n, tx_first, t | r << 2); }
            if (r != R_NBRECV) { sprintf(n, "ipc.waiting-%s-%s", rxname[r], txname[t]); run(n, rx_first, t | r << 2); }
        }
    for (int t = 0; t < 3; t++)
        for (int h = 0; h < 2; h++) { sprintf(n, "ipc.to-%s-%s", h ? "higher" : "lower", txname[t]); run(n, worker_tx, t | h << 2); }
    run("ipc.nbsend-lost", nbsend_lost, 0); run("ipc.nbrecv-empty", nbrecv_empty, 0);
    run("ipc.send-blocks", send_blocks, 0); run("ipc.call-blocks", call_blocks, 0);
    run("ipc.recv-blocks", recv_blocks, 0); run("ipc.replyrecv-blocks", replyrecv_blocks, 0);
    run("ipc.two-receivers", two_receivers, 0);
    static const int lens[] = { 0, 1, 2, 3, 4, 5, 119, 120, 121, 127 };
    static const char *bn[] = { "none", "tx", "rx", "both" };
    for (int b = 0; b < 4; b++)
        for (int i = 0; i < 10; i++) { sprintf(n, "ipc.len-send-%d-buf-%s", lens[i], bn[b]); run(n, len_send, lens[i] | b << 8); }
    for (int b = 0; b < 4; b++)
        for (int i = 0; i < 10; i++) { sprintf(n, "ipc.len-reply-%d-buf-%s", lens[i], bn[b]); run(n, len_reply, lens[i] | b << 8); }
    for (int i = 0; i < 10; i++) { sprintf(n, "ipc.len-replyrecv-%d", lens[i]); run(n, len_call_replyrecv, lens[i]); }
    run("ipc.buffer-other-words", other_words, 0); run("ipc.unwrapped-bits-dropped", unwrapped_bits_dropped, 0);
    run("ipc.buffer-readonly-rx", buffer_readonly_rx, 0); run("ipc.buffer-readonly-tx", buffer_readonly_tx, 0);
    for (int i = 0; i < 4; i++) { sprintf(n, "ipc.buffer-offset-%d", i * 1024); run(n, buffer_offset, i * 1024); }
    run("ipc.badge-0", badge, 0); run("ipc.badge-1", badge, 1); run("ipc.badge-bit63", badge, 1ul << 63); run("ipc.badge-ones", badge, -1ul);
    run("ipc.badge-of-receiver-ignored", badge_of_receiver_ignored, 0); run("ipc.badge-kept-at-queue-time", badge_kept_at_queue_time, 0);
    for (int i = 0; i < 3; i++) { sprintf(n, "ipc.fifo-senders-%d", i); run(n, fifo, i); }
    for (int i = 0; i < 3; i++) { sprintf(n, "ipc.fifo-callers-%d", i); run(n, fifo, i | 4); }
    for (int i = 0; i < 3; i++) { sprintf(n, "ipc.fifo-receivers-%d", i); run(n, fifo_receivers, i); }
    run("ipc.queue-prio-change", queue_place_kept_on_prio_change, 0); run("ipc.queue-middle-removed", queue_middle_removed, 0);
    run("ipc.queue-resume-goes-to-tail", queue_requeued_at_tail, 0);
    run("ipc.delete-ep-send", delete_ep, 0); run("ipc.delete-ep-call", delete_ep, 1); run("ipc.delete-ep-recv", delete_ep, 2);
    run("ipc.revoke-ep-keeps-queue", revoke_ep, 0);
    run("ipc.cancelbadged-match", cancel_badged, 0); run("ipc.cancelbadged-other", cancel_badged, 1);
    run("ipc.cancelbadged-unbadged", cancel_badged, 2); run("ipc.cancelbadged-rights", cancel_badged, 3);
    run("ipc.cancelbadged-callers", cancel_badged_callers, 0);
    for (int o = 0; o < 6; o++)
        for (int r = 0; r < 16; r++) { sprintf(n, "ipc.rights-%s-%c%c%c%c", opname[o], r & 8 ? 'p' : '-', r & 4 ? 'g' : '-', r & 2 ? 'r' : '-', r & 1 ? 'w' : '-'); run(n, rights, o << 4 | r); }
    finish();
}
