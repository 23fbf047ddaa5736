/* Maps frames into the virtual pool one page at a time; see virtual_pool.h. */
#include "virtual_pool.h"
#include <allocman/bootstrap.h>
#include <allocman/vka.h>
#include <sel4utils/mapping.h>
#include <vka/object.h>

/*
 * Notes for one page in the worst case: a frame and three tables, each split down from the largest
 * RAM untyped, which is some 20 pairs of pieces.
 */
#define LOW_WATER (4 * 20 * 2 * sizeof(struct ut_piece))
#define PAGE      BIT(seL4_PageBits)
/* A page table for each of the three levels below the root. */
#define MAX_TABLES 3

static void free_all(vka_t *vka, vka_object_t *objects, int count) {
    for (int i = 0; i < count; i++) {
        vka_free_object(vka, &objects[i]);
    }
}

static int map_one(allocman_t *alloc) {
    vka_t vka;
    vka_object_t frame, tables[MAX_TABLES];
    int num_tables = MAX_TABLES;

    allocman_make_vka(&vka, alloc);
    if (vka_alloc_frame(&vka, seL4_PageBits, &frame) != 0) {
        return -1;
    }
    int error = sel4utils_map_page(&vka, alloc->pool.vspace, frame.cptr, (void *)alloc->pool.next,
                                   seL4_ReadWrite, 1, tables, &num_tables);
    if (error != 0) {
        free_all(&vka, tables, num_tables);
        vka_free_object(&vka, &frame);
        return -1;
    }
    mspace_add(&alloc->memory, (void *)alloc->pool.next, PAGE);
    alloc->pool.next += PAGE;
    return 0;
}

void virtual_pool_grow(allocman_t *alloc, size_t bytes) {
    struct virtual_pool *pool = &alloc->pool;

    if (pool->growing) {
        return;
    }
    pool->growing = true;
    while (alloc->memory.free_bytes < bytes + LOW_WATER && pool->next != pool->end) {
        if (map_one(alloc) != 0) {
            break;
        }
    }
    pool->growing = false;
}

void bootstrap_configure_virtual_pool(allocman_t *alloc, void *vstart, size_t vsize, seL4_CPtr pd) {
    alloc->pool.next = ROUND_UP((uintptr_t)vstart, PAGE);
    alloc->pool.end = ROUND_DOWN((uintptr_t)vstart + vsize, PAGE);
    if (alloc->pool.end < alloc->pool.next) {
        alloc->pool.end = alloc->pool.next;
    }
    alloc->pool.vspace = pd;
}
