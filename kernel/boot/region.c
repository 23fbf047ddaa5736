/* Sets of address ranges, for parting physical memory: union and difference.
 *
 * Invariant: the ranges of a set are ascending, none is empty, and no two touch.
 */
#include "boot/parts.h"

/* Puts @p count new ranges in the place of the ranges [from, to). */
static bool replace(struct regions *set, unsigned from, unsigned to, const struct region *new,
                    unsigned count) {
    unsigned total = set->count - (to - from) + count;
    if (total > BOOT_MAX_REGIONS)
        return false;
    __builtin_memmove(&set->at[from + count], &set->at[to],
                      (set->count - to) * sizeof(struct region));
    for (unsigned i = 0; i < count; i++)
        set->at[from + i] = new[i];
    set->count = total;
    return true;
}

bool regions_add(struct regions *set, struct region range) {
    if (range.start >= range.end)
        return true;
    unsigned from = 0;
    while (from < set->count && set->at[from].end < range.start)
        from++;
    unsigned to = from;
    for (; to < set->count && set->at[to].start <= range.end; to++) {
        range.start = MIN(range.start, set->at[to].start);
        range.end = MAX(range.end, set->at[to].end);
    }
    return replace(set, from, to, &range, 1);
}

bool regions_remove(struct regions *set, struct region range) {
    struct region rest[2];
    unsigned from = 0, pieces = 0;
    while (from < set->count && set->at[from].end <= range.start)
        from++;
    unsigned to = from;
    for (; to < set->count && set->at[to].start < range.end; to++) {
        struct region old = set->at[to];
        if (old.start < range.start)
            rest[pieces++] = (struct region){old.start, range.start};
        if (old.end > range.end)
            rest[pieces++] = (struct region){range.end, old.end};
    }
    return replace(set, from, to, rest, pieces);
}

bool regions_contain(const struct regions *set, struct region range) {
    for (unsigned i = 0; i < set->count; i++)
        if (range.start >= set->at[i].start && range.end <= set->at[i].end)
            return range.start <= range.end;
    return false;
}
