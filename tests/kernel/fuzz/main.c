/* The root task of the fuzzer: makes a world of threads and objects from one untyped, lets it live
 * for a while, takes it all back, and does it again, until FUZZ_CALLS system calls have been made.
 *
 * Invariant: whatever the threads do, revoking `pool` and what else was lent to them gives back all
 * memory, lines and ports; the next world could not be made otherwise. Threads that wait for ever
 * or run in circles are noticed (by a thread that runs only when all others wait, and by a clock)
 * and started again. The same FUZZ_SEED gives the same run where time is counted in instructions.
 */
#include "world.h"

seL4_BootInfo *platsupport_get_bootinfo(void);

#define POOL_BITS 19
#define KEPT_BITS 14

enum { EVENT_CLOCK = 1, EVENT_ALL_WAIT = 2 };

#define LONGEST_LIFE      6000 /* of 1,193,182 a second: 5 ms */
#define MOST_REVIVALS     200
#define LOST              30
#define MOST_CALLS_A_TICK 10000 /* it lasts for fewer instructions than that many calls need */
#define PATIENCE          12    /* ticks without a call after which a thread is started again */

struct private privates[FUZZERS] __attribute__((aligned(4096)));
seL4_BootInfo *info;
word pool, device;

static uint64_t chance_state;
static word events;
static word next_slot, first_slot; /* what a world takes is above first_slot */
static word all_wait, watcher;     /* the watcher's badged capability, and itself */
static word tick;                  /* what it waits for in between */
static volatile bool may_rest;     /* if it does */
static char watcher_stack[4096] __attribute__((aligned(16)));
static word worlds, revivals;
bool honest;

word root_below(word limit) { return random_below(&chance_state, limit); }

bool root_chance(word percent) { return root_below(100) < percent; }

void must(bool holds, const char *what) {
    if (!holds) {
        say("fuzz: not so: %s (world %lu)\n", what, worlds);
        for (;;) { /* nobody else runs; whoever reads this ends the machine */
        }
    }
}

/* ---- making things ---- */

word slots(word count) {
    word first = next_slot;
    next_slot += count;
    must(next_slot <= info->empty.end, "there are enough slots");
    return first;
}

word make_from(word untyped, word type, word bits) {
    word s = slots(1);
    must(seL4_Untyped_Retype(untyped, type, bits, OWN_CNODE, 0, 0, s, 1) == 0, "memory is there");
    return s;
}

word make(word type, word bits) { return make_from(pool, type, bits); }

/* A capability derived from one of ours. */
word mint(word source, word data) {
    word s = slots(1);
    must(seL4_CNode_Mint(OWN_CNODE, s, 64, OWN_CNODE, source, 64, seL4_AllRights, data) == 0,
         "capabilities can be minted");
    return s;
}

word copy(word source) { return mint(source, 0); }

/* Untyped memory of at least 2^bits bytes, the smallest there is. */
static word choose_untyped(bool is_device, word bits) {
    word best = 0, best_bits = 64;
    for (word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i];
        if (u->isDevice == is_device && u->sizeBits >= bits && u->sizeBits < best_bits) {
            best = info->untyped.start + i;
            best_bits = u->sizeBits;
        }
    }
    must(best != 0, "there is memory");
    return best;
}

/* ---- what lasts: the clocks and the watcher ---- */

static void watch(void) {
    for (;;) {
        word none[4] = {0};
        seL4_Signal(all_wait);
        if (may_rest) { /* then nobody at all can run until the clock's next tick */
            raw_call(seL4_SysRecv, tick, 0, none);
        }
    }
}

static void start_watcher(word memory) {
    seL4_UserContext registers = {
        .rip = (word)watch, .rsp = (word)watcher_stack + sizeof watcher_stack - 8, .rflags = 0x202};
    watcher = make_from(memory, seL4_TCBObject, 0);
    must(seL4_TCB_Configure(watcher, 0, OWN_CNODE, 0, OWN_VSPACE, 0, 0, 0) == 0, "a watcher");
    must(seL4_TCB_SetSchedParams(watcher, OWN_TCB, 1, 1) == 0, "its priority");
    must(seL4_TCB_WriteRegisters(watcher, true, 0, 20, &registers) == 0, "its registers");
}

static void set_up(void) {
    info = platsupport_get_bootinfo();
    chance_state = 0x9e3779b97f4a7c15ul * (FUZZ_SEED + 1);
    next_slot = info->empty.start;
    word memory = choose_untyped(false, POOL_BITS + 1);
    pool = make_from(memory, seL4_UntypedObject, POOL_BITS);
    word kept = make_from(memory, seL4_UntypedObject, KEPT_BITS);
    device = choose_untyped(true, 31);
    events = make_from(kept, seL4_NotificationObject, 0);
    all_wait = mint(events, EVENT_ALL_WAIT);
    tick = make_from(kept, seL4_NotificationObject, 0);
    start_watcher(kept);
    start_clocks(mint(events, EVENT_CLOCK));
    for (word t = 0; t < FUZZERS; t++) {
        privates[t].state.random = root_below(~0ul) | 1;
    }
    first_slot = next_slot;
}

/* ---- a world's life ---- */

static word calls, looks;

/* A thread that runs wild may write over its counts, so only small steps are counted. */
static void count(void) {
    static word calls_before[FUZZERS], looks_before[FUZZERS];
    for (word t = 0; t < FUZZERS; t++) {
        word more_calls = privates[t].state.calls - calls_before[t];
        word more_looks = privates[t].state.looks - looks_before[t];
        calls_before[t] += more_calls;
        looks_before[t] += more_looks;
        calls += more_calls < MOST_CALLS_A_TICK ? more_calls : 0;
        looks += more_looks < MOST_CALLS_A_TICK ? more_looks : 0;
    }
}

word calls_made(void) {
    count();
    return calls;
}

/* Revives threads that have made no call for a while; false if that is nearly all, and in vain. */
static word look_after(word before[FUZZERS], word idle[FUZZERS]) {
    word revived = 0;
    for (word t = 0; t < FUZZERS; t++) {
        idle[t] = privates[t].state.calls == before[t] ? idle[t] + 1 : 0;
        before[t] = privates[t].state.calls;
        if (idle[t] > PATIENCE && root_chance(50)) {
            revived += revive(t);
        }
    }
    revivals += revived;
    return revived;
}

/* Hardly anything can happen in a world in which nobody reaches the main CNode. */
static bool is_lost(void) {
    word lost = 0;
    for (word t = 0; t < FUZZERS; t++) {
        lost += privates[t].state.lost;
    }
    if (lost > 0 && mend()) {
        for (word t = 0; t < FUZZERS; t++) {
            privates[t].state.lost = 0;
        }
    }
    return lost >= LOST;
}

static void live(void) {
    word before[FUZZERS] = {0}, idle[FUZZERS] = {0}, ticks = 0, revived = 0, badge;
    for (word t = 0; t < FUZZERS; t++) {
        privates[t].state.lost = 0;
    }
    word period = 10ul << root_below(4);
    set_clock(period);
    seL4_Signal(tick);
    while (ticks < LONGEST_LIFE / period && revived < MOST_REVIVALS && !is_lost() &&
           calls_made() < FUZZ_CALLS) {
        seL4_Wait(events, &badge);
        if (badge & EVENT_CLOCK) {
            ticks++;
            seL4_Signal(tick);
            let_alarm_ring();
            if (root_chance(20)) {
                disturb(root_below(FUZZERS));
            }
            revived += look_after(before, idle);
            seL4_IRQHandler_Ack(clock_handler);
        }
        if (badge & EVENT_ALL_WAIT) {
            word now = revive(root_below(FUZZERS)) + revive(root_below(FUZZERS));
            revivals += now;
            revived += now > 0 ? now : 5;
        }
    }
}

static void check_what_was_seen(void) {
    for (word t = 0; t < FUZZERS; t++) {
        must(privates[t].state.broken != BROKEN_REGISTERS, "registers stay as they are");
        must(privates[t].state.broken != BROKEN_TLB, "what is unmapped cannot be reached");
    }
}

static void end_world(void) {
    check_what_was_seen();
    dump_sometimes();
    take_controls_back();
    must(seL4_CNode_Revoke(OWN_CNODE, pool, 64) == 0, "the world can be revoked");
    must(seL4_CNode_Revoke(OWN_CNODE, device, 64) == 0, "and its device memory");
    for (word s = first_slot; s < next_slot; s++) {
        seL4_CNode_Delete(OWN_CNODE, s, 64);
    }
    next_slot = first_slot;
    word whole = make(seL4_UntypedObject, POOL_BITS); /* so all memory is back */
    must(seL4_CNode_Delete(OWN_CNODE, whole, 64) == 0, "the whole pool can be deleted");
}

static void report(void) {
    word done = 0, refused = 0, kinds = 0;
    say("\nfuzz: label done refused\n"); /* a thread may have printed something just now */
    for (word label = 1; label < LABELS; label++) {
        word yes = 0, no = 0;
        for (word t = 0; t < FUZZERS; t++) {
            yes += privates[t].state.done[label];
            no += privates[t].state.refused[label];
        }
        say("fuzz: %5lu %lu %lu\n", label, yes, no);
        done += yes;
        refused += no;
        kinds += yes > 0;
    }
    say("fuzz: seed %lu, calls %lu, looks %lu, worlds %lu, revivals %lu\n", (word)FUZZ_SEED,
        calls_made(), looks, worlds, revivals);
    say("fuzz: invocations: %lu kinds, %lu done, %lu refused\n", kinds, done, refused);
}

int main(void) {
    set_up();
    for (; calls_made() < FUZZ_CALLS; worlds++) {
        bool ticks = mend_clocks();
        honest = root_chance(50);
        make_world();
        may_rest = ticks && !controls_given;
        live();
        end_world();
    }
    report();
    say("fuzz: done\n");
    seL4_CNode_Delete(OWN_CNODE, clock_handler, 64); /* nothing will wake anybody any more */
    seL4_TCB_Suspend(watcher);
    seL4_TCB_Suspend(OWN_TCB);
    return 0;
}
