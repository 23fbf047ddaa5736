/* The derivation tree: who is whose child, and that every change leaves the list whole. */
#include "unit.h"

static slot_t slots[64];

static cap_t endpoint(word_t badge) {
    static endpoint_t object;
    return cap_endpoint_new(&object, badge, RIGHTS_ALL);
}

static bool is_child(const slot_t *parent, const slot_t *slot) {
    for (const slot_t *next = slot_next(parent); next != NULL && slot_is_parent(parent, next);
         next = slot_next(next)) {
        if (next == slot) {
            return true;
        }
    }
    return false;
}

TEST(root_has_no_children) {
    slot_insert_root(&slots[0], endpoint(0));
    CHECK(!slot_has_children(&slots[0]) && slot_is_final(&slots[0]));
}

TEST(copy_is_a_child_and_makes_it_not_final) {
    slot_insert_root(&slots[0], endpoint(0));
    slot_insert(&slots[1], endpoint(0), &slots[0]);
    CHECK(is_child(&slots[0], &slots[1]));
    CHECK(!slot_is_final(&slots[0]) && !slot_is_final(&slots[1]));
}

TEST(copy_of_a_copy_is_its_sibling) {
    slot_insert_root(&slots[0], endpoint(0));
    slot_insert(&slots[1], endpoint(0), &slots[0]);
    slot_insert(&slots[2], endpoint(0), &slots[1]);
    CHECK(!slot_has_children(&slots[1]));
    CHECK(is_child(&slots[0], &slots[1]) && is_child(&slots[0], &slots[2]));
}

TEST(badged_capability_has_its_copies_as_children) {
    slot_insert_root(&slots[0], endpoint(0));
    slot_insert(&slots[1], endpoint(7), &slots[0]);
    slot_insert(&slots[2], endpoint(7), &slots[1]);
    CHECK(is_child(&slots[1], &slots[2]) && is_child(&slots[0], &slots[2]));
}

TEST(same_badge_minted_twice_are_strangers) {
    slot_insert_root(&slots[0], endpoint(0));
    slot_insert(&slots[1], endpoint(7), &slots[0]);
    slot_insert(&slots[2], endpoint(7), &slots[0]); /* comes to lie before slot 1 */
    CHECK(!is_child(&slots[2], &slots[1]) && !is_child(&slots[1], &slots[2]));
}

TEST(orphan_does_not_fall_to_a_stranger_of_the_same_badge) {
    slot_insert_root(&slots[0], endpoint(0));
    slot_insert(&slots[1], endpoint(7), &slots[0]);
    slot_insert(&slots[2], endpoint(7), &slots[1]);
    slot_insert(&slots[3], endpoint(7), &slots[0]);
    slot_unlink(&slots[1]);
    CHECK(is_child(&slots[0], &slots[2]) && !is_child(&slots[3], &slots[2]));
    unit_check_list(&slots[0]);
}

TEST(children_of_an_unlinked_slot_go_to_its_parent) {
    slot_t *untyped = unit_untyped();
    unit_create(untyped, &slots[0], object_untyped, 16);
    unit_create(&slots[0], &slots[1], object_untyped, 14);
    unit_create(&slots[1], &slots[2], object_endpoint, 0);
    CHECK(is_child(&slots[1], &slots[2]));
    slot_unlink(&slots[1]);
    CHECK(is_child(&slots[0], &slots[2]) && is_child(untyped, &slots[2]));
}

TEST(untyped_has_only_what_lies_inside_it) {
    slot_t *untyped = unit_untyped();
    unit_create(untyped, &slots[0], object_untyped, 12);
    unit_create(untyped, &slots[1], object_untyped, 12);
    unit_create(&slots[0], &slots[2], object_cnode, 2);
    CHECK(is_child(&slots[0], &slots[2]) && !is_child(&slots[1], &slots[2]));
    CHECK(is_child(untyped, &slots[2]));
}

TEST(blocks_at_the_end_of_the_address_space_do_not_wrap) {
    void *last = (void *)0xfffffffffffff000;
    slot_insert_root(&slots[0], cap_untyped_new((void *)0xffffffffffff0000, 16, true, 0));
    slot_insert_child(&slots[1], cap_frame_new(last, frame_4k, RIGHT_READ, true), &slots[0]);
    slot_insert_child(&slots[2], cap_frame_new(NULL, frame_4k, RIGHT_READ, true), &slots[0]);
    CHECK(is_child(&slots[0], &slots[2]) == false);
    slot_unlink(&slots[2]);
    CHECK(is_child(&slots[0], &slots[1]));
}

TEST(copy_of_an_untyped_leaves_the_source_full) {
    slot_t *untyped = unit_untyped();
    slot_insert(&slots[0], untyped->cap, untyped);
    CHECK(cap_untyped_free_index(untyped->cap) == BIT(24));
    CHECK(cap_untyped_free_index(slots[0].cap) == 0 && is_child(untyped, &slots[0]));
}

TEST(irq_control_is_parent_of_all_handlers) {
    slot_insert_root(&slots[0], cap_new(cap_irq_control, NULL, 0, 0));
    slot_insert_child(&slots[1], cap_new(cap_irq_handler, NULL, 0, 17), &slots[0]);
    slot_insert_child(&slots[2], cap_new(cap_irq_handler, NULL, 0, 18), &slots[0]);
    slot_insert(&slots[3], slots[1].cap, &slots[1]);
    CHECK(is_child(&slots[0], &slots[1]) && is_child(&slots[0], &slots[3]));
    CHECK(is_child(&slots[1], &slots[3]) && !is_child(&slots[2], &slots[1]));
}

TEST(asid_pool_is_no_parent) {
    slot_t *untyped = unit_untyped();
    cap_t pool = cap_new(cap_asid_pool, cap_object(untyped->cap), 0, 0);
    slot_insert_child(&slots[0], pool, untyped);
    slot_insert(&slots[1], pool, &slots[0]);
    CHECK(!slot_has_children(&slots[0]) && is_child(untyped, &slots[0]));
}

TEST(zombie_still_keeps_its_memory_busy) {
    slot_t *untyped = unit_untyped();
    unit_create(untyped, &slots[0], object_tcb, 0);
    slots[0].cap = tcb_finalise(slots[0].cap);
    CHECK(slot_has_children(untyped) && slot_is_long_delete(&slots[0]));
}

TEST(move_keeps_the_place_in_the_tree) {
    slot_insert_root(&slots[0], endpoint(0));
    slot_insert(&slots[1], endpoint(7), &slots[0]);
    slot_insert(&slots[2], endpoint(7), &slots[1]);
    slot_move(&slots[5], slots[1].cap, &slots[1]);
    CHECK(slot_is_empty(&slots[1]) && slots[1].prev == 0 && slots[1].next_bits == 0);
    CHECK(is_child(&slots[0], &slots[5]) && is_child(&slots[5], &slots[2]));
    unit_check_list(&slots[5]);
}

TEST(swap_exchanges_places_near_and_far) {
    for (unsigned a = 0; a < 5; a++) {
        for (unsigned b = 0; b < 5; b++) {
            slot_t list[5] = {0};
            slot_insert_root(&list[0], endpoint(0));
            for (unsigned i = 1; i < 5; i++) {
                slot_insert(&list[i], endpoint(i), &list[i - 1]);
            }
            if (a == b) {
                continue;
            }
            slot_swap(&list[a], list[b].cap, &list[b], list[a].cap);
            CHECK(cap_badge(list[a].cap) == b && cap_badge(list[b].cap) == a);
            unit_check_list(&list[0]);
            const slot_t *at = slot_prev(&list[0]) == NULL ? &list[0] : slot_prev(&list[0]);
            while (slot_prev(at) != NULL) {
                at = slot_prev(at);
            }
            for (unsigned i = 0; i < 5; i++, at = slot_next(at)) {
                CHECK(cap_badge(at->cap) == i); /* the order of the capabilities is as before */
            }
        }
    }
}

TEST(swap_with_an_empty_slot_is_a_move) {
    slot_insert_root(&slots[0], endpoint(3));
    slot_swap(&slots[0], cap_null_new(), &slots[1], slots[0].cap);
    CHECK(slot_is_empty(&slots[0]) && slots[0].next_bits == 0 && cap_badge(slots[1].cap) == 3);
}

TEST(different_objects_are_told_apart) {
    char a[64], b[64];
    CHECK(cap_same_object(cap_endpoint_new(a, 1, 1), cap_endpoint_new(a, 2, 3)));
    CHECK(!cap_same_object(cap_endpoint_new(a, 1, 1), cap_endpoint_new(b, 1, 1)));
    CHECK(!cap_same_object(cap_endpoint_new(a, 1, 1), cap_notification_new(a, 1, 1)));
    CHECK(!cap_same_object(cap_null_new(), cap_null_new()));
    CHECK(!cap_same_object(cap_cnode_new(a, 4, 0), cap_zombie_new(a, false, 4, 16)));
    CHECK(!cap_same_object(cap_untyped_new(a, 5, false, 0), cap_untyped_new(a, 6, false, 0)));
}

/* Random copies, moves, swaps and removals against a plain record of who came from whom. */
TEST(random_families_revoke_what_the_record_says) {
    for (unsigned seed = 0; seed < 200; seed++) {
        slot_t tree[40] = {0};
        int parent[40];
        unit_seed(seed);
        slot_insert_root(&tree[0], endpoint(0));
        parent[0] = -1;
        for (int i = 1; i < 40; i++) { /* always a new badge: every slot is the source's child */
            int from = unit_random(i);
            slot_insert(&tree[i], endpoint(from == 0 ? (word_t)i : cap_badge(tree[from].cap)),
                        &tree[from]);
            parent[i] = from;
        }
        unit_check_list(&tree[0]);
        int subject = 1 + unit_random(39);
        for (int i = 1; i < 40; i++) {
            bool same_badge = cap_badge(tree[i].cap) == cap_badge(tree[subject].cap);
            bool heads = parent[subject] == 0; /* minted from the root: it heads its badge */
            CHECK(is_child(&tree[subject], &tree[i]) == (heads && same_badge && i != subject));
        }
    }
}
