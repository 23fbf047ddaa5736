/* Slots and notes: giving them out, running out of them, getting them back. */
#include "cases.h"
#include <simple-default/simple-default.h>

void slots_come_lowest_first_and_return(void) {
    seL4_CPtr a, b, c;
    start();
    CHECK(vka_cspace_alloc(&vka, &a) == 0 && vka_cspace_alloc(&vka, &b) == 0);
    CHECK(b == a + 1);
    vka_cspace_free(&vka, a);
    CHECK(vka_cspace_alloc(&vka, &c) == 0 && c == a);
    vka_cspace_free(&vka, b);
    vka_cspace_free(&vka, c);
    check_nothing_lost();
}

void slot_pairs_never_split_a_word_wrongly(void) {
    static seL4_Word bitmap[3];
    struct slots slots;
    seL4_CPtr slot;
    slots_init(&slots, 2, 100, 100 + 130, bitmap);
    CHECK(slots.available == 130);
    for (int i = 0; i < 63; i++) {
        CHECK(slots_alloc(&slots, &slot) == 0 && slot == 100u + (unsigned)i);
    }
    CHECK(slots_alloc_pair(&slots, &slot) == 0 && slot == 163);
    CHECK(slots_free(&slots, 110) == 0 && slots_free(&slots, 110) == -1);
    CHECK(slots_alloc_pair(&slots, &slot) == 0 && slot == 165);
    while (slots_alloc(&slots, &slot) == 0) {
        CHECK(slot < 230);
    }
    CHECK(slots.available == 0 && slots_alloc_pair(&slots, &slot) == -1);
    CHECK(slots_free(&slots, 230) == -1 && slots_free(&slots, 99) == -1);
    CHECK(slots_free(&slots, 229) == 0 && slots_alloc_pair(&slots, &slot) == -1);
}

void notes_memory_joins_again(void) {
    struct mspace space = {0};
    void *parts[64];
    size_t sizes[64] = {0};
    mspace_add(&space, pool, sizeof(pool));
    size_t all = space.free_bytes;
    for (int i = 0; i < 20000; i++) {
        int n = (int)(next_random() % 64);
        if (sizes[n] != 0) {
            mspace_free(&space, parts[n], sizes[n]);
            sizes[n] = 0;
        } else {
            sizes[n] = 1 + next_random() % 3000;
            parts[n] = mspace_alloc(&space, sizes[n]);
            if (parts[n] == NULL) {
                sizes[n] = 0;
            } else {
                memset(parts[n], n, sizes[n]);
            }
        }
    }
    for (int n = 0; n < 64; n++) {
        if (sizes[n] != 0) {
            mspace_free(&space, parts[n], sizes[n]);
        }
    }
    CHECK(space.free_bytes == all && space.free != NULL && space.free->next == NULL);
}

void exhausted_slots_are_an_error_and_come_back(void) {
    static vka_object_t objects[FAKE_SLOTS];
    int count = 0;
    start();
    seL4_CPtr taken[FAKE_SLOTS], n = 0;
    while (alloc->slots.available > 40) {
        CHECK(vka_cspace_alloc(&vka, &taken[n++]) == 0);
    }
    while (vka_alloc_endpoint(&vka, &objects[count]) == 0) {
        count++;
    }
    CHECK(count > 0 && objects[count].cptr == 0);
    seL4_Word left = alloc->slots.available;
    CHECK(vka_alloc_endpoint(&vka, &objects[count]) != 0 && alloc->slots.available == left);
    while (count-- > 0) {
        vka_free_object(&vka, &objects[count]);
    }
    while (n-- > 0) {
        vka_cspace_free(&vka, taken[n]);
    }
    check_nothing_lost();
}

void free_halves_are_joined_when_slots_run_out(void) {
    static vka_object_t objects[64];
    static seL4_CPtr taken[FAKE_SLOTS];
    start();
    for (int i = 0; i < 64; i++) {
        CHECK(vka_alloc_endpoint(&vka, &objects[i]) == 0);
    }
    for (int i = 0; i < 64; i++) {
        vka_free_object(&vka, &objects[i]);
    }
    seL4_CPtr n = 0;
    while (vka_cspace_alloc(&vka, &taken[n]) == 0) {
        n++;
    }
    CHECK(n == slots_at_start);
    while (n-- > 0) {
        vka_cspace_free(&vka, taken[n]);
    }
    check_nothing_lost();
}

void exhausted_notes_are_an_error_and_come_back(void) {
    static vka_object_t objects[2000];
    int count = 0;
    fake_reset();
    fake_untyped(16, 2 * MIB, 21, 0);
    start_with_pool(4 * PAGE);
    while (vka_alloc_endpoint(&vka, &objects[count]) == 0) {
        count++;
    }
    CHECK(count > 50 && count < 1000);
    while (count-- > 0) {
        vka_free_object(&vka, &objects[count]);
    }
    check_nothing_lost();
}

void virtual_pool_gives_more_notes(void) {
    static vka_object_t objects[2500];
    static _Alignas(4096) char addresses[64 * 4096];
    fake_reset();
    fake_untyped(16, 2 * MIB, 21, 0);
    start_with_pool(4 * PAGE);
    bootstrap_configure_virtual_pool(alloc, addresses, sizeof(addresses), 3);
    for (int i = 0; i < 2500; i++) {
        CHECK(vka_alloc_endpoint(&vka, &objects[i]) == 0);
    }
    for (int i = 0; i < 2500; i++) {
        vka_free_object(&vka, &objects[i]);
    }
    utspace_join(&alloc->untypeds);
    seL4_Word pages = (alloc->pool.next - (uintptr_t)addresses) / PAGE;
    CHECK(pages > 10 && pages <= 64);
    size_t used = sizeof(addresses);
    CHECK(alloc->memory.free_bytes <= notes_at_start + used);
    CHECK(alloc->pool.growing == false);
}

void too_small_a_pool_is_refused(void) {
    simple_t simple;

    fake_reset();
    fake_untyped(16, 2 * MIB, 21, 0);
    simple_default_init_bootinfo(&simple, fake_bootinfo());
    CHECK(bootstrap_use_current_simple(&simple, 100, pool) == NULL);
    CHECK(bootstrap_use_current_simple(&simple, sizeof(allocman_t) + 64, pool) == NULL);
    CHECK(bootstrap_use_current_simple(&simple, ALLOCMAN_MIN_POOL, pool) != NULL);
    CHECK(bootstrap_use_current_1level(2, 13, 100, 100, sizeof(pool), pool) == NULL);
    CHECK(bootstrap_use_current_1level(2, 13, 100, 8193, sizeof(pool), pool) == NULL);
}
