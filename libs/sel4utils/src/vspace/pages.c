/*
 * Mapping and unmapping of pages, with the books kept in step.
 *
 * A page is noted only after it is mapped, and room for its record is made before: noting never
 * fails halfway. What a failed call had mapped is unmapped again.
 */
#include "vspace.h"
#include <sel4utils/mapping.h>
#include <utils/zf_log.h>
#include <vka/capops.h>

static void free_frame(vka_t *vka, const sel4utils_page_t *page) {
    cspacepath_t path;

    vka_cspace_make_path(vka, page->cap, &path);
    vka_cnode_delete(&path);
    vka_cspace_free(vka, page->cap);
    if (page->cookie != 0) {
        seL4_Word type = (seL4_Word)kobject_frame_type(page->size_bits);
        vka_utspace_free(vka, type, page->size_bits, page->cookie);
    }
}

int sel4utils_map_page_pd(vspace_t *vspace, seL4_CPtr cap, void *vaddr, seL4_CapRights_t rights,
                          int cacheable, size_t size_bits) {
    sel4utils_alloc_data_t *data = get_alloc_data(vspace);
    vka_object_t tables[SEL4UTILS_MAX_TABLES];
    int num_tables = SEL4UTILS_MAX_TABLES;
    (void)size_bits; /* the frame knows */

    int error = sel4utils_map_page(data->vka, data->vspace_root, cap, vaddr, rights, cacheable,
                                   tables, &num_tables);
    for (int i = 0; i < num_tables; i++) {
        vspace_maybe_call_allocated_object(vspace, tables[i]);
    }
    return error;
}

int sel4utils_map_one(vspace_t *vspace, seL4_CPtr cap, uintptr_t cookie, uintptr_t vaddr,
                      size_t size_bits, seL4_CapRights_t rights, int cacheable) {
    sel4utils_alloc_data_t *data = get_alloc_data(vspace);

    if (books_make_room(data, 1) != 0) {
        ZF_LOGE("The heap is used up");
        return -1;
    }
    int error = data->map_page(vspace, cap, (void *)vaddr, rights, cacheable, size_bits);
    if (error != 0) {
        ZF_LOGE("Failed to map a page at %p, error %d", (void *)vaddr, error);
        return error;
    }
    return books_add_page(data, (sel4utils_page_t){vaddr, cap, cookie, size_bits});
}

void sel4utils_unmap_pages(vspace_t *vspace, void *vaddr, size_t num_pages, size_t size_bits,
                           vka_t *free) {
    sel4utils_alloc_data_t *data = get_alloc_data(vspace);
    vka_t *vka = free == VSPACE_FREE ? data->vka : free;

    for (size_t i = 0; i < num_pages; i++) {
        uintptr_t at = (uintptr_t)vaddr + (i << size_bits);
        sel4utils_page_t *found = books_find_page(data, at);
        if (found == NULL || found->vaddr != at) {
            continue;
        }
        sel4utils_page_t page = *found;
        books_remove_page(data, found);
        seL4_ARCH_Page_Unmap(page.cap);
        if (vka != VSPACE_PRESERVE) {
            free_frame(vka, &page);
        }
    }
}

int sel4utils_map_frames(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[], uintptr_t vaddr,
                         size_t num_pages, size_t size_bits, seL4_CapRights_t rights,
                         int cacheable) {
    for (size_t i = 0; i < num_pages; i++) {
        int error = sel4utils_map_one(vspace, caps[i], cookies != NULL ? cookies[i] : 0,
                                      vaddr + (i << size_bits), size_bits, rights, cacheable);
        if (error != 0) {
            sel4utils_unmap_pages(vspace, (void *)vaddr, i, size_bits, VSPACE_PRESERVE);
            return error;
        }
    }
    return 0;
}

static int new_frame(vspace_t *vspace, uintptr_t vaddr, size_t size_bits, seL4_CapRights_t rights,
                     int cacheable, bool can_use_dev) {
    vka_t *vka = get_alloc_data(vspace)->vka;
    vka_object_t frame;

    int error = vka_alloc_frame_maybe_device(vka, (uint32_t)size_bits, can_use_dev, &frame);
    if (error != 0) {
        return error;
    }
    error = sel4utils_map_one(vspace, frame.cptr, frame.ut, vaddr, size_bits, rights, cacheable);
    if (error != 0) {
        vka_free_object(vka, &frame);
    }
    return error;
}

int sel4utils_map_new_frames(vspace_t *vspace, uintptr_t vaddr, size_t num_pages, size_t size_bits,
                             seL4_CapRights_t rights, int cacheable, bool can_use_dev) {
    for (size_t i = 0; i < num_pages; i++) {
        int error =
            new_frame(vspace, vaddr + (i << size_bits), size_bits, rights, cacheable, can_use_dev);
        if (error != 0) {
            sel4utils_unmap_pages(vspace, (void *)vaddr, i, size_bits, VSPACE_FREE);
            return error;
        }
    }
    return 0;
}
