/* Sets of address ranges, for parting physical memory: union and difference. */
#include "boot/parts.h"

static void append(struct regions *set, paddr_t start, paddr_t end) {
    if (start < end) {
        boot_require(set->count < BOOT_MAX_REGIONS, "The memory map has too many pieces\n");
        set->at[set->count++] = (struct region){start, end};
    }
}

void regions_add(struct regions *set, struct region range) {
    struct regions all;
    all.count = 0;
    for (unsigned i = 0; i < set->count; i++) {
        struct region old = set->at[i];
        if (old.end < range.start) {
            append(&all, old.start, old.end);
        } else if (old.start > range.end) {
            append(&all, range.start, range.end);
            range = old;
        } else {
            range = (struct region){MIN(old.start, range.start), MAX(old.end, range.end)};
        }
    }
    append(&all, range.start, range.end);
    *set = all;
}

void regions_remove(struct regions *set, struct region range) {
    struct regions rest;
    rest.count = 0;
    for (unsigned i = 0; i < set->count; i++) {
        append(&rest, set->at[i].start, MIN(set->at[i].end, range.start));
        append(&rest, MAX(set->at[i].start, range.end), set->at[i].end);
    }
    *set = rest;
}

bool regions_contain(const struct regions *set, struct region range) {
    for (unsigned i = 0; i < set->count; i++)
        if (range.start >= set->at[i].start && range.end <= set->at[i].end)
            return range.start <= range.end;
    return false;
}
