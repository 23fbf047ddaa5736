/* Address spaces: reservations, pages, sharing, stacks. */
#include "check.h"
#include <sel4utils/helpers.h>
#include <sel4utils/stack.h>
#include <stdlib.h>

#define PAGE 4096ul

extern char __executable_start[], _end[];

static void the_running_image_is_kept_off(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    CHECK(vspace_reserve_range_at(&vspace, __executable_start, PAGE, seL4_AllRights, 1).res ==
          NULL);
    CHECK(
        vspace_reserve_range_at(&vspace, (void *)((uintptr_t)_end - 1), 1, seL4_AllRights, 1).res ==
        NULL);
    CHECK(vspace_reserve_range_at(&vspace, info, PAGE, seL4_AllRights, 1).res == NULL);
    CHECK(vspace_reserve_range_at(&vspace, info->ipcBuffer, PAGE, seL4_AllRights, 1).res == NULL);
    CHECK(vspace_reserve_range_at(&vspace, (char *)info + PAGE, PAGE, seL4_AllRights, 1).res ==
          NULL);
}

static void new_pages_can_be_written_and_freed(void) {
    CHECK(vspace_new_pages(&vspace, seL4_AllRights, 1, 12) != NULL); /* its tables stay */
    struct check_left before = check_left();
    int *pages = vspace_new_pages(&vspace, seL4_AllRights, 3, 12);
    CHECK(pages != NULL && (uintptr_t)pages % PAGE == 0);
    for (unsigned i = 0; i < 3 * PAGE / sizeof(int); i++) {
        CHECK(pages[i] == 0);
        pages[i] = (int)i;
    }
    CHECK(vspace_get_cap(&vspace, pages) != 0 && vspace_get_cookie(&vspace, pages) != 0);
    CHECK(vspace_get_cap(&vspace, (char *)pages + PAGE + 1) != vspace_get_cap(&vspace, pages));
    vspace_unmap_pages(&vspace, pages, 3, 12, VSPACE_FREE);
    CHECK(vspace_get_cap(&vspace, pages) == 0);
    CHECK(check_same(before, check_left()));
}

static void large_pages_are_aligned(void) {
    char *pages = vspace_new_pages(&vspace, seL4_AllRights, 2, 21);
    CHECK(pages != NULL && (uintptr_t)pages % (1 << 21) == 0);
    pages[(2 << 21) - 1] = 7;
    CHECK(vspace_get_cap(&vspace, pages + 12345) == vspace_get_cap(&vspace, pages));
    vspace_unmap_pages(&vspace, pages, 2, 21, VSPACE_FREE);
}

static void reservations_keep_others_out(void) {
    void *start, *other;
    reservation_t first = vspace_reserve_range(&vspace, 5 * PAGE, seL4_AllRights, 1, &start);
    CHECK(first.res != NULL);
    CHECK(vspace_reserve_range_at(&vspace, (char *)start + 4 * PAGE, PAGE, seL4_AllRights, 1).res ==
          NULL);
    reservation_t next =
        vspace_reserve_range_at(&vspace, (char *)start + 5 * PAGE, PAGE, seL4_AllRights, 1);
    CHECK(next.res != NULL);
    reservation_t third = vspace_reserve_range(&vspace, PAGE, seL4_AllRights, 1, &other);
    CHECK(third.res != NULL && (other < start || (char *)other >= (char *)start + 6 * PAGE));
    vspace_free_reservation(&vspace, first);
    vspace_free_reservation_by_vaddr(&vspace, other);
    vspace_free_reservation(&vspace, next);
    first = vspace_reserve_range_at(&vspace, start, 6 * PAGE, seL4_AllRights, 1);
    CHECK(first.res != NULL);
    vspace_free_reservation(&vspace, first);
}

static void pages_outside_of_a_reservation_are_refused(void) {
    char *start;
    reservation_t range =
        vspace_reserve_range(&vspace, 2 * PAGE, seL4_AllRights, 1, (void **)&start);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start + PAGE, 2, 12, range) != 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start - PAGE, 1, 12, range) != 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start + 8, 1, 12, range) != 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start, 1, 13, range) != 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start, 1, 12, (reservation_t){NULL}) != 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start, 1, 12, range) == 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start, 2, 12, range) != 0);
    CHECK(vspace_new_pages_at_vaddr(&vspace, start + PAGE, 1, 12, range) == 0);
    start[2 * PAGE - 1] = 1;
    vspace_unmap_pages(&vspace, start, 2, 12, VSPACE_FREE);
    vspace_free_reservation(&vspace, range);
}

static void a_reservation_needs_no_heap(void) {
    sel4utils_res_t record, second;
    void *start;
    CHECK(sel4utils_reserve_range_no_alloc(&vspace, &record, PAGE, seL4_AllRights, 1, &start) == 0);
    CHECK(sel4utils_reserve_range_at_no_alloc(&vspace, &second, start, PAGE, seL4_AllRights, 1) !=
          0);
    vspace_free_reservation(&vspace, (reservation_t){&record});
    CHECK(sel4utils_reserve_range_at_no_alloc(&vspace, &second, start, PAGE, seL4_AllRights, 1) ==
          0);
    vspace_free_reservation(&vspace, (reservation_t){&second});
}

static void shared_memory_is_the_same_memory(void) {
    struct check_left before = check_left();
    int *one = vspace_new_pages(&vspace, seL4_AllRights, 2, 12);
    CHECK(one != NULL);
    int *two = vspace_share_mem(&vspace, &vspace, one, 2, 12, seL4_AllRights, 1);
    CHECK(two != NULL && two != one);
    one[1500] = 42;
    CHECK(two[1500] == 42);
    vspace_unmap_pages(&vspace, two, 2, 12, VSPACE_FREE);
    CHECK(one[1500] == 42);
    vspace_unmap_pages(&vspace, one, 2, 12, VSPACE_FREE);
    CHECK(vspace_share_mem(&vspace, &vspace, one, 1, 12, seL4_AllRights, 1) == NULL);
    CHECK(check_same(before, check_left()));
}

static void a_stack_has_a_hole_below_it(void) {
    struct check_left before = check_left();
    char *top = vspace_new_sized_stack(&vspace, 3);
    CHECK(top != NULL && (uintptr_t)top % 16 == 0);
    top[-1] = top[-3 * (long)PAGE] = 1;
    CHECK(vspace_get_cap(&vspace, top - 3 * PAGE) != 0);
    CHECK(vspace_get_cap(&vspace, top - 3 * PAGE - 1) == 0);
    CHECK(vspace_reserve_range_at(&vspace, top - 4 * PAGE, PAGE, seL4_AllRights, 1).res == NULL);
    vspace_free_sized_stack(&vspace, top, 3);
    reservation_t again =
        vspace_reserve_range_at(&vspace, top - 4 * PAGE, 4 * PAGE, seL4_AllRights, 1);
    CHECK(again.res != NULL);
    vspace_free_reservation(&vspace, again);
    CHECK(check_same(before, check_left()));
}

static void *use_stack(void *arg) {
    volatile char deep[40000];
    deep[0] = 1;
    return (char *)arg + deep[0];
}

static void a_function_runs_on_another_stack(void) {
    void *result = NULL;
    CHECK(sel4utils_run_on_stack(&vspace, use_stack, (void *)41, &result) == 0);
    CHECK(result == (void *)42);
}

static void an_ipc_buffer_is_one_page(void) {
    seL4_CPtr page = 0;
    char *buffer = vspace_new_ipc_buffer(&vspace, &page);
    CHECK(buffer != NULL && seL4_DebugCapIdentify(page) == 1);
    buffer[4095] = 1;
    vspace_free_ipc_buffer(&vspace, buffer);
    CHECK(seL4_DebugCapIdentify(page) == 0);
}

static void another_address_space_is_filled_and_torn_down(void) {
    struct check_left before = check_left();
    static sel4utils_alloc_data_t data;
    static const char text[] = "across a page's end";
    vspace_t other;
    vka_object_t root;
    CHECK(vka_alloc_vspace_root(&vka, &root) == 0);
    CHECK(simple_ASIDPool_assign(&simple, root.cptr) == 0);
    CHECK(sel4utils_get_vspace(&vspace, &other, &data, &vka, root.cptr, NULL, NULL) == 0);
    char *there = vspace_new_pages(&other, seL4_AllRights, 2, 12);
    CHECK(there != NULL);
    CHECK(sel4utils_write_remote(&vspace, &other, (uintptr_t)there + PAGE - 5, text,
                                 sizeof(text)) == 0);
    char *here = vspace_share_mem(&other, &vspace, there, 2, 12, seL4_CanRead, 1);
    CHECK(here != NULL && strcmp(here + PAGE - 5, text) == 0);
    vspace_unmap_pages(&vspace, here, 2, 12, VSPACE_FREE);
    vspace_tear_down(&other, VSPACE_FREE);
    vka_free_object(&vka, &root);
    /* Three paging structures stay: nobody asked to be told of them. */
    CHECK(before.slots - check_left().slots <= 16);
}

static void a_mapping_that_fails_leaves_nothing(void) {
    struct check_left before = check_left();
    void *start;
    reservation_t range =
        vspace_reserve_range_aligned(&vspace, 1ul << 30, 21, seL4_AllRights, 1, &start);
    CHECK(range.res != NULL);
    /* 512 large pages are more than the machine has. */
    CHECK(vspace_new_pages_at_vaddr(&vspace, start, 512, 21, range) != 0);
    CHECK(vspace_get_cap(&vspace, start) == 0);
    vspace_free_reservation(&vspace, range);
    CHECK(before.slots - check_left().slots <= 4); /* page directories */
}

int main(void) {
    static const struct check_case cases[] = {
        CASE(the_running_image_is_kept_off),
        CASE(new_pages_can_be_written_and_freed),
        CASE(large_pages_are_aligned),
        CASE(reservations_keep_others_out),
        CASE(pages_outside_of_a_reservation_are_refused),
        CASE(a_reservation_needs_no_heap),
        CASE(shared_memory_is_the_same_memory),
        CASE(a_stack_has_a_hole_below_it),
        CASE(a_function_runs_on_another_stack),
        CASE(an_ipc_buffer_is_one_page),
        CASE(another_address_space_is_filled_and_torn_down),
        CASE(a_mapping_that_fails_leaves_nothing),
    };
    check_start();
    CHECK_RUN(cases);
    return 0;
}
