/* Capabilities in random places: CNodes that hold each other and themselves, threads that hold
 * CNodes.
 *
 * Each round makes a few objects from one untyped, scatters and mixes their capabilities, deletes
 * some, and revokes the untyped. Invariant that is shown: all memory then is there again.
 */
#include "check.h"

#define ROUNDS      300
#define CNODES      5
#define THREADS     2
#define RADIX       2
#define MEMORY_BITS 14

static uint32_t state;

static word pick(word below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
}

struct world {
    word memory, spare;
    word cnode[CNODES], thread[THREADS], endpoint;
};

static void populate(struct world *w) {
    REQUIRE(retype(w->memory, seL4_CapTableObject, RADIX, w->cnode[0], CNODES).label == 0);
    REQUIRE(retype(w->memory, seL4_TCBObject, 0, w->thread[0], THREADS).label == 0);
    REQUIRE(retype(w->memory, seL4_EndpointObject, 0, w->endpoint, 1).label == 0);
}

/* Any capability of the world that lies in our own CSpace. */
static word any(const struct world *w) {
    word n = pick(CNODES + THREADS + 1);
    return n < CNODES ? w->cnode[n] : n < CNODES + THREADS ? w->thread[n - CNODES] : w->endpoint;
}

/* One random operation; most are refused for some reason, which is fine. */
static void mix(const struct world *w) {
    word into = w->cnode[pick(CNODES)], from = w->cnode[pick(CNODES)];
    word index = pick(1 << RADIX), other = pick(1 << RADIX), third = pick(1 << RADIX);
    switch (pick(9)) {
    case 0:
    case 1:
        copy_to(into, index, RADIX, any(w));
        break;
    case 2:
        invoke(into, CNodeMove, WORDS(index, RADIX, any(w), DEPTH), WITH(OWN_CNODE));
        break;
    case 3:
        invoke(into, CNodeMove, WORDS(index, RADIX, other, RADIX), WITH(from));
        break;
    case 4:
        invoke(into, CNodeMint, WORDS(index, RADIX, other, RADIX, 15, pick(4)), WITH(from));
        break;
    case 5:
        invoke(into, CNodeRotate, WORDS(index, RADIX, 0, other, RADIX, 0, third, RADIX),
               WITH(from, from));
        break;
    case 6:
        invoke(w->thread[pick(THREADS)], TCBSetSpace, WORDS(0, 0, 0), WITH(from, OWN_VSPACE));
        break;
    case 7:
        if (pick(4) == 0) {
            invoke(into, CNodeRevoke, WORDS(index, RADIX), WITH());
        }
        break;
    default:
        if (pick(3) == 0) {
            invoke(into, CNodeDelete, WORDS(index, RADIX), WITH());
        }
    }
}

static struct world new_world(void) {
    struct world w = {.memory = make(seL4_UntypedObject, MEMORY_BITS), .spare = slot()};
    word s = slots(CNODES + THREADS + 1);
    for (word i = 0; i < CNODES; i++) {
        w.cnode[i] = s + i;
    }
    for (word i = 0; i < THREADS; i++) {
        w.thread[i] = s + CNODES + i;
    }
    w.endpoint = s + CNODES + THREADS;
    return w;
}

/* All of the memory can be had in one piece, so nothing made from it is left. */
static void check_reclaimed(const struct world *w) {
    EXPECT(retype(w->memory, seL4_UntypedObject, MEMORY_BITS, w->spare, 1), DONE);
    REQUIRE(delete (w->spare).label == 0);
}

BEHAVIOUR("graph: capabilities mixed at random are all reclaimed by revoking their memory") {
    struct world w = new_world();
    state = 1;
    for (int round = 0; round < ROUNDS; round++) {
        populate(&w);
        for (word n = 10 + pick(60); n > 0; n--) {
            mix(&w);
        }
        EXPECT(revoke(w.memory), DONE);
        check_reclaimed(&w);
    }
}

BEHAVIOUR("graph: deleting what is visible leaves only cycles, which revoke ends") {
    struct world w = new_world();
    state = 2;
    for (int round = 0; round < ROUNDS; round++) {
        populate(&w);
        for (word n = 10 + pick(60); n > 0; n--) {
            mix(&w);
        }
        for (word n = 0; n < 12; n++) {
            EXPECT(delete (any(&w)), DONE);
        }
        EXPECT(revoke(w.memory), DONE);
        check_reclaimed(&w);
    }
}

BEHAVIOUR("graph: a chain of 1,000 CNodes is deleted by deleting the first") {
    word memory = make(seL4_UntypedObject, 18), first = slot(), next = slot(), count = 1000;
    REQUIRE(retype(memory, seL4_CapTableObject, RADIX, first, 1).label == 0);
    for (word i = 1; i < count; i++) { /* the new one becomes the root of what is there */
        REQUIRE(retype(memory, seL4_CapTableObject, RADIX, next, 1).label == 0);
        REQUIRE(
            invoke(next, CNodeMove, WORDS(pick(4), RADIX, first, DEPTH), WITH(OWN_CNODE)).label ==
            0);
        REQUIRE(
            invoke(OWN_CNODE, CNodeMove, WORDS(first, DEPTH, next, DEPTH), WITH(OWN_CNODE)).label ==
            0);
    }
    EXPECT(delete (first), DONE);
    EXPECT(retype(memory, seL4_UntypedObject, 18, first, 1), DONE);
}
