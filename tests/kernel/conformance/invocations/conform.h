/* What the invocation programs share: raw invocations by Call, the printing of cases, fresh objects.
 *
 * Every program is a root task. It prints BEGIN <name>, one line a case, and END <name> <number of
 * cases>, then yields for ever. Invariants: a group starts with no objects and empty slots; only
 * names of sel4/sel4.h and printf are used. */
#pragma once
#include <sel4/sel4.h>
#include <stdarg.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define ROOT  seL4_CapInitThreadCNode
#define SELF  seL4_CapInitThreadTCB
#define VROOT seL4_CapInitThreadVSpace
#define D64   64

/* Rights as a message word: write 1, read 2, grant 4, grant-reply 8. */
#define ALL   15

/* Layout of the free part of the root CNode, relative to bootinfo->empty.start:
 * 0..319 are hand-managed, 320.. are handed out by mk().  All of 0..CLEAN-1 are
 * emptied at the start of each group. */
#define CLEAN 640

#ifdef CONFORM_PAD
static volatile char conform_pad[CONFORM_PAD] = { 1 };
#endif

struct res { seL4_Word label, len, mr[5]; };

static seL4_BootInfo *bi;
static seL4_CPtr base, next_slot, pool;
static int ncases;
static const char *progname;

#define S(n) (base + (n))

/* W(...) message words, C(...) extra caps: each expands to a count and an array. */
#define W(...) (int)(sizeof((seL4_Word[]){0, ##__VA_ARGS__}) / sizeof(seL4_Word)) - 1, \
               ((seL4_Word[]){0, ##__VA_ARGS__}) + 1
#define C(...) W(__VA_ARGS__)

/* Formats a case name (four rotating buffers). */
static inline const char *N(const char *f, ...)
{
    static char b[4][96];
    static int k;
    va_list a;
    k = (k + 1) & 3;
    va_start(a, f);
    vsnprintf(b[k], sizeof b[k], f, a);
    va_end(a);
    return b[k];
}

/* Raw invocation by Call. */
static inline struct res inv(seL4_CPtr svc, seL4_Word label, int nmr, const seL4_Word *mr,
                             int ncap, const seL4_Word *cap)
{
    seL4_Word m[4] = { 0, 0, 0, 0 };
    struct res r;
    for (int i = 0; i < nmr; i++) {
        if (i < 4) {
            m[i] = mr[i];
        } else {
            seL4_SetMR(i, mr[i]);
        }
    }
    for (int i = 0; i < ncap; i++) {
        seL4_SetCap(i, cap[i]);
    }
    seL4_MessageInfo_t t = seL4_CallWithMRs(svc, seL4_MessageInfo_new(label, 0, ncap, nmr),
                                            &m[0], &m[1], &m[2], &m[3]);
    r.label = seL4_MessageInfo_get_label(t);
    r.len = seL4_MessageInfo_get_length(t);
    for (int i = 0; i < 4; i++) {
        r.mr[i] = m[i];
    }
    r.mr[4] = seL4_GetMR(4);
    return r;
}

/* Prints one case: the raw reply of an invocation. */
static inline void show(const char *name, struct res r)
{
    char b[128];
    int n = 0, k = r.len < 5 ? (int)r.len : 5;
    b[0] = '-';
    b[1] = 0;
    for (int i = 0; i < k; i++) {
        n += snprintf(b + n, sizeof b - n, "%s%lx", i ? "," : "", (unsigned long)r.mr[i]);
    }
    printf("%s: label=%lu len=%lu mr=%s\n", name, (unsigned long)r.label, (unsigned long)r.len, b);
    ncases++;
}

/* Invoke and print. */
static inline struct res t(const char *name, seL4_CPtr svc, seL4_Word label, int nmr,
                           const seL4_Word *mr, int ncap, const seL4_Word *cap)
{
    struct res r = inv(svc, label, nmr, mr, ncap, cap);
    show(name, r);
    return r;
}

/* Invoke and print label and length only (results that may not be shown). */
static inline struct res tl(const char *name, seL4_CPtr svc, seL4_Word label, int nmr,
                            const seL4_Word *mr, int ncap, const seL4_Word *cap)
{
    struct res r = inv(svc, label, nmr, mr, ncap, cap);
    printf("%s: label=%lu len=%lu\n", name, (unsigned long)r.label, (unsigned long)r.len);
    ncases++;
    return r;
}

/* Prints one case: a deterministic fact. */
static inline void val(const char *name, const char *what, seL4_Word v)
{
    printf("%s: %s=%lx\n", name, what, (unsigned long)v);
    ncases++;
}

static inline void kind(const char *name, seL4_CPtr c)
{
    printf("%s: type=%u\n", name, (unsigned)seL4_DebugCapIdentify(c));
    ncases++;
}

/* Prints a bit string: which of slots first..first+n-1 (relative) are occupied. */
static inline void occupied(const char *name, int first, int n)
{
    char b[65];
    int i;
    for (i = 0; i < n && i < 64; i++) {
        b[i] = seL4_DebugCapIdentify(S(first + i)) ? '1' : '0';
    }
    b[i] = 0;
    printf("%s: slots=%s\n", name, b);
    ncases++;
}

/* 1 if slot idx of a CNode that is not part of our own CSpace is occupied.
 * A copy of the slot onto itself answers DeleteFirst or FailedLookup. */
static inline int slot_full(seL4_CPtr cnode, seL4_Word idx, seL4_Word depth)
{
    return inv(cnode, CNodeCopy, W(idx, depth, idx, depth, ALL), C(cnode)).label
           == seL4_DeleteFirst;
}

static inline struct res retype(seL4_CPtr ut, seL4_Word type, seL4_Word bits, seL4_CPtr dest, int num)
{
    return inv(ut, UntypedRetype, W(type, bits, 0, 0, dest, num), C(ROOT));
}

static inline seL4_CPtr mk_from(seL4_CPtr ut, seL4_Word type, seL4_Word bits)
{
    seL4_CPtr s = next_slot++;
    struct res r = retype(ut, type, bits, s, 1);
    if (r.label) {
        printf("SETUP-FAILED type=%lu bits=%lu label=%lu\n", (unsigned long)type,
               (unsigned long)bits, (unsigned long)r.label);
    }
    return s;
}

/* New object from the pool. */
static inline seL4_CPtr mk(seL4_Word type, seL4_Word bits)
{
    return mk_from(pool, type, bits);
}

static inline seL4_CPtr fresh(void)
{
    return next_slot++;
}

static inline struct res del(seL4_CPtr c)
{
    return inv(ROOT, CNodeDelete, W(c, D64), C());
}

static inline struct res revoke(seL4_CPtr c)
{
    return inv(ROOT, CNodeRevoke, W(c, D64), C());
}

static inline struct res copy(seL4_CPtr to, seL4_CPtr from)
{
    return inv(ROOT, CNodeCopy, W(to, D64, from, D64, ALL), C(ROOT));
}

static inline struct res mint(seL4_CPtr to, seL4_CPtr from, seL4_Word rights, seL4_Word data)
{
    return inv(ROOT, CNodeMint, W(to, D64, from, D64, rights, data), C(ROOT));
}

static inline struct res move(seL4_CPtr to, seL4_CPtr from)
{
    return inv(ROOT, CNodeMove, W(to, D64, from, D64), C(ROOT));
}

static inline struct res mutate(seL4_CPtr to, seL4_CPtr from, seL4_Word data)
{
    return inv(ROOT, CNodeMutate, W(to, D64, from, D64, data), C(ROOT));
}

static inline seL4_Word guardword(seL4_Word guard, seL4_Word size)
{
    return (guard << 6) | size;
}

/* Physical address of a frame. */
static inline seL4_Word paddr(seL4_CPtr f)
{
    struct res r = inv(f, X86PageGetAddress, W(), C());
    return r.label ? ~0ul : r.mr[0];
}

/* Starts a group with no objects and empty slots. */
static inline void group(void)
{
    revoke(pool);
    for (int i = 0; i < CLEAN; i++) {
        if (seL4_DebugCapIdentify(S(i))) {
            del(S(i));
        }
    }
    next_slot = S(320);
}

static inline void begin(const char *name)
{
    int best = -1;
    bi = platsupport_get_bootinfo();
    base = bi->empty.start;
    progname = name;
    for (int i = 0; i < (int)(bi->untyped.end - bi->untyped.start); i++) {
        seL4_UntypedDesc *d = &bi->untypedList[i];
        if (!d->isDevice && d->sizeBits >= 25 &&
            (best < 0 || d->sizeBits < bi->untypedList[best].sizeBits)) {
            best = i;
        }
    }
    pool = bi->untyped.start + best;
#ifdef CONFORM_PAD
    conform_pad[CONFORM_PAD - 1] = 2;
#endif
    printf("BEGIN %s\n", name);
}

/* First device untyped of at least the given size; 0 if there is none. */
static inline seL4_CPtr device_untyped(int bits)
{
    for (int i = 0; i < (int)(bi->untyped.end - bi->untyped.start); i++) {
        if (bi->untypedList[i].isDevice && bi->untypedList[i].sizeBits >= bits &&
            bi->untypedList[i].paddr < 0x8000000000ul) {
            return bi->untyped.start + i;
        }
    }
    return 0;
}

static inline int end(void)
{
    group();
    printf("END %s %d\n", progname, ncases);
    for (;;) {
        seL4_Yield();
    }
    return 0;
}
