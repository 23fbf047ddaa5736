/* Copies: what they keep, what they lose, and what cannot be copied. */
#include "unit.h"

static slot_t slots[8];
static char object[64];

static cap_t derived(cap_t cap) {
    cap_t copy;
    slot_t slot = {.cap = cap};
    CHECK(cap_derive(&slot, cap, &copy) == DONE);
    return copy;
}

static bool same(cap_t a, cap_t b) { return a.word[0] == b.word[0] && a.word[1] == b.word[1]; }

TEST(plain_capabilities_are_copied_as_they_are) {
    cap_t cap = cap_endpoint_new(object, 5, RIGHTS_ALL);
    CHECK(same(derived(cap), cap));
    cap = cap_cnode_new(object, 4, 60);
    CHECK(same(derived(cap), cap));
    cap = cap_thread_new(object);
    CHECK(same(derived(cap), cap));
}

TEST(copy_of_a_frame_is_not_mapped) {
    cap_t cap = cap_frame_new(object, frame_4k, RIGHT_READ | RIGHT_WRITE, false);
    CHECK(same(derived(cap_set_mapping(cap, 3, 0x400000)), cap));
}

TEST(controls_replies_and_zombies_have_no_copies) {
    CHECK(cap_type(derived(cap_new(cap_irq_control, NULL, 0, 0))) == cap_null);
    CHECK(cap_type(derived(cap_new(cap_io_port_control, NULL, 0, 0))) == cap_null);
    CHECK(cap_type(derived(cap_reply_new(object, false, RIGHT_GRANT))) == cap_null);
    CHECK(cap_type(derived(cap_zombie_new(object, false, 4, 16))) == cap_null);
    CHECK(cap_type(derived(cap_null_new())) == cap_null);
}

TEST(tables_must_be_mapped) {
    enum cap_type types[] = {cap_page_table, cap_page_directory, cap_pdpt};
    for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
        cap_t copy, cap = cap_new(types[i], object, 0, 0);
        CHECK(cap_derive(&slots[0], cap, &copy) == FAILED);
        CHECK_ERROR(illegal_operation, 0, 0);
        CHECK(same(derived(cap_set_mapping(cap, 1, 0)), cap_set_mapping(cap, 1, 0)));
    }
}

TEST(pml4_must_have_an_asid) {
    cap_t copy;
    CHECK(cap_derive(&slots[0], cap_new(cap_pml4, object, 0, 0), &copy) == FAILED);
    CHECK_ERROR(illegal_operation, 0, 0);
    CHECK(cap_pml4_asid(derived(cap_new(cap_pml4, object, 0, 9))) == 9);
}

TEST(untyped_must_be_childless) {
    cap_t copy;
    slot_t *untyped = unit_untyped();
    CHECK(cap_derive(untyped, untyped->cap, &copy) == DONE);
    unit_create(untyped, &slots[0], object_endpoint, 0);
    CHECK(cap_derive(untyped, untyped->cap, &copy) == FAILED);
    CHECK_ERROR(revoke_first, 0, 0);
}

TEST(rights_only_shrink) {
    for (word_t had = 0; had < 16; had++) {
        for (word_t asked = 0; asked < 32; asked++) {
            cap_t cap = cap_endpoint_new(object, 77, had);
            CHECK(cap_rights(cap_mask_rights(cap, asked)) == (had & asked));
            CHECK(cap_badge(cap_mask_rights(cap, asked)) == 77);
            cap = cap_notification_new(object, 77, had);
            CHECK(cap_rights(cap_mask_rights(cap, asked)) == (had & asked & 3));
        }
    }
}

TEST(frame_without_read_is_the_kernels_alone) {
    cap_t cap = cap_frame_new(object, frame_2m, RIGHT_READ | RIGHT_WRITE, true);
    CHECK(cap_rights(cap_mask_rights(cap, RIGHT_WRITE)) == 0);
    CHECK(cap_rights(cap_mask_rights(cap, RIGHT_READ)) == RIGHT_READ);
    CHECK(cap_rights(cap_mask_rights(cap, RIGHTS_ALL)) == (RIGHT_READ | RIGHT_WRITE));
    CHECK(cap_frame_is_device(cap_mask_rights(cap, 0)));
    CHECK(cap_frame_size(cap_mask_rights(cap, 0)) == frame_2m);
}

TEST(reply_keeps_grant_only_if_asked) {
    cap_t cap = cap_reply_new(object, false, RIGHT_GRANT);
    CHECK(cap_rights(cap_mask_rights(cap, RIGHT_GRANT)) == RIGHT_GRANT);
    CHECK(cap_rights(cap_mask_rights(cap, RIGHTS_ALL & ~RIGHT_GRANT)) == 0);
}

TEST(badge_is_set_once) {
    cap_t plain = cap_endpoint_new(object, 0, RIGHTS_ALL),
          badged = cap_update_data(plain, ~0ul, false);
    CHECK(cap_badge(badged) == ~0ul && cap_rights(badged) == RIGHTS_ALL);
    CHECK(cap_type(cap_update_data(badged, ~0ul, false)) == cap_null);
    CHECK(cap_type(cap_update_data(badged, 0, false)) == cap_null);
    CHECK(cap_type(cap_update_data(plain, 1, true)) == cap_null);
    CHECK(cap_type(cap_update_data(plain, 0, true)) == cap_null);
}

TEST(guard_must_fit) {
    cap_t cap = cap_cnode_new(object, 4, 0);
    CHECK(cap_type(cap_update_data(cap, 61, false)) == cap_null);
    cap_t guarded = cap_update_data(cap, 0xfful << 6 | 4, true);
    CHECK(cap_cnode_guard_size(guarded) == 4 && cap_cnode_guard(guarded) == 0xf);
    guarded = cap_update_data(cap, ~0ul << 6 | 60, false);
    CHECK(cap_cnode_guard_size(guarded) == 60 && cap_cnode_guard(guarded) == MASK(58));
    CHECK(cap_cnode_guard_size(cap_update_data(guarded, 0, false)) == 0);
}

TEST(data_means_nothing_to_other_kinds) {
    cap_t cap = cap_thread_new(object);
    CHECK(same(cap_update_data(cap, ~0ul, false), cap));
    CHECK(same(cap_update_data(cap, ~0ul, true), cap));
}
