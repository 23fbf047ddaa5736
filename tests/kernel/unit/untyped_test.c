/* Retype: the arithmetic of free memory, and the order in which it refuses. */
#include "unit.h"

#include <string.h>

static slot_t cnode[512], untyped, cnode_slot;

/* An untyped of 2^bits bytes of memory full of rubbish, all of it handed out before. */
static void fresh(unsigned bits) {
    void *memory = unit_memory(bits);
    memset(memory, 0xa5, BIT(bits));
    slot_insert_root(&untyped, cap_untyped_new(memory, bits, false, BIT(bits)));
    slot_insert_root(&cnode_slot, cap_cnode_new(cnode, 9, 0));
}

static outcome_t retype(word_t type, word_t size_bits, word_t offset, word_t count) {
    word_t words[6] = {type, size_bits, 0, 0, offset, count};
    struct invocation invocation = {.slot = &untyped,
                                    .cap = untyped.cap,
                                    .label = label_untyped_retype,
                                    .length = 6,
                                    .extra = {&cnode_slot},
                                    .extra_count = 1,
                                    .buffer = words};
    return untyped_retype(&invocation);
}

static word_t offset_of(const slot_t *slot) {
    return (word_t)cap_object(slot->cap) - (word_t)cap_object(untyped.cap);
}

TEST(first_retype_clears_all_of_the_block) {
    fresh(14);
    CHECK(retype(object_endpoint, 0, 0, 1) == DONE);
    const char *memory = cap_object(untyped.cap);
    for (unsigned i = 0; i < BIT(14); i++) {
        CHECK(memory[i] == 0);
    }
    CHECK(cap_untyped_free_index(untyped.cap) == BIT(ENDPOINT_BITS));
}

TEST(objects_are_aligned_to_their_size) {
    fresh(16);
    CHECK(retype(object_endpoint, 0, 0, 1) == DONE);
    CHECK(retype(object_frame_4k, 0, 1, 2) == DONE);
    CHECK(retype(object_notification, 0, 3, 1) == DONE);
    CHECK(retype(object_cnode, 4, 4, 1) == DONE);
    CHECK(offset_of(&cnode[1]) == 0x1000 && offset_of(&cnode[2]) == 0x2000);
    CHECK(offset_of(&cnode[3]) == 0x3000 && offset_of(&cnode[4]) == 0x3200);
    CHECK(cap_untyped_free_index(untyped.cap) == 0x3400);
}

TEST(refuses_what_does_not_fit_and_says_what_is_left) {
    fresh(13);
    CHECK(retype(object_endpoint, 0, 0, 1) == DONE);
    CHECK(retype(object_frame_4k, 0, 1, 2) == FAILED);
    CHECK_ERROR(not_enough_memory, BIT(13) - 16, 0);
    CHECK(slot_is_empty(&cnode[1]));
    CHECK(retype(object_frame_4k, 0, 1, 1) == DONE);
    CHECK(retype(object_endpoint, 0, 2, 1) == FAILED);
    CHECK_ERROR(not_enough_memory, 0, 0);
}

TEST(block_without_children_counts_as_free) {
    fresh(12);
    CHECK(retype(object_endpoint, 0, 0, 256) == DONE);
    CHECK(retype(object_endpoint, 0, 256, 1) == FAILED);
    CHECK(slot_revoke(&untyped) == DONE && unit_calls.endpoints == 256);
    CHECK(retype(object_frame_4k, 0, 0, 1) == DONE);
}

TEST(exhaustive_small_sizes_never_overlap) {
    fresh(20);
    word_t end = 0;
    unit_seed(1);
    for (unsigned i = 0; i < 512; i++) {
        word_t bits = MIN_UNTYPED_BITS + unit_random(8);
        if (retype(object_untyped, bits, i, 1) != DONE) {
            break;
        }
        CHECK(offset_of(&cnode[i]) >= end && offset_of(&cnode[i]) % BIT(bits) == 0);
        CHECK(offset_of(&cnode[i]) < end + BIT(bits)); /* no more lost than alignment takes */
        end = offset_of(&cnode[i]) + BIT(bits);
        CHECK(end <= BIT(20) && cap_untyped_free_index(untyped.cap) == end);
    }
}

TEST(refuses_in_the_order_of_the_abi) {
    fresh(12);
    CHECK(retype(object_type_count, 64, ~0ul, 0) == FAILED);
    CHECK_ERROR(invalid_argument, 0, 0);
    CHECK(retype(object_endpoint, 64, ~0ul, 0) == FAILED);
    CHECK_ERROR(range_error, 0, 47);
    CHECK(retype(object_cnode, 43, ~0ul, 0) == FAILED);
    CHECK_ERROR(range_error, 0, 47);
    CHECK(retype(object_cnode, 0, ~0ul, 0) == FAILED);
    CHECK_ERROR(invalid_argument, 1, 0);
    CHECK(retype(object_untyped, 3, ~0ul, 0) == FAILED);
    CHECK_ERROR(invalid_argument, 1, 0);
    CHECK(retype(object_untyped, 20, 512, 0) == FAILED);
    CHECK_ERROR(range_error, 0, 511);
    CHECK(retype(object_untyped, 20, 511, 0) == FAILED);
    CHECK_ERROR(range_error, 1, 256);
    CHECK(retype(object_untyped, 20, 511, 2) == FAILED);
    CHECK_ERROR(range_error, 1, 1);
    slot_insert_root(&cnode[511], cap_new(cap_domain, NULL, 0, 0));
    CHECK(retype(object_untyped, 20, 511, 1) == FAILED);
    CHECK_ERROR(delete_first, 0, 0);
    CHECK(retype(object_untyped, 20, 0, 1) == FAILED);
    CHECK_ERROR(not_enough_memory, BIT(12), 0);
    CHECK(cap_untyped_free_index(untyped.cap) == BIT(12)); /* and nothing was reset meanwhile */
}

TEST(device_memory_holds_no_kernel_objects) {
    fresh(14);
    untyped.cap = cap_untyped_new(cap_object(untyped.cap), 14, true, 0);
    CHECK(retype(object_endpoint, 0, 0, 1) == FAILED);
    CHECK_ERROR(invalid_argument, 1, 0);
    CHECK(retype(object_frame_4k, 0, 0, 1) == DONE && cap_frame_is_device(cnode[0].cap));
    CHECK(retype(object_untyped, 12, 1, 1) == DONE && cap_untyped_is_device(cnode[1].cap));
    CHECK(*(unsigned char *)cap_object(cnode[0].cap) == 0xa5); /* devices are not written to */
}

TEST(device_memory_may_end_where_addresses_end) {
    fresh(12);
    untyped.cap = cap_untyped_new((void *)0xfffffffffffff000, 12, true, 0);
    CHECK(retype(object_untyped, 11, 0, 2) == DONE);
    CHECK(retype(object_untyped, 4, 2, 1) == FAILED);
    CHECK_ERROR(not_enough_memory, 0, 0);
}

TEST(reset_is_preempted_and_goes_on) {
    fresh(20);
    unit_interrupt = true;
    word_t last = BIT(20);
    unsigned calls = 0;
    outcome_t outcome;
    while ((outcome = retype(object_endpoint, 0, 0, 1)) == PREEMPTED) {
        CHECK(cap_untyped_free_index(untyped.cap) < last);
        last = cap_untyped_free_index(untyped.cap);
        CHECK(slot_is_empty(&cnode[0]));
        calls++;
    }
    CHECK(outcome == DONE && calls == BIT(20 - CONFIG_RESET_CHUNK_BITS) / 100);
}

TEST(new_capabilities_are_children_in_ascending_slots) {
    fresh(12);
    CHECK(retype(object_notification, 0, 5, 3) == DONE);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(cap_type(cnode[5 + i].cap) == cap_notification);
        CHECK(cap_rights(cnode[5 + i].cap) == 3 && cap_badge(cnode[5 + i].cap) == 0);
        CHECK(offset_of(&cnode[5 + i]) == i * 32);
    }
    CHECK(slot_next(&untyped) == &cnode[7] && slot_has_children(&untyped));
}

TEST(every_type_has_its_size_and_kind) {
    static const struct {
        word_t type, size_bits;
        unsigned bits;
        enum cap_type made;
    } rows[] = {
        {object_untyped, 9, 9, cap_untyped},
        {object_tcb, 0, 11, cap_thread},
        {object_endpoint, 0, 4, cap_endpoint},
        {object_notification, 0, 5, cap_notification},
        {object_cnode, 4, 9, cap_cnode},
        {object_pdpt, 0, 12, cap_pdpt},
        {object_pml4, 0, 12, cap_pml4},
        {object_frame_4k, 0, 12, cap_frame},
        {object_frame_2m, 0, 21, cap_frame},
        {object_page_table, 0, 12, cap_page_table},
        {object_page_directory, 0, 12, cap_page_directory},
    };
    fresh(22);
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CHECK(slot_revoke(&untyped) == DONE);
        while (!slot_is_empty(&cnode[0])) {
            CHECK(slot_delete(&cnode[0]) == DONE);
        }
        CHECK(retype(rows[i].type, rows[i].size_bits, 0, 1) == DONE);
        CHECK(cap_type(cnode[0].cap) == rows[i].made);
        CHECK(cap_object_bits(cnode[0].cap) == rows[i].bits);
        CHECK(cap_untyped_free_index(untyped.cap) == BIT(rows[i].bits));
    }
}
