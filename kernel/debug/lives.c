/* The account of the objects: each one that was made and each one that is gone, in their order.
 *
 * The records of the calls do not tell: they have a budget, and one call can end many objects. Here
 * an object takes a word: its physical address, whose low bits are free, and in them the type that
 * Retype made it as, or LIFE_GONE with its last capability, or LIFE_SEEN when a program had the
 * kernel look at it; a look at anything else has address 0, where no object of RAM is. Of untypeds,
 * whose memory nobody uses yet, there are looks only; what was made at boot only has its end here.
 * Invariant: the words are written when they fill a record, before each question of the exam, and
 * when nothing can run any more, so what happened between two questions stands between them.
 */
#include "debug/debug.h"
#include "object/object.h"

#define WORDS 256

static word_t words[WORDS];
static unsigned count;

static_assert(object_type_count <= LIFE_SEEN && LIFE_GONE < BIT(ENDPOINT_BITS),
              "fits below any address");

void trace_life(cap_t cap, word_t fate) {
    bool object = cap_is_physical(cap) && cap_type(cap) != cap_zombie;
    if (fate != LIFE_SEEN && (!object || cap_type(cap) == cap_untyped))
        return;
    words[count++] = (object ? paddr_of(cap_object(cap)) : 0) + fate;
    if (count == WORDS)
        trace_lives();
}

void trace_lives(void) {
    if (count > 0)
        RECORD(lives, "words:[%u %p]", count, (const void *)words);
    count = 0;
}
