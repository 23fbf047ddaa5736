/* Builds an allocman inside a static pool: first the struct, then the slot bitmap, the rest notes.
 */
#include <allocman/bootstrap.h>
#include <simple-default/simple-default.h>
#include <string.h>
#include <utils/zf_log.h>

static allocman_t *place_in_pool(size_t pool_size, void *pool) {
    struct mspace memory = {0};

    mspace_add(&memory, pool, pool_size);
    allocman_t *alloc = mspace_alloc(&memory, sizeof(*alloc));
    if (alloc == NULL) {
        ZF_LOGE("A pool of %zu bytes is too small for the allocator", pool_size);
        return NULL;
    }
    memset(alloc, 0, sizeof(*alloc));
    alloc->memory = memory;
    return alloc;
}

allocman_t *bootstrap_use_current_1level(seL4_CPtr root_cnode, size_t cnode_size,
                                         seL4_CPtr start_slot, seL4_CPtr end_slot, size_t pool_size,
                                         void *pool) {
    if (cnode_size >= seL4_WordBits || start_slot >= end_slot || end_slot > 1ul << cnode_size) {
        ZF_LOGE("No slots from %lu to %lu in a CNode of %zu bits", start_slot, end_slot,
                cnode_size);
        return NULL;
    }
    allocman_t *alloc = place_in_pool(pool_size, pool);
    if (alloc == NULL) {
        return NULL;
    }
    seL4_Word *bitmap = mspace_alloc(&alloc->memory, slots_bitmap_bytes(end_slot - start_slot));
    if (bitmap == NULL) {
        ZF_LOGE("A pool of %zu bytes is too small for %lu slots", pool_size, end_slot - start_slot);
        return NULL;
    }
    slots_init(&alloc->slots, root_cnode, start_slot, end_slot, bitmap);
    utspace_init(&alloc->untypeds, &alloc->slots, &alloc->memory);
    return alloc;
}

int allocman_add_simple_untypeds(allocman_t *alloc, simple_t *simple) {
    int count = simple_get_untyped_count(simple);

    for (int i = 0; i < count; i++) {
        size_t size_bits;
        uintptr_t paddr;
        bool device;
        cspacepath_t path = allocman_cspace_make_path(
            alloc, simple_get_nth_untyped(simple, i, &size_bits, &paddr, &device));
        int kind = device ? ALLOCMAN_UT_DEV : ALLOCMAN_UT_KERNEL;
        if (allocman_utspace_add_uts(alloc, 1, &path, &size_bits, &paddr, kind) != 0) {
            ZF_LOGE("No room to note untyped %d of %d", i, count);
            return -1;
        }
    }
    return 0;
}

allocman_t *bootstrap_use_current_simple(simple_t *simple, size_t pool_size, void *pool) {
    size_t cnode_size = simple_get_cnode_size_bits(simple);
    seL4_CPtr first_free = simple_last_valid_cap(simple) + 1;

    allocman_t *alloc = bootstrap_use_current_1level(
        simple_get_cnode(simple), cnode_size, first_free, 1ul << cnode_size, pool_size, pool);
    if (alloc == NULL || allocman_add_simple_untypeds(alloc, simple) != 0) {
        return NULL;
    }
    return alloc;
}

allocman_t *bootstrap_use_bootinfo(seL4_BootInfo *bi, size_t pool_size, void *pool) {
    simple_t simple;

    simple_default_init_bootinfo(&simple, bi);
    return bootstrap_use_current_simple(&simple, pool_size, pool);
}
