/*
 * Tries an allocator with objects of random types, in a random order.
 *
 * After each stretch the trial tells the kernel how far it came, and the kernel's answer
 * (libs/exam) gives the random numbers a new beginning: so no program knows beforehand what the
 * trial will ask for. The kernel also looks, twice for each step: at what is about to be freed, and
 * at what was made then; where there is nothing, at nothing. Its first look is at the pool. When
 * nobody is grading, the kernel gives nothing and the numbers go on. Invariant: an object is what
 * was asked for, in a slot of its own, from its allocation until it is freed.
 */
#include "trial.h"

#include <exam/exam.h>
#include <stdbool.h>
#include <utils/util.h>

#define STRETCH (ALLOCATIONS / 80)

/* What seL4_DebugCapIdentify() calls a capability. */
enum { NULL_CAP = 0, FRAME_CAP = 1, ENDPOINT_CAP = 4, NTFN_CAP = 6, TCB_CAP = 12 };

/* What the trial asks for. */
static const struct kind {
    seL4_Word type;
    seL4_Uint32 cap;
} kinds[] = {
    {seL4_TCBObject, TCB_CAP},
    {seL4_EndpointObject, ENDPOINT_CAP},
    {seL4_NotificationObject, NTFN_CAP},
    {seL4_X86_4K, FRAME_CAP},
};

/* Where the trial keeps the objects that are alive; an empty place has no object. */
static struct place {
    seL4_CPtr object;
    const struct kind *kind;
} places[LIVE_OBJECTS];

static seL4_Uint32 state = 7;

/* Numbers that look random, the same ones after the same state. */
static seL4_Word roll(seL4_Word sides) {
    state = state * 1664525u + 1013904223u;
    return (state >> 16) % sides;
}

/* The type of the next object. Every other stretch begins with none alive and asks for one type
 * only, so that all of the pool must serve for each. */
static const struct kind *roll_kind(int done) {
    seL4_Word stretch = done / STRETCH;
    return &kinds[stretch % 2 == 0 ? roll(ARRAY_SIZE(kinds)) : stretch / 2 % ARRAY_SIZE(kinds)];
}

/* Frees the object in this place. False if it was gone before, or is still there. */
static bool vacate(struct place *place, void (*object_free)(seL4_CPtr)) {
    seL4_CPtr object = place->object;
    place->object = seL4_CapNull;
    exam_look(seL4_CapInitThreadTCB, object);
    if (object == seL4_CapNull) {
        return true;
    }
    bool alive = seL4_DebugCapIdentify(object) == place->kind->cap;
    object_free(object);
    return alive && seL4_DebugCapIdentify(object) == NULL_CAP;
}

/* Frees all objects that are alive. */
static bool vacate_all(void (*object_free)(seL4_CPtr)) {
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (!vacate(&places[i], object_free)) {
            return false;
        }
        exam_look(seL4_CapInitThreadTCB, seL4_CapNull);
    }
    return true;
}

/* Makes an object in this place. False if it is not what was asked for, not in one of the pool's
 * slots, or one that is alive. */
static bool occupy(struct place *place, const struct kind *kind, seL4_CPtr pool,
                   seL4_CPtr (*object_alloc)(seL4_Word)) {
    place->kind = kind;
    seL4_CPtr object = object_alloc(kind->type);
    exam_look(seL4_CapInitThreadTCB, object);
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (places[i].object == object) {
            return false;
        }
    }
    place->object = object;
    return object >= pool && object - pool <= POOL_SLOTS &&
           seL4_DebugCapIdentify(object) == kind->cap;
}

/* The kernel's questions, which only count if they are put by this very function. */
int try_allocator(seL4_CPtr pool, void (*allocator_init)(seL4_CPtr, seL4_CPtr),
                  seL4_CPtr (*object_alloc)(seL4_Word), void (*object_free)(seL4_CPtr)) {
    exam_look(seL4_CapInitThreadTCB, pool);
    allocator_init(pool, pool + 1);
    for (int done = 0; done < ALLOCATIONS; done++) {
        if (done % STRETCH == 0 && exam_next(seL4_CapInitThreadTCB, done) != 0) {
            state = seL4_GetMR(0);
        }
        if (done % (2 * STRETCH) == STRETCH && !vacate_all(object_free)) {
            return done;
        }
        struct place *place = &places[roll(LIVE_OBJECTS)];
        if (!vacate(place, object_free) || !occupy(place, roll_kind(done), pool, object_alloc)) {
            return done;
        }
    }
    if (!vacate_all(object_free)) {
        return ALLOCATIONS - 1;
    }
    exam_next(seL4_CapInitThreadTCB, ALLOCATIONS);
    return ALLOCATIONS;
}
