/* Invocations of kernel objects: for each, what words and capabilities make sense.
 *
 * One in eight is spoilt in some way before it is made.
 */
#include "thread.h"

/* An invocation: what its words and extra capabilities are.
 *   D S P  the slots of a CNode operation: destination, source, pivot (two words; a capability)
 *   E      the same as S, mostly an endpoint's
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
    {TCBCopyRegisters, t_thread, 2, "4", "t"},
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
    {CNodeCancelBadgedSends, t_cnode, 6, "E", ""},
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

static word word_for(struct state *s, char kind) {
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
        return chance(s, 80)   ? (word)&privates[below(s, FUZZERS)].buffer
               : chance(s, 50) ? address(s)
                               : 0;
    case 'v':
        return address(s);
    case 'a':
        return chance(s, 80) ? 0 : below(s, 9);
    case 'l': /* a few flags */
        return below(s, 4);
    case '4': /* a few more */
        return below(s, 16);
    case 'q': /* small number */
        return chance(s, 90) ? below(s, 24) : below(s, 300);
    case '0':
        return chance(s, 90) ? 0 : wild(s);
    default:
        return wild(s);
    }
}

static word cap_for(struct state *s, char kind) {
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

static void add_word(struct call *c, word value) { c->words[c->length++] = value; }

static struct place add_place(struct state *s, struct call *c, bool for_new) {
    struct place at = place(s, for_new);
    add_word(c, at.index);
    add_word(c, at.depth);
    return at;
}

/* In the main CNode itself, or in one that is named from it. */
static struct place add_retype_place(struct state *s, struct call *c) {
    struct place main = place(s, true);
    bool direct = chance(s, 90);
    add_word(c, direct ? 0 : find(s, t_cnode));
    add_word(c, direct ? 0 : main.depth);
    add_word(c, direct ? main.index : below(s, 1 << MIDDLE_RADIX));
    return main;
}

/* Registers with which a thread starts afresh, more or less. */
static void add_registers(struct state *s, struct call *c) {
    add_word(c, below(s, 4));
    add_word(c, chance(s, 90) ? 20 : below(s, 30));
    for (unsigned i = 0; i < 20; i++) {
        add_word(c, wild(s));
    }
    c->words[2] = chance(s, 90) ? (word)fuzz_entry : address(s);
    c->words[20] = chance(s, 95) ? (word)&privates[below(s, FUZZERS)] : wild(s);
}

static void build(struct state *s, const struct operation *op, struct call *c) {
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
        case 'E':
            source = (struct place){HOME_MAIN, find(s, t_endpoint), 64};
            add_word(c, source.index);
            add_word(c, source.depth);
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
    if (op->label == CNodeRotate && chance(s, 30)) { /* exchanges source and pivot */
        c->words[0] = source.index;
        c->words[1] = source.depth;
        dest = source;
    }
    bool names_slot = op->type == t_cnode;
    c->cap = !names_slot ? find(s, op->type) : op->words[0] == 'D' ? dest.root : source.root;
}

static void spoil(struct state *s, struct call *c) {
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

/* ---- tangles ---- */

static void cnode_call(struct state *s, word label, word cnode, word index, word depth, word from) {
    struct call c = {cnode, label, 5, {index, depth, from, 64, 15}, 1, {HOME_MAIN}};
    issue(s, seL4_SysCall, &c);
}

void tangle(struct state *s) {
    word at[4], count = 1 + below(s, 4);
    for (word i = 0; i < count; i++) {
        at[i] = HOME_END + below(s, NEW_END - HOME_END);
        for (int tries = 0;
             tries < 20 && type_of(s, at[i]) != t_cnode && type_of(s, at[i]) != t_thread; tries++) {
            at[i] = HOME_END + below(s, NEW_END - HOME_END);
        }
    }
    for (word i = 0; i < 2 * count; i++) {
        word into = chance(s, 80) ? at[(i + 1) % count] : at[below(s, count)];
        if (type_of(s, at[i % count]) == t_thread && chance(s, 70)) {
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

/* ---- one of them ---- */

static const struct operation *choose(struct state *s) {
    const struct operation *op;
    do {
        op = &operations[below(s, OPERATIONS)];
    } while (below(s, 12) >= op->weight);
    return op;
}

static void make(struct state *s, const struct operation *op, struct call *c) {
    bool spoilt = chance(s, 12);
    if (spoilt) {
        spoil(s, c);
    }
    long number = (long)ONE_OF(s, -1, -1, -1, -1, -1, -1, -1, -1, -1, -3, -4);
    struct answer a = issue(s, number, c);
    if (!spoilt && number == seL4_SysCall) {
        uint32_t *count = a.info >> 12 == 0 ? s->done : s->refused;
        count[op->label]++;
    }
}

void invoke_something(struct state *s) {
    struct call c;
    const struct operation *op;
    do {
        op = choose(s);
        build(s, op, &c);
    } while (c.cap == 0 && !chance(s, 5));
    make(s, op, &c);
    if (chance(s, 2)) { /* and again, until something is full or at an end */
        for (word times = below(s, 16); times > 0; times--) {
            build(s, op, &c);
            make(s, op, &c);
        }
    }
}

/* ---- calls of which the outcome is known ---- */

/* What is unmapped is gone at once, also from the CPU's cache of translations. To be sure that this
 * thread has seen its own mapping, and no other can be behind it, each time another page is taken,
 * and of a frame that is also mapped elsewhere. */
void map_and_unmap(struct state *s) {
    word which = below(s, FUZZERS), token = below(s, ~0ul), before = all_calls();
    word page = MAP_BASE + ((OWN_PAGES + (s->probes++ * FUZZERS + s->number) % OWN_PAGES) << 12);
    volatile word *last = (word *)(page + 4096) - 1;
    volatile word *same = (word *)(&privates[which].buffer_page + 1) - 1;
    struct call map = {HOME_FRAME + 12 - FUZZERS + which, X86PageMap, 3, {page, 3}, 1, {0}};
    map.caps[0] = HOME_SPACE + below(s, 2);
    struct call unmap = {.cap = map.cap, .label = X86PageUnmap};
    if (issue(s, seL4_SysCall, &map).info >> 12 != 0) {
        return;
    }
    *last = token; /* faults if this thread lives in the other space */
    if (*same != token || issue(s, seL4_SysCall, &unmap).info >> 12 != 0) {
        return;
    }
    if (*last == token && all_calls() == before + 2) { /* has to fault */
        s->broken = BROKEN_TLB;
    }
}
