/*
 * Tries an allocator with objects of random types, in a random order.
 *
 * All memory but the allocator's pool is taken away first: what is made then is made in the pool,
 * and the kernel lets nobody have memory that is in use. After each stretch the trial tells the
 * kernel how far it came, and the kernel's answer (libs/exam) gives the random numbers a new
 * beginning: so no program knows beforehand what the trial will ask for. When nobody is grading,
 * the kernel gives nothing and the numbers go on. Invariant: an object is what was asked for, in a
 * slot of its own, from its allocation until it is freed.
 */
#include "trial.h"

#include <exam/exam.h>
#include <sel4platsupport/bootinfo.h>
#include <stdbool.h>
#include <utils/util.h>

#define STRETCH (ALLOCATIONS / 80)

/* What seL4_DebugCapIdentify() calls a capability. */
enum { NULL_CAP = 0, FRAME_CAP = 1, UNTYPED_CAP = 2, ENDPOINT_CAP = 4, NTFN_CAP = 6, TCB_CAP = 12 };

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

seL4_CPtr parent_of_pool(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_Word i = 0;
    while (info->untypedList[i].isDevice || info->untypedList[i].sizeBits < POOL_BITS) {
        i++;
    }
    return info->untyped.start + i;
}

/* Leaves no memory but the pool. False if an untyped is not where the kernel put it. */
static bool take_memory_away(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    for (seL4_CPtr slot = info->untyped.start; slot < info->untyped.end; slot++) {
        if (seL4_DebugCapIdentify(slot) != UNTYPED_CAP) {
            return false;
        }
        if (slot != parent_of_pool()) {
            seL4_CNode_Revoke(seL4_CapInitThreadCNode, slot, seL4_WordBits);
        }
        seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, seL4_WordBits);
    }
    return true;
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
    return alive && seL4_DebugCapIdentify(object) == NULL_CAP;
}

/* Makes an object in this place. False if it is not what was asked for, not in one of the pool's
 * slots, or one that is alive. */
static bool occupy(struct place *place, seL4_CPtr pool, seL4_CPtr (*object_alloc)(seL4_Word)) {
    place->kind = &kinds[roll(ARRAY_SIZE(kinds))];
    seL4_CPtr object = object_alloc(place->kind->type);
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (places[i].object == object) {
            return false;
        }
    }
    place->object = object;
    return object >= pool && object - pool <= POOL_SLOTS &&
           seL4_DebugCapIdentify(object) == place->kind->cap;
}

/* The kernel's questions, which only count if they are put by this very function. */
int try_allocator(seL4_CPtr pool, seL4_CPtr (*object_alloc)(seL4_Word),
                  void (*object_free)(seL4_CPtr)) {
    if (!take_memory_away()) {
        return 0;
    }
    for (int done = 0; done < ALLOCATIONS; done++) {
        if (done % STRETCH == 0 && exam_next(seL4_CapInitThreadTCB, done) != 0) {
            state = seL4_GetMR(0);
        }
        struct place *place = &places[roll(LIVE_OBJECTS)];
        if (!vacate(place, object_free) || !occupy(place, pool, object_alloc)) {
            return done;
        }
    }
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (!vacate(&places[i], object_free)) {
            return ALLOCATIONS - 1;
        }
    }
    exam_next(seL4_CapInitThreadTCB, ALLOCATIONS);
    return ALLOCATIONS;
}
