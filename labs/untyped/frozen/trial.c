/*
 * Tries an allocator with objects of random types, in a random order.
 *
 * The trial goes in stretches. Before each, it tells the kernel how far it came, and the kernel's
 * answer (libs/exam) gives the random numbers a new beginning: so no program knows beforehand what
 * the trial will ask for. Before one of them the kernel's trace begins a new chapter, in which all
 * that happens is written down. When nobody is grading, the kernel gives nothing and the numbers go
 * on. Invariant: an object is what was asked for, from its allocation until it is freed.
 */
#include "trial.h"

#include <exam/exam.h>
#include <stdbool.h>
#include <utils/util.h>

#define STRETCH (ALLOCATIONS / 80)

/* What the trial asks for, and how seL4_DebugCapIdentify() names a capability to it. */
static const struct kind {
    seL4_Word type;
    seL4_Uint32 cap;
} kinds[] = {
    {seL4_TCBObject, 12},
    {seL4_EndpointObject, 4},
    {seL4_NotificationObject, 6},
    {seL4_X86_4K, 1},
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

/* Leaves nothing in the message registers of what the kernel said. */
static void next_stretch(seL4_Word done) {
    if (exam_next(seL4_CapInitThreadTCB, done) != 0) {
        state = seL4_GetMR(0);
        if (seL4_GetMR(1) != 0) {
            seL4_DebugNameThread(seL4_CapInitThreadTCB, "rootserver"); /* begins a chapter */
        }
    }
    seL4_SetMR(0, 0);
    seL4_SetMR(1, 0);
}

/* Frees the object in this place. False if it was gone before, or is still there. */
static bool vacate(struct place *place, void (*object_free)(seL4_CPtr)) {
    seL4_CPtr object = place->object;
    place->object = seL4_CapNull;
    if (object == seL4_CapNull) {
        return true;
    }
    bool alive = seL4_DebugCapIdentify(object) == place->kind->cap;
    object_free(object);
    return alive && seL4_DebugCapIdentify(object) == 0;
}

/* Makes an object in this place. False if it is not what was asked for, or one that is alive. */
static bool occupy(struct place *place, seL4_CPtr (*object_alloc)(seL4_Word)) {
    place->kind = &kinds[roll(ARRAY_SIZE(kinds))];
    seL4_CPtr object = object_alloc(place->kind->type);
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (places[i].object == object) {
            return false;
        }
    }
    place->object = object;
    return seL4_DebugCapIdentify(object) == place->kind->cap;
}

int try_allocator(seL4_CPtr (*object_alloc)(seL4_Word), void (*object_free)(seL4_CPtr)) {
    for (int done = 0; done < ALLOCATIONS; done++) {
        if (done % STRETCH == 0) {
            next_stretch(done);
        }
        struct place *place = &places[roll(LIVE_OBJECTS)];
        if (!vacate(place, object_free) || !occupy(place, object_alloc)) {
            return done;
        }
    }
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (!vacate(&places[i], object_free)) {
            return ALLOCATIONS - 1;
        }
    }
    next_stretch(ALLOCATIONS);
    return ALLOCATIONS;
}
