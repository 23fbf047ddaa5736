/* What all the fuzzer's threads do needs this: chance, the system call itself, and capabilities of
 * the type that is wanted.
 *
 * Capabilities are looked for where the root task put that type, and elsewhere. Some calls that a
 * kernel has to obey would end the game: harmless() changes them.
 */
#include "thread.h"

/* ---- chance ---- */

word random_below(uint64_t *random, word limit) {
    uint64_t x = *random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *random = x;
    return (x * 0x2545f4914f6cdd1dul >> 24) % limit;
}

word below(struct state *s, word limit) { return random_below(&s->random, limit); }

bool chance(struct state *s, word percent) { return below(s, 100) < percent; }

word wild(struct state *s) {
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

struct answer raw_call(long number, word cap, word info, const word *mr) {
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
static word harmless_port(word port) { return 0x300 + port % 8; }

/* The ports and pins that end the machine or stop the root task's clock are out of bounds. */
static void harmless(struct call *c) {
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
    case TCBCopyRegisters:
        c->words[0] &= honest ? ~4ul : ~0ul;
        break;
    default:
        break;
    }
}

void count_call(struct state *s) {
    s->calls++;
    __atomic_fetch_add(&privates[0].state.all_calls, 1, __ATOMIC_SEQ_CST);
}

word all_calls(void) { return __atomic_load_n(&privates[0].state.all_calls, __ATOMIC_SEQ_CST); }

struct answer issue(struct state *s, long number, struct call *c) {
    seL4_IPCBuffer *buffer = &privates[s->number % FUZZERS].buffer;
    harmless(c);
    for (word i = 4; i < c->length && i < sizeof c->words / sizeof(word); i++) {
        buffer->msg[i] = c->words[i];
    }
    for (unsigned i = 0; i < 3; i++) {
        buffer->caps_or_badges[i] = c->caps[i];
    }
    count_call(s);
    return raw_call(number, c->cap, c->label << 12 | (c->cap_count & 3) << 7 | (c->length & 127),
                    c->words);
}

/* ---- finding capabilities ---- */

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

word any_cptr(struct state *s) {
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

/* What was there in the beginning; of the slots for new things, half are taken for empty. */
static word guess_type(struct state *s, word cptr) {
    for (word type = t_frame; type < sizeof homes / sizeof homes[0]; type++) {
        if (type != t_reply && cptr - homes[type].first < homes[type].count) {
            return type;
        }
    }
    return cptr % 2 == 0 ? below(s, t_domain) : 0;
}

word type_of(struct state *s, word cptr) {
    static const word none[4];
    if (!CAN_LOOK) {
        return guess_type(s, cptr);
    }
    s->looks++;
    return raw_call(SYS_CAP_IDENTIFY, cptr, 0, none).badge;
}

/* A capability of this type; 0, the empty slot, if a few tries find none. */
static word find_within(struct state *s, word type, word home_percent) {
    if (type == t_any) {
        return any_cptr(s);
    }
    if (type == t_reply && type_of(s, s->saved) == t_reply) {
        return s->saved;
    }
    for (int tries = 0; tries < 10; tries++) {
        word home = homes[type].first + below(s, homes[type].count);
        word cptr = chance(s, home_percent) ? home : any_cptr(s);
        if (type_of(s, cptr) == type) {
            return cptr;
        }
    }
    return 0;
}

word find(struct state *s, word type) { return find_within(s, type, 60); }

word find_any(struct state *s, word type) { return find_within(s, type, 10); }

/* ---- slots and addresses ---- */

/* An index in the main CNode, mostly of an empty slot or mostly of one that is not. */
static word any_index(struct state *s, bool for_new) {
    word index = 0;
    for (int tries = 0; tries < 4; tries++) {
        index = for_new ? HOME_END + below(s, NEW_END - HOME_END) : below(s, NEW_END);
        bool vital = index < HOME_WORLD || (index >= HOME_IRQ_CONTROL && index < HOME_END);
        if ((type_of(s, index) == 0) == for_new && (!vital || chance(s, 10))) {
            break;
        }
    }
    return index;
}

struct place place(struct state *s, bool for_new) {
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
    if (type_of(s, HOME_MAIN) == t_cnode && chance(s, 60)) {
        return (struct place){HOME_MAIN, index, 64};
    }
    s->lost += type_of(s, HOME_FLAT) != t_cnode;
    return (struct place){HOME_FLAT, index, MAIN_RADIX};
}

word address(struct state *s) {
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
