/* The account of the objects: each one that was made and each one that is gone, in their order.
 *
 * The records of the calls do not tell: they have a budget, and one call can end many objects. Here
 * an object takes a word: its physical address, whose low bits are free, and in them the type that
 * Retype made it of, or GONE when its last capability is deleted. Untypeds are left out: they are
 * memory that nobody uses yet. Invariant: the words are written when they fill a record, and before
 * each question of the exam, so what happened between two questions stands between them.
 */
#include "debug/debug.h"
#include "object/object.h"

#define WORDS 256

static word_t words[WORDS];
static unsigned count;

static_assert(object_type_count <= GONE && GONE < BIT(ENDPOINT_BITS), "fits below any address");

void trace_life(cap_t cap, word_t fate) {
    if (!cap_is_physical(cap) || cap_type(cap) == cap_untyped || cap_type(cap) == cap_zombie)
        return;
    words[count++] = paddr_of(cap_object(cap)) + fate;
    if (count == WORDS)
        trace_lives();
}

void trace_lives(void) {
    if (count > 0)
        RECORD(lives, "words:[%u %p]", count, (const void *)words);
    count = 0;
}
