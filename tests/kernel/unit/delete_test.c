/* Deleting and revoking: everything dies that must, once, in whatever knot it lies. */
#include "unit.h"

#include <string.h>

static slot_t root[4096]; /* slots outside of every object that dies */

static slot_t *slot_of(const slot_t *cnode, unsigned index) {
    return (slot_t *)cap_object(cnode->cap) + index;
}

static void delete_fully(slot_t *slot) {
    while (slot_delete(slot) == PREEMPTED) {
    }
    CHECK(slot_is_empty(slot));
}

static void copy_to(slot_t *dest, slot_t *source) {
    cap_t copy;
    CHECK(cap_derive(source, source->cap, &copy) == DONE && cap_type(copy) != cap_null);
    slot_insert(dest, copy, source);
}

static void move_to(slot_t *dest, slot_t *source) { slot_move(dest, source->cap, source); }

TEST(empty_slot_is_deleted_already) { CHECK(slot_delete(&root[0]) == DONE); }

TEST(only_the_last_capability_destroys) {
    unit_create(unit_untyped(), &root[0], object_endpoint, 0);
    copy_to(&root[1], &root[0]);
    delete_fully(&root[0]);
    CHECK(unit_calls.endpoints == 0);
    delete_fully(&root[1]);
    CHECK(unit_calls.endpoints == 1);
}

TEST(cnode_takes_its_contents_along) {
    unit_create(unit_untyped(), &root[0], object_cnode, 4);
    unit_create(unit_untyped(), slot_of(&root[0], 0), object_endpoint, 0);
    unit_create(unit_untyped(), slot_of(&root[0], 15), object_tcb, 0);
    unit_create(unit_untyped(), slot_of(&root[0], 7), object_endpoint, 0);
    delete_fully(&root[0]);
    CHECK(unit_calls.endpoints == 2 && unit_calls.threads == 1);
    CHECK(!slot_has_children(unit_untyped()));
}

TEST(copy_of_a_cnode_keeps_its_contents) {
    unit_create(unit_untyped(), &root[0], object_cnode, 4);
    unit_create(unit_untyped(), slot_of(&root[0], 3), object_endpoint, 0);
    copy_to(&root[1], &root[0]);
    delete_fully(&root[0]);
    CHECK(!slot_is_empty(slot_of(&root[1], 3)));
}

TEST(cnode_that_holds_its_own_last_capability) {
    for (unsigned place = 0; place < 4; place++) {
        unit_create(unit_untyped(), &root[0], object_cnode, 2);
        slot_t *self = slot_of(&root[0], place);
        for (unsigned i = 0; i < 4; i++) {
            if (i != place) {
                unit_create(unit_untyped(), slot_of(&root[0], i), object_tcb, 0);
            }
        }
        move_to(self, &root[0]);
        unsigned before = unit_calls.threads;
        delete_fully(self);
        CHECK(unit_calls.threads == before + 3);
        CHECK(!slot_has_children(unit_untyped()));
    }
}

TEST(two_cnodes_that_hold_each_other) {
    for (unsigned i = 0; i < 16; i++) {
        unit_create(unit_untyped(), &root[0], object_cnode, 2);
        unit_create(unit_untyped(), &root[1], object_cnode, 2);
        slot_t *in_first = slot_of(&root[0], i / 4), *in_second = slot_of(&root[1], i % 4);
        move_to(in_second, &root[0]);
        move_to(in_first, &root[1]);
        while (slot_revoke(unit_untyped()) == PREEMPTED) {
        }
        CHECK(slot_is_empty(in_first) && slot_is_empty(in_second));
        CHECK(!slot_has_children(unit_untyped()));
    }
}

TEST(nest_as_deep_as_memory) {
    enum { depth = 50000 };
    unit_create(unit_untyped(), &root[0], object_cnode, 1);
    slot_t *outer = &root[0];
    for (unsigned i = 0; i < depth; i++) {
        slot_t *inner = slot_of(outer, i % 2);
        unit_create(unit_untyped(), inner, object_cnode, 1);
        outer = inner;
    }
    unit_create(unit_untyped(), slot_of(outer, 1), object_endpoint, 0);
    delete_fully(&root[0]);
    CHECK(unit_calls.endpoints == 1);
    CHECK(!slot_has_children(unit_untyped()));
}

TEST(revoke_deletes_exactly_the_descendants) {
    unit_create(unit_untyped(), &root[0], object_endpoint, 0);
    slot_insert(&root[1], cap_update_data(root[0].cap, 5, false), &root[0]);
    copy_to(&root[2], &root[1]);
    slot_insert(&root[3], cap_update_data(root[0].cap, 5, false), &root[0]);
    CHECK(slot_revoke(&root[1]) == DONE);
    CHECK(slot_is_empty(&root[2]) && !slot_is_empty(&root[3]) && !slot_is_empty(&root[1]));
    CHECK(slot_revoke(&root[0]) == DONE);
    CHECK(slot_is_empty(&root[1]) && slot_is_empty(&root[3]) && !slot_is_empty(&root[0]));
}

TEST(revoke_of_a_capability_that_dies_along) {
    /* The slot that is revoked lies in a CNode whose last capability is among its children. */
    unit_create(unit_untyped(), &root[0], object_untyped, 16);
    unit_create(&root[0], &root[1], object_cnode, 4);
    slot_t *inside = slot_of(&root[1], 5);
    move_to(inside, &root[0]);
    CHECK(slot_revoke(inside) == DONE);
    CHECK(slot_is_empty(inside) && slot_is_empty(&root[1]));
}

TEST(interrupt_preempts_and_the_rest_follows) {
    unit_create(unit_untyped(), &root[0], object_cnode, 10);
    for (unsigned i = 0; i < 1024; i++) {
        unit_create(unit_untyped(), slot_of(&root[0], i), object_endpoint, 0);
    }
    unit_interrupt = true;
    CHECK(slot_delete(&root[0]) == PREEMPTED);
    CHECK(cap_type(root[0].cap) == cap_zombie);
    CHECK(unit_calls.endpoints > 0 && unit_calls.endpoints < 200);
    unsigned calls = 1;
    while (slot_delete(&root[0]) == PREEMPTED) {
        calls++;
    }
    CHECK(slot_is_empty(&root[0]) && unit_calls.endpoints == 1024 && calls == 10);
}

TEST(no_interrupt_no_preemption) {
    unit_create(unit_untyped(), &root[0], object_cnode, 10);
    CHECK(slot_delete(&root[0]) == DONE);
}

TEST(cleanup_follows_only_the_last_capability) {
    slot_insert_root(&root[0], cap_new(cap_irq_control, NULL, 0, 0));
    slot_insert_child(&root[1], cap_new(cap_irq_handler, NULL, 0, 20), &root[0]);
    copy_to(&root[2], &root[1]);
    delete_fully(&root[1]);
    CHECK(unit_calls.irqs == 0);
    delete_fully(&root[2]);
    CHECK(unit_calls.irqs == 1);
    slot_insert_root(&root[3], cap_new(cap_io_port_control, NULL, 0, 0));
    slot_insert_child(&root[4], cap_new(cap_io_port, NULL, 0, 0x80), &root[3]);
    CHECK(slot_revoke(&root[3]) == DONE);
    CHECK(unit_calls.ports == 1);
}

/* ---- knots by the thousand ---- */

enum { max_objects = 40 };
static unsigned objects, table; /* how many there are; how many slots of root[] are in the game */

struct object {
    slot_t *slots; /* NULL: never made */
    unsigned count;
    word_t name; /* what a capability to it has as object */
};

static struct object world[max_objects];

static const struct object *object_of(cap_t cap) {
    for (unsigned i = 0; i < objects; i++) {
        bool is_container = cap_type(cap) == cap_cnode || cap_type(cap) == cap_thread;
        bool same = is_container ? (word_t)cap_object(cap) == world[i].name
                                 : cap_type(cap) == cap_zombie &&
                                       (slot_t *)cap_object(cap) == world[i].slots;
        if (world[i].slots != NULL && same) {
            return &world[i];
        }
    }
    return NULL;
}

/* Any slot there is: of the table, or of an object that can be reached or not. */
static slot_t *any_slot(void) {
    unsigned which = unit_random(objects + objects / 4);
    if (which >= objects || world[which].slots == NULL) {
        return &root[unit_random(table)];
    }
    return &world[which].slots[unit_random(world[which].count)];
}

static bool has_live_capability(const struct object *object) {
    for (unsigned k = 0; k < table; k++) {
        if (cap_type(root[k].cap) != cap_zombie && object_of(root[k].cap) == object) {
            return true;
        }
    }
    for (unsigned i = 0; i < objects; i++) {
        for (unsigned k = 0; k < world[i].count; k++) {
            cap_t cap = world[i].slots[k].cap;
            if (cap_type(cap) != cap_zombie && object_of(cap) == object) {
                return true;
            }
        }
    }
    return false;
}

/* A slot of an object may only be filled while the object lives. */
static bool may_fill(const slot_t *slot) {
    for (unsigned i = 0; i < objects; i++) {
        if (slot >= world[i].slots && slot < world[i].slots + world[i].count) {
            return slot_is_empty(slot) && has_live_capability(&world[i]);
        }
    }
    return slot_is_empty(slot);
}

static void make_objects(void) {
    memset(world, 0, sizeof world);
    for (unsigned i = 0; i < objects; i++) {
        slot_t *slot = &root[i];
        bool thread = unit_random(4) == 0;
        unsigned radix = 1 + unit_random(3);
        unit_create(unit_untyped(), slot, thread ? object_tcb : object_cnode, radix);
        world[i].name = (word_t)cap_object(slot->cap);
        world[i].slots = thread ? tcb_object(cap_object(slot->cap)) : cap_object(slot->cap);
        world[i].count = thread ? tcb_slot_count : BIT(radix);
    }
}

static void shuffle(unsigned steps) {
    for (unsigned i = 0; i < steps; i++) {
        slot_t *from = any_slot(), *to = any_slot();
        if (slot_is_empty(from) || from == to || !may_fill(to)) {
            continue;
        }
        if (unit_random(5) == 0 && cap_type(from->cap) != cap_zombie) {
            copy_to(to, from);
        } else {
            move_to(to, from);
        }
    }
}

static void check_world(void) {
    unsigned caps[max_objects] = {0}, zombies[max_objects] = {0};
    for (unsigned k = 0; k < table; k++) {
        const struct object *object = object_of(root[k].cap);
        if (object != NULL) {
            (cap_type(root[k].cap) == cap_zombie ? zombies : caps)[object - world]++;
        }
    }
    for (unsigned i = 0; i < objects; i++) {
        for (unsigned k = 0; k < world[i].count; k++) {
            const struct object *object = object_of(world[i].slots[k].cap);
            if (object != NULL) {
                (cap_type(world[i].slots[k].cap) == cap_zombie ? zombies : caps)[object - world]++;
            }
        }
    }
    for (unsigned i = 0; i < objects; i++) {
        CHECK(zombies[i] <= 1 && (zombies[i] == 0 || caps[i] == 0));
        for (unsigned k = 0; caps[i] == 0 && zombies[i] == 0 && k < world[i].count; k++) {
            CHECK(slot_is_empty(&world[i].slots[k])); /* dead and gone: nothing is left behind */
        }
    }
    unit_check_list(unit_untyped());
}

/* The next @p units of work (at most 100) are the last before a preemption. */
static void preempt_after(unsigned units) {
    unit_interrupt = true;
    while (preemption_point() != PREEMPTED) {
    }
    for (unsigned i = units; i < 100; i++) {
        preemption_point();
    }
}

/* Steps of deletions at several slots, often preempted, mixed with moves. */
static void delete_at_random(unsigned rounds) {
    slot_t *under_way[4] = {NULL};
    for (unsigned i = 0; i < rounds; i++) {
        unsigned which = unit_random(4);
        if (under_way[which] == NULL) {
            under_way[which] = any_slot();
        }
        preempt_after(1 + unit_random(4));
        if (slot_delete(under_way[which]) == DONE) {
            CHECK(slot_is_empty(under_way[which]));
            under_way[which] = NULL;
        }
        check_world();
        shuffle(unit_random(4));
    }
}

static void knot(unsigned seed) {
    unit_seed(seed);
    objects = seed % 4 == 0 ? max_objects : 2 + unit_random(4);
    table = objects + 2 + unit_random(4 * objects);
    make_objects();
    shuffle(unit_random(10 * objects));
    check_world();
    delete_at_random(unit_random(3 * objects));
    do {
        check_world();
        preempt_after(1 + unit_random(4));
        shuffle(unit_random(2));
    } while (slot_revoke(unit_untyped()) == PREEMPTED);
    check_world();
    CHECK(!slot_has_children(unit_untyped()));
    unit_untyped()->cap.word[1] = 0;
}

TEST(knots_of_cnodes_and_threads) {
    for (unsigned seed = 0; seed < 2500; seed++) {
        knot(seed);
    }
}

TEST(more_knots_of_cnodes_and_threads) {
    for (unsigned seed = 2500; seed < 5000; seed++) {
        knot(seed);
    }
}

/* ---- and one after the other: three CNodes of two slots, everything that two deletions can do
 * ----
 */

enum { places = 9 }; /* three slots of the table, then two of each CNode */

static slot_t *place(unsigned i) {
    return i < 3 ? &root[i] : &world[(i - 3) / 2].slots[(i - 3) % 2];
}

/* Puts the last capability of each CNode where @p arrangement says; false: two in one place. */
static bool arrange(unsigned arrangement) {
    unsigned where[3] = {arrangement % places, arrangement / places % places,
                         arrangement / places / places};
    if (where[0] == where[1] || where[1] == where[2] || where[0] == where[2]) {
        return false;
    }
    for (unsigned i = 0; i < 3; i++) {
        unit_create(unit_untyped(), &root[10 + i], object_cnode, 1);
        world[i].name = (word_t)cap_object(root[10 + i].cap);
        world[i].slots = cap_object(root[10 + i].cap);
        world[i].count = 2;
    }
    for (unsigned i = 0; i < 3; i++) {
        move_to(place(where[i]), &root[10 + i]);
    }
    return true;
}

/* Up to @p calls calls, each preempted after @p units of work. */
static void delete_in_steps(slot_t *slot, unsigned calls, unsigned units) {
    outcome_t outcome = PREEMPTED;
    for (unsigned i = 0; i < calls && outcome == PREEMPTED; i++) {
        preempt_after(units);
        outcome = slot_delete(slot);
        check_world();
    }
}

/* One call at the first slot, then the second to its end, then the rest. */
static void take_turns(slot_t *first, unsigned units, slot_t *second) {
    delete_in_steps(first, 1, units);
    delete_in_steps(second, 100, 1);
    delete_in_steps(first, 100, 1);
    while (slot_has_children(unit_untyped())) {
        delete_in_steps(slot_next(unit_untyped()), 1, 1);
    }
}

TEST(two_deletions_take_turns_in_every_way) {
    enum { longest = 8 }; /* units of work that any of these takes */
    objects = 3;
    table = 3;
    for (unsigned arrangement = 0; arrangement < places * places * places; arrangement++) {
        for (unsigned turn = 0; turn < places * places * longest; turn++) {
            unit_untyped()->cap.word[1] = 0;
            if (!arrange(arrangement)) {
                break;
            }
            unsigned first = turn / longest / places, second = turn / longest % places;
            take_turns(place(first), 1 + turn % longest, place(second));
        }
    }
}
