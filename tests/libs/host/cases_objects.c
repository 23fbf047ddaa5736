/* Objects that come and go, and callers who make mistakes. */
#include "cases.h"

void ten_thousand_objects_come_and_go(void) {
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

void random_sizes_come_and_go(void) {
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

void exhausted_memory_is_an_error_and_comes_back(void) {
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

void copies_left_behind_die_with_the_memory(void) {
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

void memory_that_others_use_is_left_alone(void) {
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

void an_occupied_destination_loses_nothing(void) {
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

void sizes_that_do_not_exist_are_refused(void) {
    vka_object_t object;
    start();
    CHECK(vka_alloc_untyped(&vka, 3, &object) != 0);
    CHECK(vka_alloc_untyped(&vka, 48, &object) != 0);
    CHECK(vka_alloc_untyped(&vka, 22, &object) != 0);
    CHECK(vka_alloc_frame(&vka, 13, &object) != 0);
    CHECK(vka_alloc_object(&vka, 99, 12, &object) != 0);
    check_nothing_lost();
}

void a_second_free_is_refused(void) {
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
