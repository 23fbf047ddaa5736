/* The worlds of the fuzzer: six threads in two address spaces, CNodes that lead to each other, and
 * objects of every kind within their reach.
 *
 * Invariant: all is made from `pool` and `device` or is a copy of what the root task keeps, so that
 * revoking these and deleting the copies ends the world.
 */
#include "world.h"

#define IMAGE_BASE   0x400000ul
#define FIRST_VECTOR 20

/* Of DebugCapIdentify. */
enum { THREAD = 12, IRQ_CONTROL = 14, IO_PORT_CONTROL = 31 };

/* What the root task keeps of a world so that it can start threads again; 0: nothing. */
static word kept_tcb[FUZZERS], kept_cspace, kept_vspace;

/* ---- the CNodes and what is in them ---- */

static word main_cnode, middle_cnode, small_cnode;

static void give(word index, word source) {
    must(seL4_CNode_Move(main_cnode, index, MAIN_RADIX, OWN_CNODE, source, 64) == 0, "moving");
}

static void give_many(word first, word type, word bits, word count) {
    for (word i = 0; i < count; i++) {
        give(first + i, make(type, bits));
    }
}

static void put(word cnode, word depth, word index, word source, word data) {
    must(seL4_CNode_Mint(cnode, index, depth, OWN_CNODE, source, 64, seL4_AllRights, data) == 0,
         "CNodes can be linked");
}

static void make_cnodes(void) {
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

static word image_frame(word address) {
    word count = info->userImageFrames.end - info->userImageFrames.start;
    word base = (word)info->ipcBuffer - count * 4096;
    return info->userImageFrames.start + (address - base) / 4096;
}

static void map_image(word space) {
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

static word make_space(bool give_table) {
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

/* A capability that may lack some rights. */
static word weaken(word source, word badge) {
    word s = slots(1);
    seL4_CapRights_t rights = {{root_chance(50) ? 15 : root_below(16)}};
    must(seL4_CNode_Mint(OWN_CNODE, s, 64, OWN_CNODE, source, 64, rights, badge) == 0, "weakening");
    return s;
}

/* In a few worlds there is no room for further ASID pools. */
static void take_asid_pools(void) {
    word error = 0;
    while (error == 0 && root_chance(99)) {
        word memory = make(seL4_UntypedObject, 12);
        error = seL4_X86_ASIDControl_MakePool(seL4_CapASIDControl, memory, OWN_CNODE, slots(1), 64);
    }
}

static void make_messengers(void) {
    give_many(HOME_ENDPOINT, seL4_EndpointObject, 0, 3);
    word badged = make(seL4_EndpointObject, 0); /* is known by three names */
    give(HOME_ENDPOINT + 4, mint(badged, 1));
    give(HOME_ENDPOINT + 5, weaken(badged, 2));
    give(HOME_ENDPOINT + 3, badged);
    give_many(HOME_NOTIFICATION, seL4_NotificationObject, 0, 3);
    give(HOME_NOTIFICATION + 3, weaken(make(seL4_NotificationObject, 0), 0));
}

static void make_memory(void) {
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
bool controls_given;
static bool controls_lost;

static void give_controls(void) {
    give(HOME_IRQ_CONTROL, seL4_CapIRQControl);
    give(HOME_PORT_CONTROL, seL4_CapIOPortControl);
    controls_given = true;
}

static void make_devices(void) {
    static const uint8_t pin[] = {8, 10, 11}; /* the first is that of the other clock */
    for (word i = 0; i < 3; i++) {
        must(seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, main_cnode, HOME_IRQ + i, MAIN_RADIX, 0,
                                       pin[i], i % 2, 0, FIRST_VECTOR + i) == 0,
             "the last world's interrupt lines are free");
    }
    for (word i = 0; i < 2; i++) {
        must(seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x300 + 2 * i, 0x301 + 2 * i,
                                          main_cnode, HOME_PORT + i, MAIN_RADIX) == 0,
             "the last world's ports are free");
    }
}

/* ---- threads ---- */

static void start_thread(word tcb, word number) {
    seL4_UserContext registers = {
        .rip = (word)fuzz_entry, .rflags = 0x202, .fs_base = (word)&privates[number]};
    struct state *s = &privates[number].state;
    s->self = s; /* a thread may have written over it */
    s->number = number;
    s->random = s->random != 0 ? s->random : 1;
    seL4_TCB_WriteRegisters(tcb, true, 0, 20, &registers);
}

static word make_thread(word number, word space) {
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

static void make_threads(const word space[2]) {
    word tcb[FUZZERS];
    for (word t = 0; t < FUZZERS; t++) {
        tcb[t] = make_thread(t, space[t / 4]);
        kept_tcb[t] = root_chance(80) ? copy(tcb[t]) : 0;
    }
    kept_cspace = root_chance(60) ? mint(main_cnode, 64 - MAIN_RADIX) : 0;
    kept_vspace = root_chance(60) ? copy(space[0]) : 0;
    for (word t = 0; t < FUZZERS; t++) {
        start_thread(tcb[t], t);
        give(HOME_TCB + t, tcb[t]);
    }
}

void disturb(word t) {
    if (kept_tcb[t] == 0) {
        return;
    }
    seL4_TCB_SetPriority(kept_tcb[t], OWN_TCB, 90 + root_below(6));
    if (is_type(kept_tcb[t], THREAD)) { /* or the kernel would stop */
        name_thread(kept_tcb[t]);
    }
}

word revive(word t) {
    if (kept_tcb[t] == 0) {
        return 0;
    }
    if (kept_cspace != 0 && kept_vspace != 0 && root_chance(30)) {
        seL4_TCB_SetSpace(kept_tcb[t], HOME_ENDPOINT, kept_cspace, 0, kept_vspace, 0);
        seL4_TCB_SetSchedParams(kept_tcb[t], OWN_TCB, 100, 90 + t / 2);
    }
    seL4_TCB_SetIPCBuffer(kept_tcb[t], (word)&privates[t].buffer,
                          image_frame((word)&privates[t].buffer));
    start_thread(kept_tcb[t], t);
    return 1;
}

/* ---- all of it ---- */

void make_world(void) {
    make_cnodes();
    make_messengers();
    make_memory();
    give(HOME_DOMAIN, copy(seL4_CapDomain));
    give(HOME_ASID_CONTROL, copy(seL4_CapASIDControl));
    if (root_chance(5)) {
        take_asid_pools();
    }
    give(HOME_ASID_POOL, copy(ASID_POOL));
    if (!controls_lost) {
        make_devices();
    }
    word space[2] = {make_space(true), make_space(false)};
    make_threads(space);
    for (word i = 0; i < 2; i++) {
        give(HOME_SPACE + i, space[i]);
    }
    if (CAN_LOOK && !controls_lost && kept_cspace != 0 && calls_made() > FUZZ_CALLS / 2) {
        give_controls();
    }
    if (root_chance(10)) {
        give(HOME_WORLD, copy(make(seL4_UntypedObject, 15)));
    }
    give(HOME_MIDDLE, middle_cnode);
    give(HOME_SMALL, small_cnode);
    give(HOME_FLAT, main_cnode); /* nothing of ours leads to it any more, but what was kept */
}

bool mend(void) {
    return kept_cspace != 0 &&
           seL4_CNode_Copy(kept_cspace, HOME_MAIN, 64, OWN_CNODE, kept_cspace, 64,
                           seL4_AllRights) != seL4_FailedLookup &&
           seL4_CNode_Mint(kept_cspace, HOME_FLAT, 64, OWN_CNODE, kept_cspace, 64, seL4_AllRights,
                           0) != seL4_FailedLookup;
}

static bool take_back(word index, word own_slot, word type) {
    word s = slots(1);
    bool there = seL4_CNode_Move(OWN_CNODE, s, 64, kept_cspace, index, 64) == 0 && is_type(s, type);
    return there && seL4_CNode_Move(OWN_CNODE, own_slot, 64, OWN_CNODE, s, 64) == 0;
}

void take_controls_back(void) {
    if (controls_given) {
        controls_given = false;
        controls_lost = !take_back(HOME_IRQ_CONTROL, seL4_CapIRQControl, IRQ_CONTROL) ||
                        !take_back(HOME_PORT_CONTROL, seL4_CapIOPortControl, IO_PORT_CONTROL);
    }
}
