/*
 * Books for address spaces: of other programs, which start empty, and of the running one, where
 * the image and the pages from the kernel are reserved first and for good.
 */
#include "vspace.h"
#include <stdlib.h>
#include <string.h>
#include <utils/page.h>
#include <utils/zf_log.h>

extern char __executable_start[], _end[];

static void init_data(sel4utils_alloc_data_t *data, vspace_t *bootstrap, seL4_CPtr vspace_root,
                      vka_t *vka, sel4utils_map_page_fn map_page) {
    memset(data, 0, sizeof(*data));
    data->vspace_root = vspace_root;
    data->vka = vka;
    data->bootstrap = bootstrap;
    data->map_page = map_page;
    data->next_bootstrap_vaddr = data->last_allocated = SEL4UTILS_VSPACE_LOW;
}

int sel4utils_get_vspace_with_map(vspace_t *loader, vspace_t *new_vspace,
                                  sel4utils_alloc_data_t *data, vka_t *vka, seL4_CPtr vspace_root,
                                  vspace_allocated_object_fn allocated_object_fn,
                                  void *allocated_object_cookie, sel4utils_map_page_fn map_page) {
    init_data(data, loader, vspace_root, vka, map_page);
    sel4utils_fill_vspace(new_vspace, data, allocated_object_fn, allocated_object_cookie);
    return 0;
}

int sel4utils_get_vspace(vspace_t *loader, vspace_t *new_vspace, sel4utils_alloc_data_t *data,
                         vka_t *vka, seL4_CPtr vspace_root,
                         vspace_allocated_object_fn allocated_object_fn,
                         void *allocated_object_cookie) {
    return sel4utils_get_vspace_with_map(loader, new_vspace, data, vka, vspace_root,
                                         allocated_object_fn, allocated_object_cookie,
                                         sel4utils_map_page_pd);
}

int sel4utils_get_empty_vspace(vspace_t *loader, vspace_t *new_vspace, sel4utils_alloc_data_t *data,
                               vka_t *vka, seL4_CPtr vspace_root,
                               vspace_allocated_object_fn allocated_object_fn,
                               void *allocated_object_cookie) {
    int error = sel4utils_get_vspace(loader, new_vspace, data, vka, vspace_root,
                                     allocated_object_fn, allocated_object_cookie);
    data->is_empty = true;
    data->next_bootstrap_vaddr = data->last_allocated = PAGE_SIZE_4K;
    return error;
}

static int keep_off(vspace_t *vspace, uintptr_t start, uintptr_t end) {
    start = ALIGN_DOWN(start, PAGE_SIZE_4K);
    if (!books_is_free(get_alloc_data(vspace), start, end)) {
        return 0; /* kept off already, with something beside it */
    }
    reservation_t kept =
        vspace_reserve_range_at(vspace, (void *)start, end - start, seL4_NoRights, 1);
    return kept.res != NULL ? 0 : -1;
}

int sel4utils_bootstrap_vspace(vspace_t *vspace, sel4utils_alloc_data_t *data,
                               seL4_CPtr vspace_root, vka_t *vka,
                               vspace_allocated_object_fn allocated_object_fn,
                               void *allocated_object_cookie, void *existing_frames[]) {
    init_data(data, vspace, vspace_root, vka, sel4utils_map_page_pd);
    sel4utils_fill_vspace(vspace, data, allocated_object_fn, allocated_object_cookie);
    int error = keep_off(vspace, (uintptr_t)__executable_start, (uintptr_t)_end);
    for (int i = 0; error == 0 && existing_frames != NULL && existing_frames[i] != NULL; i++) {
        uintptr_t page = ALIGN_DOWN((uintptr_t)existing_frames[i], PAGE_SIZE_4K);
        error = keep_off(vspace, page, page + PAGE_SIZE_4K);
    }
    if (error != 0) {
        ZF_LOGE("Failed to describe the address space");
        vspace_tear_down(vspace, VSPACE_PRESERVE);
    }
    return error;
}

int sel4utils_bootstrap_vspace_leaky(vspace_t *vspace, sel4utils_alloc_data_t *data,
                                     seL4_CPtr vspace_root, vka_t *vka, void *existing_frames[]) {
    return sel4utils_bootstrap_vspace(vspace, data, vspace_root, vka, NULL, NULL, existing_frames);
}

int sel4utils_bootstrap_vspace_with_bootinfo(vspace_t *vspace, sel4utils_alloc_data_t *data,
                                             seL4_CPtr vspace_root, vka_t *vka, seL4_BootInfo *info,
                                             vspace_allocated_object_fn allocated_object_fn,
                                             void *allocated_object_cookie) {
    void *frames[] = {info, info->ipcBuffer, NULL};
    uintptr_t extra = (uintptr_t)info + seL4_BootInfoFrameSize;
    uintptr_t extra_pages = info->extraBIPages.end - info->extraBIPages.start;

    int error = sel4utils_bootstrap_vspace(vspace, data, vspace_root, vka, allocated_object_fn,
                                           allocated_object_cookie, frames);
    if (error == 0 && extra_pages != 0) {
        error = keep_off(vspace, extra, extra + extra_pages * PAGE_SIZE_4K);
    }
    return error;
}

int sel4utils_bootstrap_vspace_with_bootinfo_leaky(vspace_t *vspace, sel4utils_alloc_data_t *data,
                                                   seL4_CPtr vspace_root, vka_t *vka,
                                                   seL4_BootInfo *info) {
    return sel4utils_bootstrap_vspace_with_bootinfo(vspace, data, vspace_root, vka, info, NULL,
                                                    NULL);
}
