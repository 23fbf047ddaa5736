/* The threads of the fuzzer: each makes one random, mostly sensible, system call after the other.
 *
 * "Sensible" means: the invoked capability and the attached ones are looked for until they are of
 * the right type, and words are such as might do. One in eight is then spoilt. Nothing here may
 * need writable memory but the thread's own pages. Some things a kernel has to allow would end the
 * game: they are kept out by harmless() and by priorities.
 */
#include "fuzz.h"

/* ---- chance ---- */

word random_below(uint64_t *random, word limit)
{
    uint64_t x = *random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *random = x;
    return (x * 0x2545f4914f6cdd1dul >> 24) % limit;
}

static word below(struct state *s, word limit)
{
    return random_below(&s->random, limit);
}

static bool chance(struct state *s, word percent)
{
    return below(s, 100) < percent;
}

#define ONE_OF(s, ...)                                                                             \
    ((const word[]){__VA_ARGS__})[below(s, sizeof((const word[]){__VA_ARGS__}) / sizeof(word))]

static word wild(struct state *s)
{
    word value = ONE_OF(s, 0, 1, 2, 63, 64, 65, 127, 255, 4095, 4096, 0xffffffff, 1ul << 31,
                        1ul << 32, 0x7fffffffffff, 0x800000000000, 0xffff800000000000,
                        0xffffff8000000000, 0xffffffff80100000, 1ul << 63, ~0ul - 4095, ~0ul);
    switch (below(s, 4)) {
    case 0:
        return below(s, ~0ul);
    case 1:
        return value + below(s, 17) - 8;
    case 2:
        return 1ul << below(s, 64);
    default:
        return value;
    }
}

/* ---- the system call ---- */

struct call {
    word cap, label, length, words[24];
    unsigned cap_count;
    word caps[3];
};

struct answer {
    word badge, info, mr[4];
};

static inline struct answer raw_call(long number, word cap, word info, const word *mr)
{
    register word a __asm__("r10") = mr[0];
    register word b __asm__("r8") = mr[1];
    register word c __asm__("r9") = mr[2];
    register word d __asm__("r15") = mr[3];
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(cap), "+S"(info), "+r"(a), "+r"(b), "+r"(c), "+r"(d)
                     : "d"(number)
                     : "rbx", "rcx", "r11", "memory");
    return (struct answer){cap, info, {a, b, c, d}};
}

/* Ports that no device of the machine listens to. */
static word harmless_port(word port)
{
    return 0x300 + port % 8;
}

/* The ports and pins that end the machine or stop the root task's clock are out of bounds. */
static void harmless(struct call *c)
{
    switch (c->label) {
    case X86IOPortControlIssue:
        c->words[0] = harmless_port(c->words[0]);
        c->words[1] = harmless_port(c->words[1]);
        break;
    case X86IOPortIn8:
    case X86IOPortIn16:
    case X86IOPortIn32:
    case X86IOPortOut8:
    case X86IOPortOut16:
    case X86IOPortOut32:
        c->words[0] = harmless_port(c->words[0]);
        break;
    case X86IRQIssueIRQHandlerIOAPIC:
        c->words[3] = c->words[3] == 2 ? 9 : c->words[3];
        break;
    default:
        break;
    }
}

static struct answer issue(struct state *s, long number, struct call *c)
{
    seL4_IPCBuffer *buffer = &privates[s->number % FUZZERS].buffer;
    harmless(c);
    for (word i = 4; i < c->length && i < sizeof c->words / sizeof(word); i++) {
        buffer->msg[i] = c->words[i];
    }
    for (unsigned i = 0; i < 3; i++) {
        buffer->caps_or_badges[i] = c->caps[i];
    }
    s->calls++;
    return raw_call(number, c->cap, c->label << 12 | (c->cap_count & 3) << 7 | (c->length & 127),
                    c->words);
}

/* ---- finding capabilities ---- */

enum { /* the numbers of DebugCapIdentify */
       t_any,
       t_frame,
       t_untyped,
       t_page_table,
       t_endpoint,
       t_page_directory,
       t_notification,
       t_pdpt,
       t_reply,
       t_pml4,
       t_cnode,
       t_asid_control,
       t_thread,
       t_asid_pool,
       t_irq_control,
       t_irq_handler = 16,
       t_io_port = 19,
       t_domain,
       t_io_port_control = 31,
};

static const struct {
    uint8_t first, count;
} homes[32] = {
    [t_any] = {1, NEW_END - 1},
    [t_frame] = {HOME_FRAME, 12},
    [t_untyped] = {HOME_UNTYPED, 9},
    [t_page_table] = {HOME_TABLE, 3},
    [t_page_directory] = {HOME_TABLE + 3, 3},
    [t_pdpt] = {HOME_TABLE + 6, 3},
    [t_endpoint] = {HOME_ENDPOINT, 6},
    [t_notification] = {HOME_NOTIFICATION, 4},
    [t_reply] = {HOME_END, NEW_END - HOME_END},
    [t_pml4] = {HOME_SPACE, 4},
    [t_cnode] = {HOME_MAIN, 4},
    [t_asid_control] = {HOME_ASID_CONTROL, 1},
    [t_thread] = {HOME_TCB, FUZZERS},
    [t_asid_pool] = {HOME_ASID_POOL, 1},
    [t_irq_control] = {HOME_IRQ_CONTROL, 1},
    [t_irq_handler] = {HOME_IRQ, 3},
    [t_io_port] = {HOME_PORT, 2},
    [t_domain] = {HOME_DOMAIN, 1},
    [t_io_port_control] = {HOME_PORT_CONTROL, 1},
};

static word any_cptr(struct state *s)
{
    word index = below(s, NEW_END);
    switch (below(s, 16)) {
    case 0:
        return wild(s);
    case 1: /* by way of the middle CNode */
        return below(s, 1 << MIDDLE_RADIX) << MAIN_RADIX | index;
    case 2:
        return below(s, 1 << (SMALL_RADIX + MIDDLE_RADIX)) << MAIN_RADIX | index;
    case 3:
        return below(s, ALL_END);
    default:
        return index;
    }
}

/* Not counted: it is the fuzzer's eyes. */
static word type_of(word cptr)
{
    static const word none[4];
    return raw_call(seL4_SysDebugCapIdentify, cptr, 0, none).badge;
}

/* A capability of this type; 0, the empty slot, if a few tries find none. */
static word find_within(struct state *s, word type, word home_percent)
{
    if (type == t_any) {
        return any_cptr(s);
    }
    for (int tries = 0; tries < 10; tries++) {
        word home = homes[type].first + below(s, homes[type].count);
        word cptr = chance(s, home_percent) ? home : any_cptr(s);
        if (type_of(cptr) == type) {
            return cptr;
        }
    }
    return 0;
}

static word find(struct state *s, word type)
{
    return find_within(s, type, 60);
}

static word find_any(struct state *s, word type)
{
    return find_within(s, type, 10);
}

/* ---- invocations ---- */

/* A slot as CNode operations name it. */
struct place {
    word root, index, depth;
};

/* An index in the main CNode, mostly of an empty slot or mostly of one that is not. */
static word any_index(struct state *s, bool for_new)
{
    word index = 0;
    for (int tries = 0; tries < 4; tries++) {
        index = for_new ? HOME_END + below(s, NEW_END - HOME_END) : below(s, NEW_END);
        bool vital = index < HOME_WORLD || (index >= HOME_IRQ_CONTROL && index < HOME_END);
        if ((type_of(index) == 0) == for_new && (!vital || chance(s, 10))) {
            break;
        }
    }
    return index;
}

static struct place place(struct state *s, bool for_new)
{
    word index = any_index(s, for_new);
    switch (below(s, 12)) {
    case 0:
        return (struct place){HOME_MIDDLE, below(s, 1 << MIDDLE_RADIX), MIDDLE_RADIX};
    case 1:
        return (struct place){HOME_SMALL, below(s, 1 << SMALL_RADIX), SMALL_RADIX};
    case 2:
    case 3:
    case 4: /* most that threads made have four slots */
        return (struct place){find_any(s, t_cnode), below(s, 4), ONE_OF(s, 2, 2, 2, 2, 4, 8, 64)};
    default:
        break;
    }
    if (type_of(HOME_MAIN) == t_cnode && chance(s, 60)) {
        return (struct place){HOME_MAIN, index, 64};
    }
    s->lost += type_of(HOME_FLAT) != t_cnode;
    return (struct place){HOME_FLAT, index, MAIN_RADIX};
}

/* An invocation: what its words and extra capabilities are.
 *   D S P  the slots of a CNode operation: destination, source, pivot (two words; a capability)
 *   R      where Retype puts things (three words)    x  registers to write
 *   others: see word_for() and cap_for() */
struct operation {
    uint8_t label, type, weight;
    const char *words, *caps;
};

static const struct operation operations[] = {
    {UntypedRetype, t_untyped, 12, "ozRn", "D"},
    {TCBReadRegisters, t_thread, 2, "ln", ""},
    {TCBWriteRegisters, t_thread, 4, "x", ""},
    {TCBCopyRegisters, t_thread, 2, "l", "t"},
    {TCBConfigure, t_thread, 2, "hggb", "cmf"},
    {TCBSetPriority, t_thread, 4, "p", "t"},
    {TCBSetMCPriority, t_thread, 1, "p", "t"},
    {TCBSetSchedParams, t_thread, 2, "pp", "t"},
    {TCBSetIPCBuffer, t_thread, 1, "b", "f"},
    {TCBSetSpace, t_thread, 3, "hgg", "cm"},
    {TCBSuspend, t_thread, 3, "", ""},
    {TCBResume, t_thread, 6, "", ""},
    {TCBBindNotification, t_thread, 4, "", "n"},
    {TCBUnbindNotification, t_thread, 3, "", ""},
    {TCBSetTLSBase, t_thread, 1, "w", ""},
    {TCBSetFlags, t_thread, 2, "ll", ""},
    {CNodeRevoke, t_cnode, 1, "S", ""},
    {CNodeDelete, t_cnode, 5, "S", ""},
    {CNodeCancelBadgedSends, t_cnode, 2, "S", ""},
    {CNodeCopy, t_cnode, 12, "DSr", "S"},
    {CNodeMint, t_cnode, 8, "DSrg", "S"},
    {CNodeMove, t_cnode, 10, "DS", "S"},
    {CNodeMutate, t_cnode, 3, "DSg", "S"},
    {CNodeRotate, t_cnode, 4, "DgPgS", "PS"},
    {CNodeSaveCaller, t_cnode, 3, "D", ""},
    {IRQIssueIRQHandler, t_irq_control, 1, "qD", "D"},
    {IRQAckIRQ, t_irq_handler, 1, "", ""},
    {IRQSetIRQHandler, t_irq_handler, 3, "", "n"},
    {IRQClearIRQHandler, t_irq_handler, 1, "", ""},
    {DomainSetSet, t_domain, 2, "0", "t"},
    {DomainScheduleConfigure, t_domain, 1, "00n", ""},
    {DomainScheduleSetStart, t_domain, 1, "0", ""},
    {X86PDPTMap, t_pdpt, 2, "va", "m"},
    {X86PDPTUnmap, t_pdpt, 1, "", ""},
    {X86PageDirectoryMap, t_page_directory, 2, "va", "m"},
    {X86PageDirectoryUnmap, t_page_directory, 1, "", ""},
    {X86PageTableMap, t_page_table, 4, "va", "m"},
    {X86PageTableUnmap, t_page_table, 2, "", ""},
    {X86PageMap, t_frame, 12, "vra", "m"},
    {X86PageUnmap, t_frame, 4, "", ""},
    {X86PageGetAddress, t_frame, 1, "", ""},
    {X86ASIDControlMakePool, t_asid_control, 4, "D", "uD"},
    {X86ASIDPoolAssign, t_asid_pool, 8, "", "m"},
    {X86IOPortControlIssue, t_io_port_control, 3, "qqD", "D"},
    {X86IOPortIn8, t_io_port, 1, "q", ""},
    {X86IOPortIn16, t_io_port, 1, "q", ""},
    {X86IOPortIn32, t_io_port, 1, "q", ""},
    {X86IOPortOut8, t_io_port, 1, "qw", ""},
    {X86IOPortOut16, t_io_port, 1, "qw", ""},
    {X86IOPortOut32, t_io_port, 1, "qw", ""},
    {X86IRQIssueIRQHandlerIOAPIC, t_irq_control, 4, "D0qllq", "D"},
    {X86IRQIssueIRQHandlerMSI, t_irq_control, 3, "Dqqqwq", "D"},
};
#define OPERATIONS (sizeof operations / sizeof operations[0])

static word address(struct state *s)
{
    word page = ONE_OF(s, MAP_BASES) + (below(s, 8) << 12);
    switch (below(s, 12)) {
    case 0:
        return wild(s);
    case 1:
        return page + below(s, 4096);
    case 2: /* where this very code lies */
        return 0x400000 + (below(s, 512) << 12);
    case 3:
        return below(s, 8) << 30;
    case 4:
        return below(s, 256) << 39;
    case 5:
        return below(s, 16) << 21;
    default:
        return page;
    }
}

static word word_for(struct state *s, char kind)
{
    switch (kind) {
    case 'o': /* object type */
        return ONE_OF(s, 0, 0, 1, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12);
    case 'z': /* object size */
        return ONE_OF(s, 1, 2, 2, 2, 2, 2, 4, 5, 6, 8, 12, 12, 12, 13, 14, 0, 47, 64);
    case 'n': /* count */
        return ONE_OF(s, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 20, 257, 0);
    case 'p': /* priority */
        return ONE_OF(s, 90, 91, 92, 93, 94, 95, 100, 101, 255, 2);
    case 'r': /* rights */
        return chance(s, 50) ? 15 : below(s, 17);
    case 'g': /* badge or guard */
        return ONE_OF(s, 0, 0, 0, 1, 2, 3, 64 - MAIN_RADIX, 64 - MAIN_RADIX - MIDDLE_RADIX, 63,
                      5ul << 6 | 4, ~0ul);
    case 'h': /* fault handler */
        return HOME_ENDPOINT + below(s, 6);
    case 'b': /* IPC buffer */
        return chance(s, 80) ? (word)&privates[below(s, FUZZERS)].buffer : address(s);
    case 'v':
        return address(s);
    case 'a':
        return chance(s, 80) ? 0 : below(s, 9);
    case 'l': /* a few flags */
        return below(s, 4);
    case 'q': /* small number */
        return chance(s, 90) ? below(s, 24) : below(s, 300);
    case '0':
        return chance(s, 90) ? 0 : wild(s);
    default:
        return wild(s);
    }
}

static word cap_for(struct state *s, char kind)
{
    switch (kind) {
    case 't':
        return find(s, t_thread);
    case 'c':
        return find(s, t_cnode);
    case 'm':
        return find(s, t_pml4);
    case 'f':
        return find(s, t_frame);
    case 'n':
        return find(s, t_notification);
    case 'u':
        return find(s, t_untyped);
    default:
        return any_cptr(s);
    }
}

static void add_word(struct call *c, word value)
{
    c->words[c->length++] = value;
}

static struct place add_place(struct state *s, struct call *c, bool for_new)
{
    struct place at = place(s, for_new);
    add_word(c, at.index);
    add_word(c, at.depth);
    return at;
}

/* In the main CNode itself, or in one that is named from it. */
static struct place add_retype_place(struct state *s, struct call *c)
{
    struct place main = place(s, true);
    bool direct = chance(s, 90);
    add_word(c, direct ? 0 : find(s, t_cnode));
    add_word(c, direct ? 0 : main.depth);
    add_word(c, direct ? main.index : below(s, 1 << MIDDLE_RADIX));
    return main;
}

/* Registers with which a thread starts afresh, more or less. */
static void add_registers(struct state *s, struct call *c)
{
    add_word(c, below(s, 4));
    add_word(c, chance(s, 90) ? 20 : below(s, 30));
    for (unsigned i = 0; i < 20; i++) {
        add_word(c, wild(s));
    }
    c->words[2] = chance(s, 90) ? (word)fuzz_entry : address(s);
    c->words[20] = chance(s, 95) ? (word)&privates[below(s, FUZZERS)] : wild(s);
}

static void build(struct state *s, const struct operation *op, struct call *c)
{
    struct place dest = {0}, source = {0}, pivot = {0};
    *c = (struct call){.label = op->label};
    for (const char *kind = op->words; *kind != '\0'; kind++) {
        switch (*kind) {
        case 'D':
            dest = add_place(s, c, true);
            break;
        case 'S':
            source = add_place(s, c, false);
            break;
        case 'P':
            pivot = add_place(s, c, false);
            break;
        case 'R':
            dest = add_retype_place(s, c);
            break;
        case 'x':
            add_registers(s, c);
            break;
        default:
            add_word(c, word_for(s, *kind));
        }
    }
    for (const char *kind = op->caps; *kind != '\0'; kind++) {
        c->caps[c->cap_count++] = *kind == 'D'   ? dest.root
                                  : *kind == 'S' ? source.root
                                  : *kind == 'P' ? pivot.root
                                                 : cap_for(s, *kind);
    }
    bool names_slot = op->type == t_cnode;
    c->cap = !names_slot ? find(s, op->type) : op->words[0] == 'D' ? dest.root : source.root;
}

static void spoil(struct state *s, struct call *c)
{
    switch (below(s, 7)) {
    case 0:
        c->label = chance(s, 80) ? below(s, LABELS + 2) : wild(s);
        break;
    case 1:
        c->length = below(s, c->length + 1);
        break;
    case 2:
        c->length = below(s, 128);
        break;
    case 3:
        c->cap = any_cptr(s);
        break;
    case 4:
        c->caps[below(s, 3)] = any_cptr(s);
        break;
    case 5:
        c->cap_count = below(s, 4);
        break;
    default:
        c->words[below(s, c->length + 1)] = wild(s);
    }
}

static const struct operation *choose(struct state *s)
{
    const struct operation *op;
    do {
        op = &operations[below(s, OPERATIONS)];
    } while (below(s, 12) >= op->weight);
    return op;
}

static void cnode_call(struct state *s, word label, word cnode, word index, word depth, word from)
{
    struct call c = {cnode, label, 5, {index, depth, from, 64, 15}, 1, {HOME_MAIN}};
    issue(s, seL4_SysCall, &c);
}

/* Puts CNodes and threads into each other, mostly in a ring, and drops all other capabilities to
 * them: nobody reaches them any more, until their memory is revoked. */
static void tangle(struct state *s)
{
    word at[4], count = 1 + below(s, 4);
    for (word i = 0; i < count; i++) {
        at[i] = HOME_END + below(s, NEW_END - HOME_END);
        for (int tries = 0; tries < 20 && type_of(at[i]) != t_cnode && type_of(at[i]) != t_thread;
             tries++) {
            at[i] = HOME_END + below(s, NEW_END - HOME_END);
        }
    }
    for (word i = 0; i < 2 * count; i++) {
        word into = chance(s, 80) ? at[(i + 1) % count] : at[below(s, count)];
        if (type_of(at[i % count]) == t_thread && chance(s, 70)) {
            struct call c = {at[i % count], TCBSetSpace, 3, {0}, 2, {into, HOME_SPACE}};
            issue(s, seL4_SysCall, &c);
        } else {
            cnode_call(s, CNodeCopy, into, below(s, 4), 2, at[i % count]);
        }
    }
    for (word i = 0; i < count && chance(s, 95); i++) {
        cnode_call(s, CNodeDelete, HOME_MAIN, at[i], 64, 0);
    }
}

static void invoke_something(struct state *s)
{
    struct call c;
    const struct operation *op;
    bool spoilt = chance(s, 12);
    do {
        op = choose(s);
        build(s, op, &c);
    } while (c.cap == 0 && !chance(s, 5));
    if (spoilt) {
        spoil(s, &c);
    }
    long number = (long)ONE_OF(s, -1, -1, -1, -1, -1, -1, -1, -1, -1, -3, -4);
    struct answer a = issue(s, number, &c);
    if (!spoilt && number == seL4_SysCall) {
        uint32_t *count = a.info >> 12 == 0 ? s->done : s->refused;
        count[op->label]++;
    }
}

/* ---- messages ---- */

static void random_message(struct state *s, struct call *c)
{
    *c = (struct call){.label = ONE_OF(s, 0, 0, 1, 2, 3, 5, 77), .length = below(s, 6)};
    if (chance(s, 5)) {
        c->length = below(s, 128);
        c->label = wild(s);
    }
    for (unsigned i = 0; i < sizeof c->words / sizeof(word); i++) {
        c->words[i] = i == 0 || i == 15 ? (word)fuzz_entry : wild(s);
    }
    c->cap_count = chance(s, 30) ? below(s, 4) : 0;
    for (unsigned i = 0; i < c->cap_count; i++) {
        c->caps[i] = any_cptr(s);
    }
}

static void set_receive_path(struct state *s)
{
    seL4_IPCBuffer *buffer = &privates[s->number % FUZZERS].buffer;
    struct place at = place(s, true);
    buffer->receiveCNode = at.root;
    buffer->receiveIndex = at.index;
    buffer->receiveDepth = at.depth;
}

/* What came may be a fault or a call, or nothing; an answer hurts nobody. */
static void answer_somehow(struct state *s)
{
    struct call c;
    random_message(s, &c);
    c.label = chance(s, 80) ? 0 : c.label;
    c.length = chance(s, 60) ? 0 : c.length;
    issue(s, seL4_SysReply, &c);
}

static void communicate(struct state *s)
{
    static const int8_t numbers[] = {
        seL4_SysCall,   seL4_SysCall,   seL4_SysSend,   seL4_SysRecv,   seL4_SysReplyRecv,
        seL4_SysReply,  seL4_SysNBSend, seL4_SysNBSend, seL4_SysNBSend, seL4_SysNBSend,
        seL4_SysNBRecv, seL4_SysNBRecv, seL4_SysNBRecv, seL4_SysNBRecv, seL4_SysNBRecv,
    };
    struct call c;
    long number = numbers[below(s, sizeof numbers)];
    bool receives = number == seL4_SysRecv || number == seL4_SysNBRecv;
    random_message(s, &c);
    c.cap = find(s, chance(s, 75)               ? t_endpoint
                    : receives || chance(s, 50) ? t_notification
                                                : t_reply);
    set_receive_path(s);
    struct answer a = issue(s, number, &c);
    if (receives && a.badge != 0 && chance(s, 70)) {
        answer_somehow(s);
    }
}

/* ---- what else a thread can do ---- */

static void use_fpu(struct state *s)
{
    word in = wild(s), out;
    __asm__ volatile("movq %1, %%xmm3\n\tpxor %%xmm4, %%xmm3\n\tmovq %%xmm3, %0"
                     : "=r"(out)
                     : "r"(in));
}

static void raise_exception(struct state *s)
{
    switch (below(s, 7)) {
    case 0:
        __asm__ volatile("ud2");
        break;
    case 1:
        __asm__ volatile("int3");
        break;
    case 2:
        __asm__ volatile("int $0x80");
        break;
    case 3:
        __asm__ volatile("int $0xf0");
        break;
    case 4:
        __asm__ volatile("hlt");
        break;
    case 5:
        __asm__ volatile("divl %0" : : "r"(0) : "rax", "rdx");
        break;
    default:
        __asm__ volatile("jmp *%0" : : "r"(address(s)));
    }
}

/* Numbers of calls that are for people (they print, or stop the machine) are left out. */
static long any_number(struct state *s)
{
    long number = ONE_OF(s, -1, -2, -3, -4, -5, -6, -7, -8, -12, -15, -16, -29, -31, 0, 1, 77);
    return chance(s, 95) ? number : (long)(wild(s) | 32);
}

static void do_anything(struct state *s)
{
    struct call c;
    random_message(s, &c);
    c.cap = any_cptr(s);
    if (chance(s, 10)) {
        c.label = below(s, LABELS);
        c.cap_count = below(s, 4);
        c.length = below(s, 10);
    }
    issue(s, chance(s, 20) ? -30 : any_number(s), &c);
    raw_call(-30, (word)s, 0, c.words); /* or this thread would soon not find itself */
}

static void behave(struct state *s)
{
    switch (below(s, 16)) {
    case 0:
        raise_exception(s);
        break;
    case 1:
        *(volatile char *)address(s);
        break;
    case 2:
        *(volatile char *)(MAP_BASE + below(s, 1 << 16)) = 1;
        break;
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
        issue(s, seL4_SysYield, &(struct call){0});
        break;
    case 8:
    case 9:
        do_anything(s);
        break;
    default:
        use_fpu(s);
    }
}

void fuzz_loop(struct state *s);
void fuzz_loop(struct state *s)
{
    for (;;) {
        word kind = below(s, 100);
        if (kind < 3) {
            tangle(s);
        } else if (kind < 60) {
            invoke_something(s);
        } else if (kind < 92) {
            communicate(s);
        } else {
            behave(s);
        }
    }
}

__asm__(".globl fuzz_entry\n"
        "fuzz_entry:\n\t"
        "movq %fs:0, %rdi\n\t"
        "leaq 8192(%rdi), %rsp\n\t" /* the end of the stack: struct private */
        "cld\n\t"
        "call fuzz_loop\n\t"
        "ud2");
