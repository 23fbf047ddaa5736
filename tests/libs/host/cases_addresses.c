/* Objects at wanted physical addresses, of RAM and of devices. */
#include "cases.h"

void every_page_of_a_device_is_reached(void) {
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

void addresses_in_ram_and_far_devices_are_reached(void) {
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

void a_split_region_is_joined_for_a_larger_address_wish(void) {
    vka_object_t small, large;
    start();
    CHECK(vka_alloc_frame_at(&vka, 12, 2 * MIB + 5 * PAGE, &small) == 0);
    CHECK(vka_alloc_untyped_at(&vka, 16, 2 * MIB, &large) != 0);
    vka_free_object(&vka, &small);
    CHECK(vka_alloc_untyped_at(&vka, 16, 2 * MIB, &large) == 0);
    vka_free_object(&vka, &large);
    check_nothing_lost();
}

void device_memory_never_serves_ordinary_requests(void) {
    vka_object_t frame;
    fake_reset();
    fake_untyped(16, 0xfed00000, 20, 1);
    start_with_pool(sizeof(pool));
    CHECK(vka_alloc_frame(&vka, 12, &frame) != 0);
    CHECK(vka_alloc_frame_maybe_device(&vka, 12, true, &frame) != 0);
    check_nothing_lost();
}
