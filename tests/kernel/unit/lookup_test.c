/* Capability pointers: every way through guards and radices, and every way to fail. */
#include "unit.h"

static slot_t top[16], leaf[256];

static cap_t node(slot_t *slots, unsigned radix, word_t guard, unsigned guard_size) {
    return cap_cnode_new(slots, radix, guard << 6 | guard_size);
}

#define CHECK_FAILURE(expected, left, found_guard, found_bits)                                     \
    do {                                                                                           \
        CHECK(current_lookup_failure.type == (expected));                                          \
        CHECK(current_lookup_failure.bits_left == (left));                                         \
        CHECK(current_lookup_failure.guard_found == (found_guard));                                \
        CHECK(current_lookup_failure.bits_found == (found_bits));                                  \
    } while (0)

TEST(one_level_finds_every_slot) {
    struct resolved at;
    cap_t root = node(leaf, 8, 0, 56);
    for (word_t i = 0; i < 256; i++) {
        CHECK(resolve_address(root, i, 64, &at) == DONE);
        CHECK(at.slot == &leaf[i] && at.bits_left == 0 && at.cnode == leaf &&
              resolved_index(&at) == i);
    }
}

TEST(two_levels_with_a_guard_between) {
    struct resolved at;
    top[2].cap = node(leaf, 8, 5, 4);
    CHECK(resolve_address(node(top, 4, 0, 0), 0x25ab, 16, &at) == DONE);
    CHECK(at.slot == &leaf[0xab] && at.cnode == leaf && resolved_index(&at) == 0xab);
}

TEST(walk_stops_at_what_is_no_cnode) {
    struct resolved at;
    CHECK(resolve_address(node(top, 4, 0, 0), 0x3123456789abcdef, 64, &at) == DONE);
    CHECK(at.slot == &top[3] && at.bits_left == 60);
}

TEST(bits_above_the_depth_do_not_count) {
    struct resolved at;
    CHECK(resolve_address(node(top, 4, 0, 0), 0xfffffffffffffff7, 4, &at) == DONE);
    CHECK(at.slot == &top[7]);
}

TEST(root_must_be_a_cnode) {
    struct resolved at;
    CHECK(resolve_address(cap_null_new(), 0, 64, &at) == FAILED);
    CHECK(current_lookup_failure.type == lookup_invalid_root);
}

TEST(guard_must_match) {
    struct resolved at;
    CHECK(resolve_address(node(top, 4, 5, 3), 0x40, 7, &at) == FAILED);
    CHECK_FAILURE(lookup_guard_mismatch, 7, 5, 3);
}

TEST(guard_is_checked_before_depth) {
    struct resolved at;
    CHECK(resolve_address(node(top, 4, 0, 8), 0, 4, &at) == FAILED);
    CHECK_FAILURE(lookup_guard_mismatch, 4, 0, 8);
    CHECK(resolve_address(node(top, 4, 3, 8), 3, 8, &at) == FAILED);
    CHECK_FAILURE(lookup_depth_mismatch, 8, 0, 12);
}

TEST(cnodes_that_hold_themselves_end_with_the_bits) {
    struct resolved at;
    top[5].cap = node(top, 4, 0, 0);
    CHECK(resolve_address(top[5].cap, 0x5555555555555553, 64, &at) == DONE);
    CHECK(at.slot == &top[3] && at.bits_left == 0);
    top[1].cap = node(top, 4, 0, 1);
    CHECK(resolve_address(top[1].cap, 0x0842108421084210 | 1, 64, &at) == FAILED);
}

TEST(operations_want_all_bits_resolved) {
    struct resolved at;
    CHECK(lookup_operation(node(top, 4, 0, 0), 0x30, 8, false, &at) == FAILED);
    const word_t *words = current_error.words;
    CHECK(current_error.count == 4);
    CHECK(words[0] == 0 && words[1] == lookup_depth_mismatch && words[2] == 4 && words[3] == 0);
}

TEST(operations_check_root_then_depth) {
    struct resolved at;
    CHECK(lookup_operation(cap_null_new(), 0, 65, true, &at) == FAILED);
    CHECK_ERROR(failed_lookup, 1, lookup_invalid_root);
    CHECK(lookup_operation(node(top, 4, 0, 0), 0, 0, true, &at) == FAILED);
    CHECK_ERROR(range_error, 1, 64);
    CHECK(lookup_operation(node(top, 4, 0, 0), 0, 65, true, &at) == FAILED);
    CHECK_ERROR(range_error, 1, 64);
}

/* Random trees of CNodes: the walk against one written the slow way, bit by bit. */
static unsigned bit_of(cptr_t cptr, unsigned depth, unsigned from_top) {
    return cptr >> (depth - 1 - from_top) & 1;
}

static slot_t *walk_slowly(cap_t root, cptr_t cptr, unsigned depth, unsigned *left) {
    unsigned used = 0;
    for (cap_t at = root;;) {
        for (unsigned i = 0; i < cap_cnode_guard_size(at); i++, used++) {
            unsigned want = cap_cnode_guard(at) >> (cap_cnode_guard_size(at) - 1 - i) & 1;
            if (used >= depth || bit_of(cptr, depth, used) != want) {
                return NULL;
            }
        }
        word_t index = 0;
        for (unsigned i = 0; i < cap_cnode_radix(at); i++, used++) {
            if (used >= depth) {
                return NULL;
            }
            index = index << 1 | bit_of(cptr, depth, used);
        }
        slot_t *slot = (slot_t *)cap_object(at) + index;
        *left = depth - used;
        if (used == depth || cap_type(slot->cap) != cap_cnode) {
            return slot;
        }
        at = slot->cap;
    }
}

TEST(random_walks_agree_with_the_slow_way) {
    static slot_t nodes[8][16];
    for (unsigned round = 0; round < 20000; round++) {
        unit_seed(round);
        for (unsigned i = 0; i < 8 * 16; i++) {
            unsigned guard_size = unit_random(3) * unit_random(5);
            nodes[i / 16][i % 16].cap = unit_random(2)
                                            ? node(nodes[unit_random(8)], 1 + unit_random(4),
                                                   unit_random(1u << guard_size), guard_size)
                                            : cap_null_new();
        }
        cptr_t cptr = (word_t)unit_random(1u << 31) << 33 | unit_random(1u << 31);
        unsigned depth = 1 + unit_random(64), left = 0;
        cap_t root = node(nodes[0], 4, 0, 0);
        struct resolved at;
        slot_t *expected = walk_slowly(root, cptr, depth, &left);
        CHECK((resolve_address(root, cptr, depth, &at) == DONE) == (expected != NULL));
        CHECK(expected == NULL || (at.slot == expected && at.bits_left == left));
    }
}
