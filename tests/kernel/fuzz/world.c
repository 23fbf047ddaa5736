/* The root task of the fuzzer: makes a world of threads and objects from one untyped, lets it live
 * for a while, takes it all back, and does it again, until FUZZ_CALLS system calls have been made.
 *
 * Invariant: whatever the threads do, revoking `pool` and what else was lent to them gives back all
 * memory, lines and ports; the next world could not be made otherwise. Threads that wait for ever
 * or run in circles are noticed (by a thread that runs only when all others wait, and by a clock)
 * and started again. The same FUZZ_SEED gives the same run where time is counted in instructions.
 */
#include "fuzz.h"

#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define OWN_TCB    seL4_CapInitThreadTCB
#define OWN_CNODE  seL4_CapInitThreadCNode
#define OWN_VSPACE seL4_CapInitThreadVSpace
#define ASID_POOL  seL4_CapInitThreadASIDPool

#define POOL_BITS    19
#define KEPT_BITS    14
#define IMAGE_BASE   0x400000ul
#define FIRST_VECTOR 20
#define FIRST_PIN    10

#define CLOCK_PIN    2
#define CLOCK_VECTOR 100
#define CLOCK_PORT   0x40
#define CLOCK_PERIOD 40 /* of 1,193,182 a second */
enum { EVENT_CLOCK = 1, EVENT_ALL_WAIT = 2 };

#define LONGEST_LIFE  150 /* ticks of the clock */
#define MOST_REVIVALS 200
#define LOST          30
#define PATIENCE      12 /* ticks without a call after which a thread is started again */

struct private privates[FUZZERS] __attribute__((aligned(4096)));

static seL4_BootInfo *info;
static uint64_t chance_state;
static word pool, device, events, clock_handler;
static word next_slot, first_slot; /* what a world takes is above first_slot */
static word all_wait, watcher;     /* the watcher's badged capability, and itself */
static char watcher_stack[4096] __attribute__((aligned(16)));

/* What the root task keeps of a world so that it can start threads again; 0: nothing. */
static word kept_tcb[FUZZERS], kept_cspace, kept_vspace;
static word worlds, revivals;

static bool chance(word percent)
{
    return random_below(&chance_state, 100) < percent;
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        printf("fuzz: not so: %s (world %lu)\n", what, worlds);
        seL4_DebugHalt();
    }
}

/* ---- making things ---- */

static word slots(word count)
{
    word first = next_slot;
    next_slot += count;
    must(next_slot <= info->empty.end, "there are enough slots");
    return first;
}

static word make_from(word untyped, word type, word bits)
{
    word s = slots(1);
    must(seL4_Untyped_Retype(untyped, type, bits, OWN_CNODE, 0, 0, s, 1) == 0, "memory is there");
    return s;
}

static word make(word type, word bits)
{
    return make_from(pool, type, bits);
}

/* A capability derived from one of ours. */
static word mint(word source, word data)
{
    word s = slots(1);
    must(seL4_CNode_Mint(OWN_CNODE, s, 64, OWN_CNODE, source, 64, seL4_AllRights, data) == 0,
         "capabilities can be minted");
    return s;
}

static word copy(word source)
{
    return mint(source, 0);
}

/* Untyped memory of at least 2^bits bytes, the smallest there is. */
static word choose_untyped(bool is_device, word bits)
{
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

/* ---- what lasts: the clock and the watcher ---- */

static void watch(void)
{
    for (;;) {
        seL4_Signal(all_wait);
    }
}

static void start_watcher(word memory)
{
    seL4_UserContext registers = {
        .rip = (word)watch, .rsp = (word)watcher_stack + sizeof watcher_stack - 8, .rflags = 0x202};
    watcher = make_from(memory, seL4_TCBObject, 0);
    must(seL4_TCB_Configure(watcher, 0, OWN_CNODE, 0, OWN_VSPACE, 0, 0, 0) == 0, "a watcher");
    must(seL4_TCB_SetSchedParams(watcher, OWN_TCB, 1, 1) == 0, "its priority");
    must(seL4_TCB_WriteRegisters(watcher, true, 0, 20, &registers) == 0, "its registers");
}

static void start_clock(void)
{
    word ports = slots(1);
    clock_handler = slots(1);
    must(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, CLOCK_PORT, CLOCK_PORT + 3, OWN_CNODE,
                                      ports, 64) == 0,
         "the clock's ports");
    must(seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, OWN_CNODE, clock_handler, 64, 0, CLOCK_PIN,
                                   0, 0, CLOCK_VECTOR) == 0,
         "the clock's line");
    must(seL4_IRQHandler_SetNotification(clock_handler, mint(events, EVENT_CLOCK)) == 0, "clock");
    seL4_X86_IOPort_Out8(ports, CLOCK_PORT + 3, 0x34); /* counter 0, low and high byte, periodic */
    seL4_X86_IOPort_Out8(ports, CLOCK_PORT, CLOCK_PERIOD & 255);
    seL4_X86_IOPort_Out8(ports, CLOCK_PORT, CLOCK_PERIOD >> 8);
}

static void set_up(void)
{
    info = platsupport_get_bootinfo();
    chance_state = 0x9e3779b97f4a7c15ul * (FUZZ_SEED + 1);
    next_slot = info->empty.start;
    word memory = choose_untyped(false, POOL_BITS + 1);
    pool = make_from(memory, seL4_UntypedObject, POOL_BITS);
    word kept = make_from(memory, seL4_UntypedObject, KEPT_BITS);
    device = choose_untyped(true, 31);
    events = make_from(kept, seL4_NotificationObject, 0);
    all_wait = mint(events, EVENT_ALL_WAIT);
    start_watcher(kept);
    start_clock();
    for (word t = 0; t < FUZZERS; t++) {
        privates[t].state.random = random_below(&chance_state, ~0ul) | 1;
    }
    first_slot = next_slot;
}

/* ---- the CNodes and what is in them ---- */

static word main_cnode, middle_cnode, small_cnode;

static void give(word index, word source)
{
    must(seL4_CNode_Move(main_cnode, index, MAIN_RADIX, OWN_CNODE, source, 64) == 0, "moving");
}

static void give_many(word first, word type, word bits, word count)
{
    for (word i = 0; i < count; i++) {
        give(first + i, make(type, bits));
    }
}

static void put(word cnode, word depth, word index, word source, word data)
{
    must(seL4_CNode_Mint(cnode, index, depth, OWN_CNODE, source, 64, seL4_AllRights, data) == 0,
         "CNodes can be linked");
}

static void make_cnodes(void)
{
    main_cnode = make(seL4_CapTableObject, MAIN_RADIX);
    middle_cnode = make(seL4_CapTableObject, MIDDLE_RADIX);
    small_cnode = make(seL4_CapTableObject, SMALL_RADIX);
    put(main_cnode, MAIN_RADIX, HOME_MAIN, main_cnode, 64 - MAIN_RADIX);
    put(middle_cnode, MIDDLE_RADIX, 0, main_cnode, 0);
    put(middle_cnode, MIDDLE_RADIX, 1, main_cnode, 1 << 6 | 3); /* with a guard of 001 */
    put(middle_cnode, MIDDLE_RADIX, 2, small_cnode, 6);
    put(middle_cnode, MIDDLE_RADIX, 3, middle_cnode, 4);
    put(small_cnode, SMALL_RADIX, 0, middle_cnode, 0);
    put(small_cnode, SMALL_RADIX, 1, main_cnode, 4);
    put(small_cnode, SMALL_RADIX, 2, small_cnode, 0);
}

/* ---- an address space: the image, and some tables where threads may map things ---- */

static word image_frame(word address)
{
    word count = info->userImageFrames.end - info->userImageFrames.start;
    word base = (word)info->ipcBuffer - count * 4096;
    return info->userImageFrames.start + (address - base) / 4096;
}

static void map_image(word space)
{
    word count = info->userImageFrames.end - info->userImageFrames.start;
    for (word i = 0; i < count; i++) {
        word address = IMAGE_BASE + i * 4096;
        bool own = address - (word)privates < sizeof privates;
        must(seL4_X86_Page_Map(copy(image_frame(address)), space, address,
                               own ? seL4_ReadWrite : seL4_CanRead,
                               seL4_X86_Default_VMAttributes) == 0,
             "the image can be mapped");
    }
}

static word make_space(bool give_table)
{
    word space = make(seL4_X64_PML4Object, 0);
    must(seL4_X86_ASIDPool_Assign(ASID_POOL, space) == 0, "an ASID");
    word pdpt = make(seL4_X86_PDPTObject, 0), directory = make(seL4_X86_PageDirectoryObject, 0);
    word table = make(seL4_X86_PageTableObject, 0), more = make(seL4_X86_PageTableObject, 0);
    must(seL4_X86_PDPT_Map(pdpt, space, IMAGE_BASE, 0) == 0, "a PDPT");
    must(seL4_X86_PageDirectory_Map(directory, space, IMAGE_BASE, 0) == 0, "a directory");
    must(seL4_X86_PageTable_Map(table, space, IMAGE_BASE, 0) == 0, "a table");
    must(seL4_X86_PageTable_Map(more, space, MAP_BASE, 0) == 0, "another table");
    if (give_table) {
        give(HOME_TABLE + 2, more);
    }
    map_image(space);
    return space;
}

/* ---- objects of all kinds ---- */

static void make_messengers(void)
{
    give_many(HOME_ENDPOINT, seL4_EndpointObject, 0, 3);
    for (word badge = 1; badge <= 2; badge++) { /* the fourth is known by three names */
        word endpoint = badge == 1 ? make(seL4_EndpointObject, 0) : next_slot - 2;
        give(HOME_ENDPOINT + 3 + badge, mint(endpoint, badge));
        if (badge == 2) {
            give(HOME_ENDPOINT + 3, endpoint);
        }
    }
    give_many(HOME_NOTIFICATION, seL4_NotificationObject, 0, 4);
}

static void make_memory(void)
{
    static const uint8_t bits[] = {16, 14, 14, 13, 12, 12, 12, 10};
    for (word i = 0; i < sizeof bits; i++) {
        give(HOME_UNTYPED + i, make(seL4_UntypedObject, bits[i]));
    }
    for (word i = 0; i < 12; i++) { /* for tangles */
        give(HOME_END + i, make(i < 10 ? seL4_CapTableObject : seL4_TCBObject, 2));
    }
    give(HOME_DEVICE, make_from(device, seL4_UntypedObject, 30));
    give_many(HOME_FRAME, seL4_X86_4K, 0, 12 - FUZZERS);
    for (word t = 0; t < FUZZERS; t++) {
        give(HOME_FRAME + 12 - FUZZERS + t, copy(image_frame((word)&privates[t].buffer)));
    }
    give_many(HOME_TABLE, seL4_X86_PageTableObject, 0, 2);
    give_many(HOME_TABLE + 3, seL4_X86_PageDirectoryObject, 0, 3);
    give_many(HOME_TABLE + 6, seL4_X86_PDPTObject, 0, 3);
    give_many(HOME_SPACE + 2, seL4_X64_PML4Object, 0, 2);
}

/* The capabilities to lines and ports cannot be copied. Late in a run the threads get them, and we
 * take them back when the world ends, if they are still there. */
static bool controls_given, controls_lost;

static void give_controls(void)
{
    give(HOME_IRQ_CONTROL, seL4_CapIRQControl);
    give(HOME_PORT_CONTROL, seL4_CapIOPortControl);
    controls_given = true;
}

static bool take_back(word index, word own_slot, word type)
{
    word s = slots(1);
    bool there = seL4_CNode_Move(OWN_CNODE, s, 64, kept_cspace, index, 64) == 0 &&
                 seL4_DebugCapIdentify(s) == type;
    return there && seL4_CNode_Move(OWN_CNODE, own_slot, 64, OWN_CNODE, s, 64) == 0;
}

static void take_controls_back(void)
{
    if (controls_given) {
        controls_given = false;
        controls_lost = !take_back(HOME_IRQ_CONTROL, seL4_CapIRQControl, 14) ||
                        !take_back(HOME_PORT_CONTROL, seL4_CapIOPortControl, 31);
    }
}

static void make_devices(void)
{
    for (word i = 0; i < 3; i++) {
        must(seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, main_cnode, HOME_IRQ + i, MAIN_RADIX, 0,
                                       FIRST_PIN + i, i % 2, 0, FIRST_VECTOR + i) == 0,
             "the last world's interrupt lines are free");
    }
    for (word i = 0; i < 2; i++) {
        must(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x300 + 2 * i, 0x301 + 2 * i,
                                          main_cnode, HOME_PORT + i, MAIN_RADIX) == 0,
             "the last world's ports are free");
    }
}

/* ---- threads ---- */

static void start_thread(word tcb, word number)
{
    seL4_UserContext registers = {
        .rip = (word)fuzz_entry, .rflags = 0x202, .fs_base = (word)&privates[number]};
    struct state *s = &privates[number].state;
    s->self = s; /* a thread may have written over it */
    s->number = number;
    s->random = s->random != 0 ? s->random : 1;
    seL4_TCB_WriteRegisters(tcb, true, 0, 20, &registers);
}

static word make_thread(word number, word space)
{
    static const word guard[] = {64 - MAIN_RADIX, 64 - MAIN_RADIX - MIDDLE_RADIX,
                                 64 - MAIN_RADIX - MIDDLE_RADIX - SMALL_RADIX};
    word tcb = make(seL4_TCBObject, 0), priority = 90 + number / 2 + number % 2;
    word roots[] = {main_cnode, middle_cnode, small_cnode};
    must(seL4_TCB_Configure(tcb, number == 0 ? 0 : HOME_ENDPOINT + number % 3, roots[number % 3],
                            guard[number % 3], space, 0, (word)&privates[number].buffer,
                            image_frame((word)&privates[number].buffer)) == 0,
         "a thread");
    must(seL4_TCB_SetSchedParams(tcb, OWN_TCB, 100, priority) == 0, "its priority");
    return tcb;
}

static void make_threads(const word space[2])
{
    word tcb[FUZZERS];
    for (word t = 0; t < FUZZERS; t++) {
        tcb[t] = make_thread(t, space[t / 4]);
        kept_tcb[t] = chance(80) ? copy(tcb[t]) : 0;
    }
    kept_cspace = chance(60) ? mint(main_cnode, 64 - MAIN_RADIX) : 0;
    kept_vspace = chance(60) ? copy(space[0]) : 0;
    for (word t = 0; t < FUZZERS; t++) {
        start_thread(tcb[t], t);
        give(HOME_TCB + t, tcb[t]);
    }
}

static word revive(word t)
{
    if (kept_tcb[t] == 0) {
        return 0;
    }
    if (kept_cspace != 0 && kept_vspace != 0 && chance(30)) {
        seL4_TCB_SetSpace(kept_tcb[t], HOME_ENDPOINT, kept_cspace, 0, kept_vspace, 0);
        seL4_TCB_SetSchedParams(kept_tcb[t], OWN_TCB, 100, 90 + t / 2);
    }
    seL4_TCB_SetIPCBuffer(kept_tcb[t], (word)&privates[t].buffer,
                          image_frame((word)&privates[t].buffer));
    start_thread(kept_tcb[t], t);
    revivals++;
    return 1;
}

/* ---- a world's life ---- */

static word calls_made(void)
{
    word calls = 0;
    for (word t = 0; t < FUZZERS; t++) {
        calls += privates[t].state.calls;
    }
    return calls;
}

static void make_world(void)
{
    make_cnodes();
    make_messengers();
    make_memory();
    give(HOME_DOMAIN, copy(seL4_CapDomain));
    give(HOME_ASID_CONTROL, copy(seL4_CapASIDControl));
    give(HOME_ASID_POOL, copy(ASID_POOL));
    if (!controls_lost) {
        make_devices();
    }
    word space[2] = {make_space(true), make_space(false)};
    make_threads(space);
    for (word i = 0; i < 2; i++) {
        give(HOME_SPACE + i, space[i]);
    }
    if (!controls_lost && kept_cspace != 0 && calls_made() > FUZZ_CALLS / 2) {
        give_controls();
    }
    if (chance(10)) {
        give(HOME_WORLD, copy(make(seL4_UntypedObject, 15)));
    }
    give(HOME_MIDDLE, middle_cnode);
    give(HOME_SMALL, small_cnode);
    give(HOME_FLAT, main_cnode); /* nothing of ours leads to it any more, but what was kept */
}

/* Revives threads that have made no call for a while; false if that is nearly all, and in vain. */
static word look_after(word before[FUZZERS], word idle[FUZZERS])
{
    word revived = 0;
    for (word t = 0; t < FUZZERS; t++) {
        idle[t] = privates[t].state.calls == before[t] ? idle[t] + 1 : 0;
        before[t] = privates[t].state.calls;
        if (idle[t] > PATIENCE && chance(50)) {
            revived += revive(t);
        }
    }
    return revived;
}

/* Hardly anything can happen in a world in which nobody reaches the main CNode. If something of it
 * was kept, that can be mended. */
static void mend(void)
{
    seL4_CNode_Copy(kept_cspace, HOME_MAIN, 64, OWN_CNODE, kept_cspace, 64, seL4_AllRights);
    seL4_CNode_Mint(kept_cspace, HOME_FLAT, 64, OWN_CNODE, kept_cspace, 64, seL4_AllRights, 0);
}

static bool is_lost(void)
{
    word lost = 0;
    for (word t = 0; t < FUZZERS; t++) {
        lost += privates[t].state.lost;
        if (kept_cspace != 0) {
            privates[t].state.lost = 0;
        }
    }
    if (lost > 0 && kept_cspace != 0) {
        mend();
    }
    return lost >= LOST;
}

static void live(void)
{
    word before[FUZZERS] = {0}, idle[FUZZERS] = {0}, ticks = 0, revived = 0, badge;
    for (word t = 0; t < FUZZERS; t++) {
        privates[t].state.lost = 0;
    }
    while (ticks < LONGEST_LIFE && revived < MOST_REVIVALS && !is_lost() &&
           calls_made() < FUZZ_CALLS) {
        seL4_Wait(events, &badge);
        if (badge & EVENT_CLOCK) {
            ticks++;
            revived += look_after(before, idle);
            seL4_IRQHandler_Ack(clock_handler);
        }
        if (badge & EVENT_ALL_WAIT) {
            word now = revive(random_below(&chance_state, FUZZERS)) +
                       revive(random_below(&chance_state, FUZZERS));
            revived += now > 0 ? now : 5;
        }
    }
}

static void end_world(void)
{
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

static void report(void)
{
    word done = 0, refused = 0, kinds = 0;
    printf("fuzz: label done refused\n");
    for (word label = 1; label < LABELS; label++) {
        word yes = 0, no = 0;
        for (word t = 0; t < FUZZERS; t++) {
            yes += privates[t].state.done[label];
            no += privates[t].state.refused[label];
        }
        printf("fuzz: %5lu %lu %lu\n", label, yes, no);
        done += yes;
        refused += no;
        kinds += yes > 0;
    }
    printf("fuzz: seed %lu, calls %lu, worlds %lu, revivals %lu\n", (word)FUZZ_SEED, calls_made(),
           worlds, revivals);
    printf("fuzz: invocations: %lu kinds, %lu done, %lu refused\n", kinds, done, refused);
}

int main(void)
{
    set_up();
    for (; calls_made() < FUZZ_CALLS; worlds++) {
        make_world();
        live();
        end_world();
    }
    report();
    printf("fuzz: done\n");
    seL4_CNode_Delete(OWN_CNODE, clock_handler, 64); /* nothing will wake anybody any more */
    seL4_TCB_Suspend(watcher);
    seL4_TCB_Suspend(OWN_TCB);
    return 0;
}
