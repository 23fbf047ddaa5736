/*
 * The allocator on the fake kernel, under the address and undefined-behaviour sanitisers.
 *
 * Each case is one function; `NAME` as argument runs it, no argument lists all. Whatever a case
 * does, when it has freed everything the kernel must hold nothing and the allocator must have all
 * its slots, notes and memory back.
 */
#include "fake_kernel.h"
#include <allocman/bootstrap.h>
#include <allocman/vka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vka/object_capops.h>

#define MIB  (1ul << 20)
#define PAGE 4096ul

static _Alignas(4096) char pool[64 * 4096];
static allocman_t *alloc;
static vka_t vka;
static seL4_Word slots_at_start;
static size_t notes_at_start;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static void start_with_pool(size_t bytes)
{
    simple_t *simple = calloc(1, sizeof(*simple));
    extern void simple_default_init_bootinfo(simple_t *, seL4_BootInfo *);
    simple_default_init_bootinfo(simple, fake_bootinfo());
    alloc = bootstrap_use_current_simple(simple, bytes, pool);
    CHECK(alloc != NULL);
    allocman_make_vka(&vka, alloc);
    slots_at_start = alloc->slots.available;
    notes_at_start = alloc->memory.free_bytes;
    free(simple);
}

/* 2 MiB and 1 MiB of RAM, a device at 0xfed00000 and a large one. */
static void start(void)
{
    fake_reset();
    fake_untyped(16, 2 * MIB, 21, 0);
    fake_untyped(17, 1 * MIB, 20, 0);
    fake_untyped(18, 0xfed00000, 20, 1);
    fake_untyped(19, 0x8000000000, 46, 1);
    start_with_pool(sizeof(pool));
}

static void check_nothing_lost(void)
{
    utspace_join(&alloc->untypeds);
    CHECK(fake_num_caps() == 0);
    CHECK(alloc->slots.available == slots_at_start);
    CHECK(alloc->memory.free_bytes == notes_at_start);
}

static unsigned long random_state = 88172645463325252ul;

static unsigned long next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void slots_come_lowest_first_and_return(void)
{
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

static void slot_pairs_never_split_a_word_wrongly(void)
{
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

static void notes_memory_joins_again(void)
{
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

static void ten_thousand_objects_come_and_go(void)
{
    vka_object_t object;
    start();
    for (int i = 0; i < 10000; i++) {
        CHECK(vka_alloc_endpoint(&vka, &object) == 0);
        CHECK(object.cptr != 0 && object.ut != 0 && object.type == seL4_EndpointObject);
        vka_free_object(&vka, &object);
        CHECK(object.cptr == 0);
    }
    CHECK(fake_calls[UntypedRetype] < 10000 + 64);
    check_nothing_lost();
}

static void random_sizes_come_and_go(void)
{
    enum { N = 300 };
    static vka_object_t objects[N];
    start();
    for (int i = 0; i < 20000; i++) {
        vka_object_t *object = &objects[next_random() % N];
        if (object->cptr != 0) {
            vka_free_object(&vka, object);
            continue;
        }
        seL4_Word bits = 4 + next_random() % 14;
        int failed = next_random() % 4 == 0 ? vka_alloc_frame(&vka, 12, object)
                                            : vka_alloc_untyped(&vka, (uint32_t)bits, object);
        CHECK(failed == 0 ? fake_is_used(object->cptr) : object->cptr == 0);
    }
    for (int n = 0; n < N; n++) {
        if (objects[n].cptr != 0) {
            vka_free_object(&vka, &objects[n]);
        }
    }
    check_nothing_lost();
    CHECK(vka_alloc_untyped(&vka, 21, &objects[0]) == 0);
    vka_free_object(&vka, &objects[0]);
}

static void exhausted_memory_is_an_error_and_comes_back(void)
{
    static vka_object_t frames[1024];
    int count = 0;
    start();
    while (vka_alloc_frame(&vka, 12, &frames[count]) == 0) {
        count++;
    }
    CHECK(count == 3 * 256);
    CHECK(frames[count].cptr == 0 && frames[count].ut == 0);
    while (count-- > 0) {
        vka_free_object(&vka, &frames[count]);
    }
    CHECK(vka_alloc_untyped(&vka, 21, &frames[0]) == 0);
    vka_free_object(&vka, &frames[0]);
    check_nothing_lost();
}

static void exhausted_slots_are_an_error_and_come_back(void)
{
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

static void free_halves_are_joined_when_slots_run_out(void)
{
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

static void exhausted_notes_are_an_error_and_come_back(void)
{
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

static void virtual_pool_gives_more_notes(void)
{
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

static void too_small_a_pool_is_refused(void)
{
    simple_t simple;
    extern void simple_default_init_bootinfo(simple_t *, seL4_BootInfo *);
    fake_reset();
    fake_untyped(16, 2 * MIB, 21, 0);
    simple_default_init_bootinfo(&simple, fake_bootinfo());
    CHECK(bootstrap_use_current_simple(&simple, 100, pool) == NULL);
    CHECK(bootstrap_use_current_simple(&simple, sizeof(allocman_t) + 64, pool) == NULL);
    CHECK(bootstrap_use_current_simple(&simple, ALLOCMAN_MIN_POOL, pool) != NULL);
    CHECK(bootstrap_use_current_1level(2, 13, 100, 100, sizeof(pool), pool) == NULL);
    CHECK(bootstrap_use_current_1level(2, 13, 100, 8193, sizeof(pool), pool) == NULL);
}

static void every_page_of_a_device_is_reached(void)
{
    static vka_object_t frames[256];
    start();
    for (int i = 255; i >= 0; i--) {
        seL4_Word paddr = 0xfed00000 + (seL4_Word)i * PAGE;
        CHECK(vka_alloc_frame_at(&vka, 12, paddr, &frames[i]) == 0);
        CHECK(fake_paddr(frames[i].cptr) == paddr);
        CHECK(vka_object_paddr(&vka, &frames[i]) == paddr);
    }
    vka_object_t again;
    CHECK(vka_alloc_frame_at(&vka, 12, 0xfed00000, &again) != 0 && again.cptr == 0);
    for (int i = 0; i < 256; i++) {
        vka_free_object(&vka, &frames[i]);
    }
    CHECK(vka_alloc_untyped_at(&vka, 20, 0xfed00000, &again) == 0);
    vka_free_object(&vka, &again);
    check_nothing_lost();
}

static void addresses_in_ram_and_far_devices_are_reached(void)
{
    static const seL4_Word wanted[] = {2 * MIB,        3 * MIB - PAGE,
                                       4 * MIB - PAGE, MIB + 17 * PAGE,
                                       0x8000000000,   0x8000000000 + (1ul << 46) - PAGE,
                                       0x912345f000};
    vka_object_t frame;
    start();
    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        CHECK(vka_alloc_frame_at(&vka, 12, wanted[i], &frame) == 0);
        CHECK(fake_paddr(frame.cptr) == wanted[i]);
        vka_free_object(&vka, &frame);
    }
    CHECK(vka_alloc_frame_at(&vka, 12, 2 * MIB + 8, &frame) != 0);
    CHECK(vka_alloc_frame_at(&vka, 12, 4 * MIB, &frame) != 0);
    CHECK(vka_alloc_frame_at(&vka, 21, MIB, &frame) != 0);
    CHECK(vka_alloc_frame_at(&vka, 13, MIB, &frame) != 0);
    CHECK(vka_alloc_object_at(&vka, seL4_TCBObject, 0, 0xfed00000, &frame) != 0);
    CHECK(vka_alloc_object_at(&vka, seL4_TCBObject, 0, MIB + 2048, &frame) == 0);
    CHECK(fake_paddr(frame.cptr) == MIB + 2048);
    vka_free_object(&vka, &frame);
    check_nothing_lost();
}

static void a_split_region_is_joined_for_a_larger_address_wish(void)
{
    vka_object_t small, large;
    start();
    CHECK(vka_alloc_frame_at(&vka, 12, 2 * MIB + 5 * PAGE, &small) == 0);
    CHECK(vka_alloc_untyped_at(&vka, 16, 2 * MIB, &large) != 0);
    vka_free_object(&vka, &small);
    CHECK(vka_alloc_untyped_at(&vka, 16, 2 * MIB, &large) == 0);
    vka_free_object(&vka, &large);
    check_nothing_lost();
}

static void device_memory_never_serves_ordinary_requests(void)
{
    vka_object_t frame;
    fake_reset();
    fake_untyped(16, 0xfed00000, 20, 1);
    start_with_pool(sizeof(pool));
    CHECK(vka_alloc_frame(&vka, 12, &frame) != 0);
    CHECK(vka_alloc_frame_maybe_device(&vka, 12, true, &frame) != 0);
    check_nothing_lost();
}

static void copies_left_behind_die_with_the_memory(void)
{
    vka_object_t endpoint;
    cspacepath_t badged;
    start();
    CHECK(vka_alloc_endpoint(&vka, &endpoint) == 0);
    CHECK(vka_mint_object(&vka, &endpoint, &badged, seL4_AllRights, 5) == 0);
    vka_free_object(&vka, &endpoint);
    CHECK(!fake_is_used(badged.capPtr));
    vka_cspace_free_path(&vka, badged);
    check_nothing_lost();
}

static void memory_that_others_use_is_left_alone(void)
{
    static vka_object_t frames[1024];
    int count = 0;
    start();
    CHECK(seL4_Untyped_Retype(17, seL4_EndpointObject, 0, 2, 0, 0, 8000, 1) == 0);
    while (vka_alloc_frame(&vka, 12, &frames[count]) == 0) {
        CHECK(vka_object_paddr(&vka, &frames[count]) >= 2 * MIB);
        count++;
    }
    CHECK(count == 512);
    while (count-- > 0) {
        vka_free_object(&vka, &frames[count]);
    }
    CHECK(seL4_CNode_Delete(2, 8000, 64) == 0);
    check_nothing_lost();
}

static void an_occupied_destination_loses_nothing(void)
{
    cspacepath_t path;
    seL4_Word cookie;
    vka_object_t endpoint;
    start();
    CHECK(vka_alloc_endpoint(&vka, &endpoint) == 0);
    vka_cspace_make_path(&vka, endpoint.cptr, &path);
    CHECK(vka_utspace_alloc(&vka, &path, seL4_TCBObject, 0, &cookie) == seL4_DeleteFirst);
    CHECK(vka_mint_object(&vka, &(vka_object_t){.cptr = 7999}, &path, seL4_AllRights, 1) != 0);
    vka_free_object(&vka, &endpoint);
    check_nothing_lost();
}

static void sizes_that_do_not_exist_are_refused(void)
{
    vka_object_t object;
    start();
    CHECK(vka_alloc_untyped(&vka, 3, &object) != 0);
    CHECK(vka_alloc_untyped(&vka, 48, &object) != 0);
    CHECK(vka_alloc_untyped(&vka, 22, &object) != 0);
    CHECK(vka_alloc_frame(&vka, 13, &object) != 0);
    CHECK(vka_alloc_object(&vka, 99, 12, &object) != 0);
    check_nothing_lost();
}

static void a_second_free_is_refused(void)
{
    vka_object_t object, other;
    start();
    CHECK(vka_alloc_tcb(&vka, &object) == 0);
    seL4_Word cookie = object.ut;
    vka_free_object(&vka, &object);
    vka_utspace_free(&vka, seL4_TCBObject, 0, cookie);
    struct ut_piece *first = alloc->untypeds.free[ALLOCMAN_UT_KERNEL][seL4_TCBBits];
    CHECK(first != NULL && first->next != first && first->previous == NULL);
    CHECK(vka_alloc_tcb(&vka, &object) == 0 && vka_alloc_tcb(&vka, &other) == 0);
    CHECK(fake_paddr(object.cptr) != fake_paddr(other.cptr));
    vka_free_object(&vka, &object);
    vka_free_object(&vka, &other);
    check_nothing_lost();
}

#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    CASE(slots_come_lowest_first_and_return),
    CASE(slot_pairs_never_split_a_word_wrongly),
    CASE(notes_memory_joins_again),
    CASE(ten_thousand_objects_come_and_go),
    CASE(random_sizes_come_and_go),
    CASE(exhausted_memory_is_an_error_and_comes_back),
    CASE(exhausted_slots_are_an_error_and_come_back),
    CASE(free_halves_are_joined_when_slots_run_out),
    CASE(exhausted_notes_are_an_error_and_come_back),
    CASE(virtual_pool_gives_more_notes),
    CASE(too_small_a_pool_is_refused),
    CASE(every_page_of_a_device_is_reached),
    CASE(addresses_in_ram_and_far_devices_are_reached),
    CASE(a_split_region_is_joined_for_a_larger_address_wish),
    CASE(device_memory_never_serves_ordinary_requests),
    CASE(copies_left_behind_die_with_the_memory),
    CASE(memory_that_others_use_is_left_alone),
    CASE(an_occupied_destination_loses_nothing),
    CASE(sizes_that_do_not_exist_are_refused),
    CASE(a_second_free_is_refused),
};

int main(int argc, char **argv)
{
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (argc < 2) {
            puts(cases[i].name);
        } else if (strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
            return 0;
        }
    }
    return argc >= 2;
}
