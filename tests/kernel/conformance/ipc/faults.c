/* Faults as messages, and what replies to them do. */
#include "conf.h"

/* A snippet starts with known registers (see start()), faults at <name>_ip and, if it gets past
 * that instruction, sets "after" and parks. Words of messages are printed relative to _ip / the stack. */
static volatile W after, dump[20], park_cap;
asm(".text\n"
    "snip_done: movq safe_sp_p(%rip), %rsp\n movq $1, after_flag(%rip)\n"
    "1: movq park_slot(%rip), %rdi\n movq $-5, %rdx\n xorl %esi, %esi\n movq %rsp, %rbx\n syscall\n movq %rbx, %rsp\n jmp 1b\n"
    "regdump: movq %rax, dump_area(%rip)\n movq %rbx, 8+dump_area(%rip)\n movq %rcx, 16+dump_area(%rip)\n movq %rdx, 24+dump_area(%rip)\n"
    " movq %rsi, 32+dump_area(%rip)\n movq %rdi, 40+dump_area(%rip)\n movq %rbp, 48+dump_area(%rip)\n movq %r8, 56+dump_area(%rip)\n"
    " movq %r9, 64+dump_area(%rip)\n movq %r10, 72+dump_area(%rip)\n movq %r11, 80+dump_area(%rip)\n movq %r12, 88+dump_area(%rip)\n"
    " movq %r13, 96+dump_area(%rip)\n movq %r14, 104+dump_area(%rip)\n movq %r15, 112+dump_area(%rip)\n movq %rsp, 128+dump_area(%rip)\n"
    " movq safe_sp_p(%rip), %rsp\n pushfq\n popq %rax\n movq %rax, 136+dump_area(%rip)\n jmp snip_done\n"
    ".data\n.globl safe_sp_p, after_flag, park_slot, dump_area\n.balign 8\nsafe_sp_p: .quad 0\nafter_flag: .quad 0\npark_slot: .quad 0\ndump_area: .space 160\n.text\n");
extern W safe_sp_p, park_slot; extern volatile W after_flag, dump_area[20];
extern char regdump[];

typedef struct { const char *name; char *entry, *ip, *end; } snip_t;
#define SNIP(n, setup, insn) extern char n[], n##_ip[], n##_end[]; \
    asm(".text\n" #n ":\n" setup "\n" #n "_ip: " insn "\n" #n "_end: jmp snip_done\n");
#define S(n) { #n, n, n##_ip, n##_end }
#define FAR "0x10000000000"                 /* a page mapped by map_page() */
#define FAR_ADDR 0x10000000000ul

SNIP(vm_read, "", "movq 0xdead000, %rax")
SNIP(vm_write, "", "movq %rax, 0xdead008")
SNIP(vm_read_byte, "", "movb 0xdeadfff, %al")
SNIP(vm_exec, "movl $0xdead010, %eax", "jmp *%rax")
SNIP(vm_call, "movl $0xdead020, %eax", "call *%rax")
SNIP(vm_push, "movl $0xdead018, %esp", "pushq %rax")
SNIP(vm_null, "", "movq 0, %rax")
SNIP(vm_kernel_read, "movq $0xffffffff80100000, %rax", "movq (%rax), %rbx")
SNIP(vm_kernel_write, "movq $0xffffff8000000000, %rax", "movq %rbx, (%rax)")
SNIP(vm_last_page, "movq $0x7ffffffff000, %rax", "movq (%rax), %rbx")
SNIP(far_read, "movq $" FAR ", %rax", "movq 8(%rax), %rbx")
SNIP(far_write, "movq $" FAR ", %rax", "movq %rbx, 8(%rax)")
SNIP(far_cross, "movq $" FAR ", %rax", "movq 0xffc(%rax), %rbx")
SNIP(far_exec, "movq $" FAR ", %rax", "jmp *%rax")
SNIP(de_zero, "xorl %ecx, %ecx\n xorl %edx, %edx", "divl %ecx")
SNIP(de_overflow, "movl $1, %ecx\n movl $1, %edx", "divl %ecx")
SNIP(bp_int3, "", "int3")
SNIP(bp_cd03, "", ".byte 0xcd, 3")
SNIP(db_tf, "pushfq\n orq $0x100, (%rsp)\n popfq", "nop\n nop")
SNIP(ud_ud2, "", "ud2")
SNIP(ud_push_es, "", ".byte 0x06")
SNIP(ud_lock, "", ".byte 0xf0, 0x90")
SNIP(gp_hlt, "", "hlt")
SNIP(gp_cli, "", "cli")
SNIP(gp_sti, "", "sti")
SNIP(gp_in, "movw $0x80, %dx", "inb %dx, %al")
SNIP(gp_out, "", "outb %al, $0x80")
SNIP(gp_rdmsr, "movl $0xc0000080, %ecx", "rdmsr")
SNIP(gp_cr0, "", "movq %cr0, %rax")
SNIP(gp_cr3, "", "movq %rax, %cr3")
SNIP(gp_invlpg, "", "invlpg (%rax)")
SNIP(gp_wbinvd, "", "wbinvd")
SNIP(gp_noncanon_read, "movq $0x8000000000000000, %rax", "movq (%rax), %rbx")
SNIP(gp_noncanon_low, "movq $0x800000000000, %rax", "movq (%rax), %rbx")
SNIP(gp_selector, "movl $0xfff8, %eax", "movw %ax, %ds")
SNIP(gp_int_0, "", ".byte 0xcd, 0")
SNIP(gp_int_4, "", ".byte 0xcd, 4")
SNIP(gp_int_0d, "", ".byte 0xcd, 0x0d")
SNIP(gp_int_20, "", ".byte 0xcd, 0x20")
SNIP(gp_int_30, "", ".byte 0xcd, 0x30")
SNIP(gp_int_80, "", ".byte 0xcd, 0x80")
SNIP(gp_int_9d, "", ".byte 0xcd, 0x9d")
SNIP(int_ff, "", ".byte 0xcd, 0xff")
SNIP(mf_divide, "fninit\n pushq $0x340\n fldcw (%rsp)\n popq %rax\n fldz\n fld1\n fdivp", "fwait")
SNIP(nm_fpu, "", "fninit")
SNIP(nm_sse, "", "movaps %xmm0, %xmm1")
SNIP(ac_misaligned, "pushfq\n orq $0x40000, (%rsp)\n popfq", "movq -9(%rsp), %rax")
SNIP(rdtsc_ok, "", "rdtsc")
SNIP(int_9e, "", ".byte 0xcd, 0x9e")
SNIP(int_f0, "", ".byte 0xcd, 0xf0")
SNIP(int_fe, "", ".byte 0xcd, 0xfe")
SNIP(sc_any, "", "syscall")
SNIP(cap_call, "movq $-1, %rdx\n movq $0x10000000000, %rdi", "syscall")
SNIP(cap_send, "movq $-3, %rdx\n movq $0x10000000000, %rdi", "syscall")
SNIP(cap_nbsend, "movq $-4, %rdx\n movq $0x10000000000, %rdi", "syscall")
SNIP(cap_recv, "movq $-5, %rdx\n movq $0x10000000000, %rdi", "syscall")
SNIP(cap_nbrecv, "movq $-8, %rdx\n movq $0x10000000000, %rdi", "syscall")
SNIP(cap_replyrecv, "movq $-2, %rdx\n movq $0x10000000000, %rdi", "syscall")
SNIP(null_call, "movq $-1, %rdx\n xorl %edi, %edi", "syscall")
SNIP(null_recv, "movq $-5, %rdx\n xorl %edi, %edi", "syscall")
SNIP(tcb_recv, "movq $-5, %rdx\n movl $1, %edi", "syscall")

static seL4_UserContext pattern(const snip_t *s, thr_t *t)
{
    seL4_UserContext r = { .rip = (W)s->entry, .rsp = (W)stacks[t->idx] + STACK - 64, .rflags = 0x202, .rax = 0xa0, .rbx = 0xa1, .rcx = 0xa2, .rdx = 0x1000,
        .rsi = 0, .rdi = 0xa5, .rbp = 0xa6, .r8 = 0xa7, .r9 = 0xa8, .r10 = 0xa9, .r11 = 0xaa, .r12 = 0xab, .r13 = 0xac, .r14 = 0xad, .r15 = 0xae };
    return r;
}
static W fep;
static thr_t *prepare(const snip_t *s, seL4_UserContext *r)
{
    thr_t *t = THF(HI, NOSTART, 0, 0);
    *r = pattern(s, t);
    after_flag = 0; park_slot = park; safe_sp_p = (W)stacks[t->idx] + STACK - 64;
    memset((void *)dump_area, 0, 160);
    return t;
}
static thr_t *start_rdx(const snip_t *s, W rdx)
{
    seL4_UserContext r; thr_t *t = prepare(s, &r);
    if (rdx) r.rdx = rdx;
    seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &r);
    return t;
}
static thr_t *start(const snip_t *s) { return start_rdx(s, 0); }
static W mr(ipc_t *m, int i) { return i < 4 ? m->mr[i] : bi->ipcBuffer->msg[i]; }
static void rel(const char *n, W v, W base) { W d = v - base; if (d + 0x10000 < 0x20000) out("%s=%+ld ", n, (long)d); else out("%s=%lx ", n, v); }

static void show_fault(ipc_t *m, const snip_t *s, thr_t *t)
{
    W l = m->info >> 12, len = m->info & 127, top = (W)stacks[t->idx] + STACK - 64;
    if (m->info == RXI) { out("no-fault after=%lu ", after_flag); return; }
    out("b=%lx i=%lx/%lu ", m->cap, l, len);
    if (l == seL4_Fault_CapFault) {
        rel("ip", mr(m, 0), (W)s->ip); out("addr=%lx phase=%lu type=%lu ", mr(m, 1), mr(m, 2), mr(m, 3));
        if (len > 4 && mr(m, 3) == 2) out("left=%lu ", mr(m, 4));
        if (mr(m, 3) == 4) out("guard=%lx ", mr(m, 5));
    } else if (l == seL4_Fault_VMFault) {
        /* fsr bit 4 and the prefetch word agree; whether they are set on a fetch depends on the CPU (SMEP) */
        rel("ip", mr(m, 0), (W)s->ip); out("addr=%lx prefetch=%s fsr=%lx ", mr(m, 1), mr(m, 2) == (mr(m, 3) >> 4 & 1) ? "bit4" : "wrong", mr(m, 3) & (mr(m, 0) == mr(m, 1) ? 0xf : 0x1f));
    } else if (l == seL4_Fault_UserException) {
        rel("ip", mr(m, 0), (W)s->ip); rel("sp", mr(m, 1), top); out("flags=%lx vector=%lu code=%lx ", mr(m, 2) & 0xfff & ~0x100ul, mr(m, 3), mr(m, 4));
    } else if (l == seL4_Fault_UnknownSyscall) {
        for (int i = 0; i < 15; i++) if (i != 2 && i != 10) out("%lx%s", mr(m, i), i < 14 ? "," : " ");
        rel("ip", mr(m, 15), (W)s->ip); out("flags=%lx nr=%ld ", mr(m, 17), (long)mr(m, 18));
    }
}
static void handler(W badge) { fep = ep(); cfg_fault = badged(fep, badge); }
static ipc_t take(void) { memset(bi->ipcBuffer->msg, 0, sizeof bi->ipcBuffer->msg); return x(seL4_SysNBRecv, fep, 0); }
static void map_page(seL4_CapRights_t r)
{
    W d = mk(seL4_X86_PDPTObject, 0), p = mk(seL4_X86_PageDirectoryObject, 0), q = mk(seL4_X86_PageTableObject, 0), f = mk(seL4_X86_4K, 0);
    int e = seL4_X86_PDPT_Map(d, VS, FAR_ADDR, 0); e |= seL4_X86_PageDirectory_Map(p, VS, FAR_ADDR, 0); e |= seL4_X86_PageTable_Map(q, VS, FAR_ADDR, 0);
    e |= seL4_X86_Page_Map(f, VS, FAR_ADDR, r, 0);
    if (e) out("[map %d] ", e);
}

/* ---- one fault, one line ---- */
static void plain(W a) { const snip_t *s = (void *)a; handler(0xfa); thr_t *t = start(s); ipc_t m = take(); show_fault(&m, s, t); }
static void mapped(W a)
{
    const snip_t *s = (void *)(a & ~7ul); W r = a & 7;
    map_page(r == 0 ? RIGHTS(0, 0, 1, 1) : r == 1 ? RIGHTS(0, 0, 1, 0) : r == 2 ? RIGHTS(0, 0, 0, 1) : RIGHTS(0, 0, 0, 0));
    handler(0xfa); thr_t *t = start(s); ipc_t m = take(); show_fault(&m, s, t);
}
static void no_fpu(W a) { const snip_t *s = (void *)a; seL4_UserContext r; handler(0xfa); thr_t *t = prepare(s, &r); seL4_TCB_SetFlags_t f = seL4_TCB_SetFlags(t->tcb, 0, 1); out("flags=%lx ", f.flags); seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &r); ipc_t m = take(); show_fault(&m, s, t); }
static const snip_t sc = S(sc_any), if0 = S(int_f0), ud = S(ud_ud2), rd = S(vm_read), de = S(de_zero), cc = S(cap_call);
static void unknown(W nr) { handler(0xfb); thr_t *t = start_rdx(&sc, nr); ipc_t m = take(); show_fault(&m, &sc, t); }

/* ---- replies ---- */
static void reply_regs(const snip_t *s, W label, W len, int sp_ok)
{
    thr_t *t; ipc_t m;
    W v[19];
    handler(0xfa); t = start(s); m = take();
    W l = m.info >> 12;
    for (int i = 0; i < 19; i++) v[i] = 0xb0 + i;
    if (l == seL4_Fault_UnknownSyscall) { v[3] = 0x2000; v[4] = 0; v[15] = (W)regdump; v[16] = safe_sp_p - 128; v[17] = 0xffffffff & ~0x400ul; }
    else { v[0] = (W)regdump; v[1] = safe_sp_p - 256; v[2] = 0xffffffff & ~0x400ul; }
    for (int i = 4; i < 19; i++) bi->ipcBuffer->msg[i] = v[i];
    ipc_t r = { 0, I(label, 0, len), { v[0], v[1], v[2], v[3] } };
    sys(seL4_SysReply, &r);
    m = take();
    if (m.info != RXI) { out("again: "); show_fault(&m, s, t); return; }
    out("after=%lu ", after_flag);
    if (!after_flag) {
        seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c);
        if (c.rip == (W)regdump) out("stopped-ip=new "); else rel("stopped-ip", c.rip, (W)s->ip);
        out("rax=%lx r15=%lx ", c.rax, c.r15);
        seL4_TCB_Resume(t->tcb); m = take(); out("resumed: "); if (m.info != RXI) show_fault(&m, s, t); else out("after=%lu ", after_flag);
    } else {
        for (int i = 0; i < 15; i++) { if (i == 2 && dump_area[i] == (W)regdump) out("ip,"); else out("%lx,", dump_area[i]); }
        if (dump_area[16]) rel("sp", dump_area[16], safe_sp_p); else out("sp=0 ");
        out("flags=%lx ", dump_area[17]);
    }
}
static void reply_unknown_int(W a) { reply_regs(&if0, a >> 8, a & 255, 1); }
static void reply_unknown_sc(W a) { reply_regs(&sc, a >> 8, a & 255, 1); }
static void reply_exc(W a) { reply_regs(&ud, a >> 8, a & 255, 1); }
static void reply_vm(W label) { reply_regs(&rd, label, 4, 1); }
static void reply_cap(W label) { reply_regs(&cc, label, 4, 1); }
static void fix_mapping(W a)                 /* handler maps the page, the access is repeated */
{
    static const snip_t s = S(far_read); handler(1); thr_t *t = start(&s); ipc_t m = take(); show_fault(&m, &s, t);
    map_page(RIGHTS(0, 0, 1, 1)); x(seL4_SysReply, 0, I(a, 0, a)); out("after=%lu", after_flag);
}
static void skip_insn(W u) { handler(1); start(&ud); ipc_t m = take(); ipc_t r = { 0, I(0, 0, 1), { m.mr[0] + 2 } }; sys(seL4_SysReply, &r); out("after=%lu", after_flag); }
static void saved_reply(W label)             /* fault reply through a saved reply cap, by Call */
{
    W s = slot(); handler(1); start(&ud); ipc_t m = take(); seL4_CNode_SaveCaller(ROOT, s, 64);
    ipc_t r = { s, I(label, 0, 1), { m.mr[0] + 2 } }; sys(seL4_SysCall, &r); out("after=%lu me:b=%lx i=%lx", after_flag, r.cap, r.info);
}
static void ip_noncanonical(W u) { handler(1); thr_t *t = start(&ud); ipc_t m = take(); ipc_t r = { 0, I(0, 0, 1), { 0x800000000000 } }; sys(seL4_SysReply, &r); m = take(); show_fault(&m, &ud, t); }

/* ---- handlers that do not work: thread becomes inactive; with a handler set later it faults again ---- */
static void bad_handler(W k)
{
    W e = ep(), n = ntfn();
    W h[] = { 0, slot(), 1ul << 40, n, ME, mint(e, RIGHTS(1, 1, 1, 0), 5), mint(e, RIGHTS(0, 0, 1, 1), 5), mint(e, RIGHTS(1, 0, 0, 1), 5), mint(e, RIGHTS(0, 1, 0, 1), 5), e };
    cfg_fault = h[k];
    thr_t *t = start(&ud);
    fep = e; ipc_t m = take(); out("first: "); show_fault(&m, &ud, t);
    if (m.info != RXI) { ipc_t r = { 0, I(0, 0, 1), { m.mr[0] + 2 } }; sys(seL4_SysReply, &r); out("after=%lu ", after_flag); return; }
    W c = slot(); seL4_CNode_Copy(ROOT, c, 64, ROOT, e, 64, seL4_AllRights);
    did("set", seL4_TCB_SetSpace(t->tcb, c, ROOT, 0, VS, 0)); seL4_TCB_Resume(t->tcb);
    m = take(); out("second: "); show_fault(&m, &ud, t);
}
static void own_cspace(W u)                  /* handler address is resolved in the faulter's CSpace */
{
    W cn = mk(seL4_CapTableObject, 2); fep = ep();
    cfg_cnode = mint(cn, seL4_AllRights, seL4_CNode_CapData_new(0, 62).words[0]);
    did("mint", seL4_CNode_Mint(cn, 3, 2, ROOT, fep, 64, seL4_AllRights, 0x5a)); cfg_fault = 3;
    thr_t *t = start(&ud); ipc_t m = take(); show_fault(&m, &ud, t);
}
static void handler_removed(W u)             /* cap deleted after the fault is queued: fault still delivered */
{
    handler(0x66); W h = cfg_fault; thr_t *t = start(&ud); did("del", del(h));
    ipc_t m = take(); show_fault(&m, &ud, t); x(seL4_SysReply, 0, I(0, 0, 0)); m = take(); out("then: "); show_fault(&m, &ud, t);
}
static void no_buffer_handler(W u)           /* receiver without buffer: four words */
{
    handler(7); thr_t *r = TH(HI, NOBUF, { seL4_SysRecv, fep, 0 }); start(&sc); show("R", &r->res[0]);
}
static void no_buffer_faulter(W k)           /* faulter without buffer: all words arrive */
{
    handler(7); thr_t *t = THF(HI, NOBUF | NOSTART, 0, 0); const snip_t *s = k ? &sc : &ud; seL4_UserContext r = pattern(s, t);
    after_flag = 0; seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &r); ipc_t m = take(); show_fault(&m, s, t);
}
static void two_faulters(W u)
{
    W e = ep(); fep = e;
    for (int i = 0; i < 2; i++) { cfg_fault = badged(e, 0x10 + i); start(i ? &ud : &de); }
    for (int i = 0; i < 3; i++) { ipc_t m = take(); if (m.info == RXI) out("none"); else out("b=%lx vector=%lu ", m.cap, m.mr[3]); }
}
static void fault_and_sender(W u)            /* faults queue with ordinary senders */
{
    handler(0xfa); TH(HI, 0, { seL4_SysSend, fep, I(9, 0, 0) }); start(&ud);
    for (int i = 0; i < 3; i++) { ipc_t m = take(); out("%lx:%lx ", m.cap, m.info >> 12); }
}
/* ---- suspend / resume of faulters ---- */
static void suspended(W k)                   /* bit0: handler has received; bit1: moved elsewhere before resume */
{
    handler(0xfa); W e = ep(); thr_t *t = start(&ud); ipc_t m;
    if (k & 1) m = take();
    seL4_TCB_Suspend(t->tcb); m = take(); out("suspended: "); show_fault(&m, &ud, t);
    if (k & 2) {
        seL4_UserContext r = pattern(&sc, t); r.rdx = (W)seL4_SysSend; r.rdi = badged(e, 0x33); r.rsi = I(2, 0, 1); r.r10 = 0x77;
        seL4_TCB_WriteRegisters(t->tcb, 1, 0, 20, &r);
        m = x(seL4_SysNBRecv, e, 0); out("sent: b=%lx i=%lx/%lu after=%lu ", m.cap, m.info >> 12, m.info & 127, after_flag);
    } else seL4_TCB_Resume(t->tcb);
    m = take(); out("then: "); show_fault(&m, &ud, t);
}
static void reply_after(W k)                 /* 0 suspend 1 resume 2 delete the faulter between fault and reply */
{
    handler(0xfa); thr_t *t = start(&ud); ipc_t m = take();
    if (k == 0) seL4_TCB_Suspend(t->tcb); else if (k == 1) seL4_TCB_Resume(t->tcb); else del(t->tcb);
    ipc_t r = { 0, I(0, 0, 1), { m.mr[0] + 2 } }; sys(seL4_SysReply, &r); out("after=%lu ", after_flag);
    m = take(); show_fault(&m, &ud, t);
}
static void regs_while_faulted(W u)
{
    handler(0xfa); thr_t *t = start(&ud); take();
    seL4_UserContext c; seL4_TCB_ReadRegisters(t->tcb, 0, 0, 20, &c);
    rel("ip", c.rip, (W)ud.ip); rel("sp", c.rsp, safe_sp_p); out("rax=%lx rcx=%lx r11=%lx r15=%lx flags=%lx", c.rax, c.rcx, c.r11, c.r15, c.rflags & 0xfff);
}
static void write_while_faulted(W u)         /* WriteRegisters on a faulted thread, then an empty reply */
{
    handler(0xfa); thr_t *t = start(&ud); take();
    seL4_UserContext r = pattern(&ud, t); r.rip = (W)ud.end; did("write", seL4_TCB_WriteRegisters(t->tcb, 0, 0, 20, &r)); did("after", after_flag);
    x(seL4_SysReply, 0, I(0, 0, 0)); did("after", after_flag); ipc_t m = take(); show_fault(&m, &ud, t);
}
static void bp_continue(W u) { static const snip_t s = S(bp_int3); handler(1); start(&s); take(); x(seL4_SysReply, 0, I(0, 0, 0)); did("after", after_flag); }
static void replyrecv_loop(W u)              /* handler loop with ReplyRecv: skip three faults */
{
    handler(0x31); start(&ud); ipc_t m = take(); out("%lx ", m.info >> 12);
    for (int i = 0; i < 2; i++) { ipc_t r = { fep, I(0, 0, 0), { 0 } }; sys(seL4_SysReplyRecv, &r); out("%lx:%lx/%lu ", r.cap, r.info >> 12, r.info & 127); }
}

static void all(void (*f)(W), const snip_t *l, int count)
{
    for (int i = 0; i < count; i++) {
        char n[64] = "faults."; strcat(n, l[i].name);
        for (char *c = n; *c; c++) if (*c == '_') *c = '-';
        run(n, f, (W)&l[i]);
    }
}
#define ALL(f, ...) do { static const snip_t l[] = { __VA_ARGS__ }; all(f, l, sizeof l / sizeof *l); } while (0)

int main(void)
{
    char n[64];
    conf_init();
    ALL(plain, S(vm_read), S(vm_write), S(vm_read_byte), S(vm_exec), S(vm_call), S(vm_push), S(vm_null), S(vm_kernel_read), S(vm_kernel_write), S(vm_last_page), S(far_read));
    ALL(plain, S(de_zero), S(de_overflow), S(bp_int3), S(bp_cd03), S(db_tf), S(ud_ud2), S(ud_push_es), S(ud_lock), S(gp_hlt), S(gp_cli), S(gp_sti), S(gp_in), S(gp_out), S(gp_rdmsr),
        S(gp_cr0), S(gp_cr3), S(gp_invlpg), S(gp_wbinvd), S(gp_noncanon_read), S(gp_noncanon_low), S(gp_selector), S(gp_int_0), S(gp_int_4), S(gp_int_0d), S(gp_int_20), S(gp_int_30), S(gp_int_80), S(gp_int_9d),
        S(int_ff), S(mf_divide), S(ac_misaligned), S(rdtsc_ok));
    ALL(plain, S(int_9e), S(int_f0), S(int_fe), S(cap_call), S(cap_send), S(cap_nbsend), S(cap_recv), S(cap_nbrecv), S(cap_replyrecv), S(null_call), S(null_recv), S(tcb_recv));
    ALL(no_fpu, S(nm_fpu), S(nm_sse));
    static const snip_t far[] = { S(far_read), S(far_write), S(far_cross), S(far_exec) };
    static const char *fn[] = { "read", "write", "cross", "exec" }, *rn[] = { "rw", "ro", "wo", "none" };
    static snip_t far_al[4] __attribute__((aligned(8)));
    memcpy(far_al, far, sizeof far);
    for (int s = 0; s < 4; s++) for (int r = 0; r < 4; r++) if (s != 3) { sprintf(n, "faults.mapped-%s-%s", rn[r], fn[s]); run(n, mapped, (W)&far_al[s] | r); }
    static const long nr[] = { 0, 1, 100, 0x7fffffffffffffff, -15, -16, -17, -18, -19, -20, -21, -22, -23, -24, -25, -26, -27, -28, -29, -31, -32, -1000, (long)(1ul << 63), 0xffffffff };
    for (unsigned i = 1; i < sizeof nr / sizeof *nr; i++) { sprintf(n, "faults.syscall-nr-%d", i); run(n, unknown, nr[i]); }
    static const int lens[] = { 0, 1, 2, 3, 4, 5, 9, 14, 15, 16, 17, 18, 19, 120 };
    for (unsigned i = 0; i < sizeof lens / sizeof *lens; i++) { sprintf(n, "faults.reply-unknown-int-%d", lens[i]); run(n, reply_unknown_int, lens[i]); }
    for (unsigned i = 0; i < sizeof lens / sizeof *lens; i++) { sprintf(n, "faults.reply-unknown-sc-%d", lens[i]); run(n, reply_unknown_sc, lens[i]); }
    for (int i = 0; i < 3; i++) { static const int l[] = { 0, 4, 18 }; sprintf(n, "faults.reply-unknown-label-%d", l[i]); run(n, reply_unknown_int, l[i] | 0x100); sprintf(n, "faults.reply-unknown-sc-label-%d", l[i]); run(n, reply_unknown_sc, l[i] | 0x100); }
    for (int i = 0; i < 6; i++) { sprintf(n, "faults.reply-exception-%d", i); run(n, reply_exc, i); sprintf(n, "faults.reply-exception-label-%d", i); run(n, reply_exc, i | 0x700); }
    run("faults.reply-vm-label-0", reply_vm, 0); run("faults.reply-vm-label-1", reply_vm, 1); run("faults.reply-cap-label-0", reply_cap, 0); run("faults.reply-cap-label-1", reply_cap, 1);
    run("faults.fix-mapping", fix_mapping, 0); run("faults.fix-mapping-label", fix_mapping, 1); run("faults.skip-insn", skip_insn, 0);
    run("faults.saved-reply", saved_reply, 0); run("faults.saved-reply-label", saved_reply, 1); run("faults.reply-ip-noncanonical", ip_noncanonical, 0);
    static const char *hn[] = { "zero", "empty", "unresolvable", "ntfn", "tcb", "no-write", "no-grant", "grantreply-only", "grant-only", "full" };
    for (int i = 0; i < 10; i++) { sprintf(n, "faults.handler-%s", hn[i]); run(n, bad_handler, i); }
    run("faults.own-cspace", own_cspace, 0); run("faults.handler-removed", handler_removed, 0); run("faults.no-buffer-handler", no_buffer_handler, 0);
    run("faults.no-buffer-faulter", no_buffer_faulter, 0); run("faults.no-buffer-faulter-syscall", no_buffer_faulter, 1);
    run("faults.two-faulters", two_faulters, 0); run("faults.fault-and-sender", fault_and_sender, 0);
    for (int i = 0; i < 4; i++) { sprintf(n, "faults.suspended-%d", i); run(n, suspended, i); }
    for (int i = 0; i < 3; i++) { sprintf(n, "faults.reply-after-%d", i); run(n, reply_after, i); }
    run("faults.regs-while-faulted", regs_while_faulted, 0); run("faults.write-while-faulted", write_while_faulted, 0);
    run("faults.int3-continue", bp_continue, 0); run("faults.replyrecv-loop", replyrecv_loop, 0);
    finish();
}
