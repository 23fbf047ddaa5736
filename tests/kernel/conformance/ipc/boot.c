/* Facts about the initial state that do not depend on the layout of the image. */
#include "conf.h"

static W len(seL4_SlotRegion r) { return r.end - r.start; }
static W image_end(void) { return (W)bi->ipcBuffer; }
static W image_start(void) { return image_end() - len(bi->userImageFrames) * 4096; }
static void slots(W u) { for (int i = 0; i < 16; i++) out("%d ", captype(i)); }
static void fields(W u)
{
    out("node=%lu nodes=%lu domain=%lu iopt=%lx shared=%lu,%lu iospace=%lu,%lu", bi->nodeID, bi->numNodes, bi->initThreadDomain, bi->numIOPTLevels, bi->sharedFrames.start, bi->sharedFrames.end, bi->ioSpaceCaps.start, bi->ioSpaceCaps.end);
}
static void placement(W u)
{
    W b = (W)bi, i = (W)bi->ipcBuffer;
    out("ipc-aligned=%d bi-after-ipc=%d extra-len-nonzero=%d", (i & 4095) == 0, b == i + 4096, bi->extraLen != 0);
}
static void region_order(W u)                /* paging, extra, image, untyped, empty follow each other from slot 16 */
{
    out("paging-from-16=%d extra-next=%d image-next=%d untyped-next=%d empty-next=%d empty-to-end=%d", bi->userImagePaging.start == seL4_NumInitialCaps, bi->extraBIPages.start == bi->userImagePaging.end,
        bi->userImageFrames.start == bi->extraBIPages.end, bi->untyped.start == bi->userImageFrames.end, bi->empty.start == bi->untyped.end, bi->empty.end == 1ul << bi->initThreadCNodeSizeBits);
}
static void paging_types(W u)                /* PDPTs, PDs, PTs in this order */
{
    int last = 7, ok = 1, n[8] = { 0 };
    for (W s = bi->userImagePaging.start; s < bi->userImagePaging.end; s++) { int t = captype(s); if (t > 7 || t < 3 || t > last) ok = 0; else { last = t; n[t]++; } }
    W lo = image_start() >> 21, hi = ((W)bi + 4096 + (len(bi->extraBIPages) << 12) - 1) >> 21;
    out("descending-levels=%d pdpt=%d pd=%d pt-as-needed=%d", ok, n[7], n[5], n[3] == (int)(hi - lo + 1));
}
static void region_types(W u)
{
    int a = 1, b = 1, c = 1, d = 1;
    for (W s = bi->extraBIPages.start; s < bi->extraBIPages.end; s++) a &= captype(s) == 1;
    for (W s = bi->userImageFrames.start; s < bi->userImageFrames.end; s++) b &= captype(s) == 1;
    for (W s = bi->untyped.start; s < bi->untyped.end; s++) c &= captype(s) == 2;
    for (W s = next_slot; s < bi->empty.end; s += 37) d &= captype(s) == 0;
    W p = len(bi->extraBIPages); out("extra=%d image=%d untyped=%d empty=%d extra-pow2=%d extra-fits=%d", a, b, c, d, (p & (p - 1)) == 0, p * 4096 >= bi->extraLen);
}
static void cnode_bits(W u)                  /* guard 0, guard size 64 - bits: depth 64 needed, index beyond is a guard mismatch */
{
    int b = bi->initThreadCNodeSizeBits; seL4_SetMR(1, 0);
    int e1 = seL4_CNode_Delete(ROOT, next_slot, 64), e2 = seL4_CNode_Delete(ROOT, next_slot, b), t2 = seL4_GetMR(1), m2 = seL4_GetMR(2) == b, f2 = seL4_GetMR(4) == 64 - b, e3 = seL4_CNode_Delete(ROOT, next_slot + (1ul << b), 64), t3 = seL4_GetMR(1);
    out("depth64=%d depth-bits=%d type=%d left-is-bits=%d found-rest=%d beyond=%d type=%d", e1, e2, t2, m2, f2, e3, t3);
}
static void untyped_list(W u)
{
    int n = len(bi->untyped), small = 0, big = 0, pad = 0, dev = 0, order = 1, overlap = 0, align = 0, devfirst = 1, seen_ram = 0;
    for (int i = 0; i < n; i++) {
        seL4_UntypedDesc *d = &bi->untypedList[i];
        small += d->sizeBits < 4; big += d->sizeBits > 47; dev += d->isDevice == 1; if (d->isDevice > 1) pad++;
        for (unsigned j = 0; j < sizeof d->padding; j++) pad += d->padding[j] != 0;
        if (!d->isDevice) seen_ram = 1; else if (seen_ram) devfirst = 0;
        if (i && bi->untypedList[i - 1].isDevice == d->isDevice && bi->untypedList[i - 1].paddr >= d->paddr) order = 0;
        if (d->paddr & ((1ul << d->sizeBits) - 1)) align++;
        for (int k = 0; k < i; k++) { seL4_UntypedDesc *o = &bi->untypedList[k]; if (d->paddr < o->paddr + (1ul << o->sizeBits) && o->paddr < d->paddr + (1ul << d->sizeBits)) overlap++; }
    }
    out("small=%d big=%d bad-pad=%d device-first=%d ascending-per-kind=%d overlaps=%d unaligned=%d list-fits=%d", small, big, pad, devfirst, order, overlap, align, n <= (int)(sizeof bi->untypedList / sizeof *bi->untypedList));
}
static void untyped_unaligned(W u) { for (W i = 0; i < len(bi->untyped); i++) { seL4_UntypedDesc *d = &bi->untypedList[i]; if (d->paddr & ((1ul << d->sizeBits) - 1)) out("%lx/%d dev=%d ", d->paddr, d->sizeBits, d->isDevice); } }
static void untyped_low(W u) { seL4_UntypedDesc *d = bi->untypedList; out("first=%lx/%d dev=%d", d->paddr, d->sizeBits, d->isDevice); }
static void untyped_top(W u)                 /* device space goes up to 2^47 */
{
    W top = 0; for (W i = 0; i < len(bi->untyped); i++) { seL4_UntypedDesc *d = &bi->untypedList[i]; W e = d->paddr + (1ul << d->sizeBits); if (d->isDevice && e > top) top = e; }
    out("device-top=%lx", top);
}
static void untyped_special(W u)             /* LAPIC, IOAPIC and MSI pages are nowhere; HPET page is device */
{
    static const W a[] = { 0xfee00000, 0xfec00000, 0xfffffff8, 0xfed00000, 0xb8000, 0, 0xfebff000 };
    for (int k = 0; k < 7; k++) { int f = -1; for (W i = 0; i < len(bi->untyped); i++) { seL4_UntypedDesc *d = &bi->untypedList[i]; if (a[k] >= d->paddr && a[k] < d->paddr + (1ul << d->sizeBits)) f = d->isDevice; } out("%lx:%d ", a[k], f); }
}
static void untyped_ram_sum(W u)             /* RAM untypeds + image + initial objects + kernel account for the memory map */
{
    W sum = 0; for (W i = 0; i < len(bi->untyped); i++) if (!bi->untypedList[i].isDevice) sum += 1ul << bi->untypedList[i].sizeBits;
    W total = 0; char *p = (char *)bi + 4096, *e = p + bi->extraLen;
    while (p < e) {
        seL4_BootInfoHeader *h = (void *)p;
        if (h->id == SEL4_BOOTINFO_HEADER_X86_MBMMAP) {
            unsigned bytes = *(unsigned *)(p + 16);
            for (unsigned o = 0; o + 24 <= bytes; o += 24) { char *q = p + 20 + o; W base, l; unsigned t; memcpy(&base, q + 4, 8); memcpy(&l, q + 12, 8); memcpy(&t, q + 20, 4); if (t == 1 && base >= 0x100000) total += l; }
        }
        p += h->len;
    }
    W gap = total - sum; out("less-than-map=%d gap-below-16M=%d", sum < total, gap < 16ul << 20);
}
static void extra(W u)
{
    char *p = (char *)bi + 4096, *e = p + bi->extraLen; int n = 0;
    while (p < e && n++ < 20) { seL4_BootInfoHeader *h = (void *)p; out("%lu/%lu ", h->id, h->len); if (h->len < 16) break; p += h->len; }
    out("exact=%d", p == e);
}
static void extra_rsdp(W u) { char *p = (char *)bi + 4096; while (((seL4_BootInfoHeader *)p)->id != SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP) p += ((seL4_BootInfoHeader *)p)->len; out("signature=%.8s", p + 16); }
static void extra_tsc(W u) { char *p = (char *)bi + 4096; while (((seL4_BootInfoHeader *)p)->id != SEL4_BOOTINFO_HEADER_X86_TSC_FREQ) p += ((seL4_BootInfoHeader *)p)->len; out("plausible=%d", *(unsigned *)(p + 16) > 10 && *(unsigned *)(p + 16) < 100000); }
static void image_frames(W u)                /* frame caps are the pages of the image in ascending order, physically contiguous */
{
    W s = bi->userImageFrames.start, n = len(bi->userImageFrames), bad = 0; seL4_X86_Page_GetAddress_t a = seL4_X86_Page_GetAddress(s);
    for (W i = 1; i < n; i++) { seL4_X86_Page_GetAddress_t b = seL4_X86_Page_GetAddress(s + i); bad += b.error || b.paddr != a.paddr + i * 4096; }
    out("err=%d contiguous=%d aligned=%d", a.error, bad == 0, (a.paddr & 4095) == 0);
}
static char probe[8192] __attribute__((aligned(4096))) = { 1 };
static void image_frame_matches(W u)         /* a second mapping of the page shows the same memory; all image pages are writable */
{
    W c = slot(), v = (W)bi + 0x100000; v = (v + 0x1fffff) & ~0x1ffffful; W pt = mk(seL4_X86_PageTableObject, 0);
    seL4_CNode_Copy(ROOT, c, 64, ROOT, image_frame(probe), 64, seL4_AllRights);
    int e = seL4_X86_PageTable_Map(pt, VS, v, 0); e |= seL4_X86_Page_Map(c, VS, v, seL4_AllRights, 0);
    probe[5] = 0x5a; out("err=%d same=%d", e, *(volatile char *)(v + 5) == 0x5a);
}
static const char ro_data[4096] __attribute__((aligned(4096))) = { 7 };
static void text_writable(W u) { volatile char *p = (volatile char *)ro_data; char o = *p; *p = 9; int ok = *p == 9; *p = o; out("rodata-writable=%d", ok); }
static int __attribute__((noinline)) f42(void) { return 42; }
static void data_executable(W u) { static unsigned char code[16]; memcpy(code, "\xb8\x2a\x00\x00\x00\xc3", 6); int (*f)(void) = (int (*)(void))(void *)code; out("value=%d", f() == f42()); }
static void image_start_aligned(W u) { out("aligned=%d", (image_start() & 4095) == 0); }
static void reader(thr_t *t) { t->stage = 1 + *(volatile char *)t->arg * 0; t->stage = 2; }
static void unmapped_around(W k)             /* nothing mapped below the image or behind the extra boot info */
{
    W f = ep(), a = k == 0 ? image_start() - 1 : k == 1 ? (W)bi + 4096 + len(bi->extraBIPages) * 4096 : (W)bi + 4096 + len(bi->extraBIPages) * 4096 - 1;
    cfg_fault = f; thr_t *t = THF(HI, 0, reader, a); ipc_t m = x(seL4_SysNBRecv, f, 0);
    if (m.info == RXI) out("readable=%d", t->stage == 2); else out("label=%lx addr-matches=%d fsr=%lx", m.info >> 12, m.mr[1] == a, m.mr[3]);
}
static void caps_basic(W u)                  /* what a few initial caps accept */
{
    W a = slot(), b = slot(), c = slot(), d = slot();
    did("copy-tcb", seL4_CNode_Copy(ROOT, a, 64, ROOT, 1, 64, seL4_AllRights)); did("copy-cnode", seL4_CNode_Copy(ROOT, b, 64, ROOT, 2, 64, seL4_AllRights));
    did("copy-vspace", seL4_CNode_Copy(ROOT, c, 64, ROOT, 3, 64, seL4_AllRights)); did("copy-irqcontrol", seL4_CNode_Copy(ROOT, d, 64, ROOT, 4, 64, seL4_AllRights));
    did("asid-assign-own", seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, VS)); did("copy-ipcframe", seL4_CNode_Copy(ROOT, d, 64, ROOT, 10, 64, seL4_AllRights));
}
static void bi_frame(W u) { seL4_X86_Page_GetAddress_t a = seL4_X86_Page_GetAddress(seL4_CapBootInfoFrame), b = seL4_X86_Page_GetAddress(seL4_CapInitThreadIPCBuffer); out("err=%d,%d distinct=%d", a.error, b.error, a.paddr != b.paddr); }
static void ram_untyped_zeroed(W u)          /* a fresh frame reads as zero */
{
    W f = mk(seL4_X86_4K, 0), v = ((W)bi + 0x300000) & ~0x1ffffful, pt = mk(seL4_X86_PageTableObject, 0), nz = 0; int e = seL4_X86_PageTable_Map(pt, VS, v, 0); e |= seL4_X86_Page_Map(f, VS, v, seL4_AllRights, 0);
    if (!e) for (int i = 0; i < 512; i++) nz += ((volatile W *)v)[i] != 0;
    out("err=%d nonzero=%lu", e, nz);
}
static void device_rules(W u)                /* only frames and untypeds from device memory */
{
    W d = bi->untyped.start, s = slot(), s2 = slot();
    did("ep", seL4_Untyped_Retype(d, seL4_EndpointObject, 0, ROOT, 0, 0, s, 1)); did("cnode", seL4_Untyped_Retype(d, seL4_CapTableObject, 1, ROOT, 0, 0, s, 1)); did("tcb", seL4_Untyped_Retype(d, seL4_TCBObject, 0, ROOT, 0, 0, s, 1));
    did("untyped", seL4_Untyped_Retype(d, seL4_UntypedObject, 13, ROOT, 0, 0, s, 1)); did("frame", seL4_Untyped_Retype(s, seL4_X86_4K, 0, ROOT, 0, 0, s2, 1)); did("buffer", seL4_TCB_SetIPCBuffer(worker, (W)bi->ipcBuffer, s2));
    seL4_CNode_Revoke(ROOT, d, 64);
}
/* main's own attributes, seen from a case: threads at 254 and 255 against main at 255 */
static int at_255, at_254; static volatile int ran;
static void quick(void) { ran++; do_park(); }
static void root_priority(void)              /* runs in main, before the cases */
{
    static char s2[2][4096] __attribute__((aligned(16)));
    ran = 0; start_raw(keep, quick, s2[0] + 4096, 254, 0); int a = ran; ipc_t m = { 0 }; sys(seL4_SysYield, &m); at_254 = a * 10 + ran;
    ran = 0; start_raw(keep, quick, s2[1] + 4096, 255, 0); a = ran; sys(seL4_SysYield, &m); at_255 = a * 10 + ran;
    first_slot = next_slot;
}
static void show_priority(W u) { out("254:before=%d,after-yield=%d 255:before=%d,after-yield=%d", at_254 / 10, at_254 % 10, at_255 / 10, at_255 % 10); }
static void constants(W u) { out("%d %d %d %d %d %d %d %d %d %d", seL4_WordBits, seL4_SlotBits, seL4_TCBBits, seL4_EndpointBits, seL4_NotificationBits, seL4_PageBits, seL4_LargePageBits, seL4_MinUntypedBits, seL4_MaxUntypedBits, (int)sizeof(seL4_IPCBuffer)); }
static void sizes(W u) { out("bi=%d desc=%d region=%d list=%d msg=%d caps=%d", (int)sizeof(seL4_BootInfo), (int)sizeof(seL4_UntypedDesc), (int)sizeof(seL4_SlotRegion), (int)((char *)bi->untypedList - (char *)bi), (int)((char *)bi->ipcBuffer->msg - (char *)bi->ipcBuffer), (int)((char *)bi->ipcBuffer->caps_or_badges - (char *)bi->ipcBuffer)); }

#define B(f) { char n[64] = "boot." #f; for (char *c = n; *c; c++) if (*c == '_') *c = '-'; run(n, f, 0); }
int main(void)
{
    conf_init();
    root_priority();
    B(slots) B(fields) B(placement) B(region_order) B(paging_types) B(region_types) B(cnode_bits) B(untyped_list) B(untyped_unaligned) B(untyped_low) B(untyped_top) B(untyped_special) B(untyped_ram_sum)
    B(extra) B(extra_rsdp) B(extra_tsc) B(image_frames) B(image_frame_matches) B(text_writable) B(data_executable) B(image_start_aligned)
    run("boot.unmapped-below", unmapped_around, 0); run("boot.unmapped-behind", unmapped_around, 1); run("boot.last-extra-byte", unmapped_around, 2);
    B(caps_basic) B(bi_frame) B(ram_untyped_zeroed) B(device_rules) B(show_priority) B(constants) B(sizes)
    finish();
}
