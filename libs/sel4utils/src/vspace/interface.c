/*
 * The functions behind a vspace_t: each checks its range against the books, then maps or reserves.
 */
#include "vspace.h"
#include <stdlib.h>
#include <utils/arith.h>
#include <utils/page.h>
#include <utils/zf_log.h>
#include <vka/capops.h>

static int check_range(vspace_t *vspace, uintptr_t vaddr, size_t num_pages, size_t size_bits,
                       const sel4utils_res_t *res) {
    if (kobject_frame_type(size_bits) < 0 || vaddr % BIT(size_bits) != 0) {
        ZF_LOGE("%p is no address for pages of %zu bits", (void *)vaddr, size_bits);
        return -1;
    }
    if (res == NULL || vaddr < res->start || vaddr > res->end ||
        num_pages > (res->end - vaddr) >> size_bits) {
        ZF_LOGE("%zu pages at %p do not lie in the reservation", num_pages, (void *)vaddr);
        return -1;
    }
    if (!books_no_page_in(get_alloc_data(vspace), vaddr, vaddr + (num_pages << size_bits))) {
        ZF_LOGE("A page is already mapped in the range at %p", (void *)vaddr);
        return -1;
    }
    return 0;
}

static int new_pages_at_vaddr(vspace_t *vspace, void *vaddr, size_t num_pages, size_t size_bits,
                              reservation_t reservation, bool can_use_dev) {
    sel4utils_res_t *res = reservation_to_res(reservation);

    if (check_range(vspace, (uintptr_t)vaddr, num_pages, size_bits, res) != 0) {
        return -1;
    }
    return sel4utils_map_new_frames(vspace, (uintptr_t)vaddr, num_pages, size_bits, res->rights,
                                    res->cacheable, can_use_dev);
}

static int deferred_map_pages_at_vaddr(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[],
                                       void *vaddr, size_t num_pages, size_t size_bits,
                                       seL4_CapRights_t rights, reservation_t reservation) {
    sel4utils_res_t *res = reservation_to_res(reservation);

    if (check_range(vspace, (uintptr_t)vaddr, num_pages, size_bits, res) != 0) {
        return -1;
    }
    if (!res->rights_deferred) {
        rights = res->rights;
    }
    return sel4utils_map_frames(vspace, caps, cookies, (uintptr_t)vaddr, num_pages, size_bits,
                                rights, res->cacheable);
}

static int map_pages_at_vaddr(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[], void *vaddr,
                              size_t num_pages, size_t size_bits, reservation_t reservation) {
    sel4utils_res_t *res = reservation_to_res(reservation);
    seL4_CapRights_t rights = res != NULL ? res->rights : seL4_NoRights;

    return deferred_map_pages_at_vaddr(vspace, caps, cookies, vaddr, num_pages, size_bits, rights,
                                       reservation);
}

static void *new_pages(vspace_t *vspace, seL4_CapRights_t rights, size_t num_pages,
                       size_t size_bits) {
    uintptr_t vaddr;

    if (kobject_frame_type(size_bits) < 0 || num_pages == 0 ||
        books_find_free(get_alloc_data(vspace), num_pages << size_bits, size_bits, &vaddr) != 0) {
        ZF_LOGE("No addresses for %zu pages of %zu bits", num_pages, size_bits);
        return NULL;
    }
    int error = sel4utils_map_new_frames(vspace, vaddr, num_pages, size_bits, rights, 1, false);
    return error == 0 ? (void *)vaddr : NULL;
}

static void *map_pages(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[],
                       seL4_CapRights_t rights, size_t num_pages, size_t size_bits, int cacheable) {
    uintptr_t vaddr;

    if (kobject_frame_type(size_bits) < 0 || num_pages == 0 ||
        books_find_free(get_alloc_data(vspace), num_pages << size_bits, size_bits, &vaddr) != 0) {
        ZF_LOGE("No addresses for %zu pages of %zu bits", num_pages, size_bits);
        return NULL;
    }
    int error =
        sel4utils_map_frames(vspace, caps, cookies, vaddr, num_pages, size_bits, rights, cacheable);
    return error == 0 ? (void *)vaddr : NULL;
}

/* Fill in and link a record for [start, start + bytes), which the caller has found free. */
static void link_reservation(vspace_t *vspace, sel4utils_res_t *res, uintptr_t start, size_t bytes,
                             seL4_CapRights_t rights, int cacheable) {
    bool malloced = res->malloced;

    *res = (sel4utils_res_t){
        .start = start,
        .end = start + ROUND_UP(bytes, PAGE_SIZE_4K),
        .rights = rights,
        .cacheable = cacheable,
        .malloced = malloced,
    };
    books_add_reservation(get_alloc_data(vspace), res);
}

static sel4utils_res_t *new_record(void) {
    sel4utils_res_t *res = malloc(sizeof(*res));

    if (res == NULL) {
        ZF_LOGE("The heap is used up");
        return NULL;
    }
    res->malloced = true;
    return res;
}

static int reserve_aligned(vspace_t *vspace, sel4utils_res_t *res, size_t bytes, size_t size_bits,
                           seL4_CapRights_t rights, int cacheable, void **vaddr) {
    uintptr_t start;

    bytes = ROUND_UP(bytes, PAGE_SIZE_4K);
    if (bytes == 0 || books_find_free(get_alloc_data(vspace), bytes,
                                      MAX(size_bits, (size_t)seL4_PageBits), &start) != 0) {
        ZF_LOGE("No range of %zu bytes is free", bytes);
        return -1;
    }
    link_reservation(vspace, res, start, bytes, rights, cacheable);
    *vaddr = (void *)start;
    return 0;
}

static int reserve_at(vspace_t *vspace, sel4utils_res_t *res, void *vaddr, size_t bytes,
                      seL4_CapRights_t rights, int cacheable) {
    uintptr_t start = ALIGN_DOWN((uintptr_t)vaddr, PAGE_SIZE_4K);

    bytes = ROUND_UP((uintptr_t)vaddr + bytes - start, PAGE_SIZE_4K);
    if (bytes == 0 || start + bytes < start || start + bytes > seL4_UserTop ||
        !books_is_free(get_alloc_data(vspace), start, start + bytes)) {
        ZF_LOGE("The range of %zu bytes at %p is not free", bytes, vaddr);
        return -1;
    }
    link_reservation(vspace, res, start, bytes, rights, cacheable);
    return 0;
}

static reservation_t reserve_range_aligned(vspace_t *vspace, size_t bytes, size_t size_bits,
                                           seL4_CapRights_t rights, int cacheable, void **vaddr) {
    sel4utils_res_t *res = new_record();

    if (res != NULL &&
        reserve_aligned(vspace, res, bytes, size_bits, rights, cacheable, vaddr) != 0) {
        free(res);
        res = NULL;
    }
    return (reservation_t){res};
}

static reservation_t reserve_range_at(vspace_t *vspace, void *vaddr, size_t bytes,
                                      seL4_CapRights_t rights, int cacheable) {
    sel4utils_res_t *res = new_record();

    if (res != NULL && reserve_at(vspace, res, vaddr, bytes, rights, cacheable) != 0) {
        free(res);
        res = NULL;
    }
    return (reservation_t){res};
}

static reservation_t reserve_deferred_rights_range_at(vspace_t *vspace, void *vaddr, size_t bytes,
                                                      int cacheable) {
    reservation_t reservation = reserve_range_at(vspace, vaddr, bytes, seL4_NoRights, cacheable);

    if (reservation.res != NULL) {
        reservation_to_res(reservation)->rights_deferred = true;
    }
    return reservation;
}

int sel4utils_reserve_range_no_alloc(vspace_t *vspace, sel4utils_res_t *reservation, size_t size,
                                     seL4_CapRights_t rights, int cacheable, void **result) {
    reservation->malloced = false;
    return reserve_aligned(vspace, reservation, size, seL4_PageBits, rights, cacheable, result);
}

int sel4utils_reserve_range_at_no_alloc(vspace_t *vspace, sel4utils_res_t *reservation, void *vaddr,
                                        size_t size, seL4_CapRights_t rights, int cacheable) {
    reservation->malloced = false;
    return reserve_at(vspace, reservation, vaddr, size, rights, cacheable);
}

static void free_reservation(vspace_t *vspace, reservation_t reservation) {
    books_remove_reservation(get_alloc_data(vspace), reservation_to_res(reservation));
}

static void free_reservation_by_vaddr(vspace_t *vspace, void *vaddr) {
    sel4utils_alloc_data_t *data = get_alloc_data(vspace);
    sel4utils_res_t *res = books_find_reservation(data, (uintptr_t)vaddr);

    if (res == NULL) {
        ZF_LOGE("%p lies in no reservation", vaddr);
        return;
    }
    books_remove_reservation(data, res);
}

static seL4_CPtr get_cap(vspace_t *vspace, void *vaddr) {
    sel4utils_page_t *page = books_find_page(get_alloc_data(vspace), (uintptr_t)vaddr);
    return page != NULL ? page->cap : seL4_CapNull;
}

static uintptr_t get_cookie(vspace_t *vspace, void *vaddr) {
    sel4utils_page_t *page = books_find_page(get_alloc_data(vspace), (uintptr_t)vaddr);
    return page != NULL ? page->cookie : 0;
}

static seL4_CPtr get_root(vspace_t *vspace) { return get_alloc_data(vspace)->vspace_root; }

/* A frame capability knows one mapping: the second mapping needs a copy, which `to` then owns. */
static int share_one(vspace_t *from, vspace_t *to, uintptr_t source, uintptr_t target,
                     size_t size_bits, const sel4utils_res_t *res) {
    vka_t *vka = get_alloc_data(to)->vka;
    sel4utils_page_t *page = books_find_page(get_alloc_data(from), source);
    cspacepath_t original, copy;

    if (page == NULL || page->size_bits != size_bits) {
        ZF_LOGE("No page of %zu bits is mapped at %p", size_bits, (void *)source);
        return -1;
    }
    if (vka_cspace_alloc_path(vka, &copy) != 0) {
        return -1;
    }
    vka_cspace_make_path(get_alloc_data(from)->vka, page->cap, &original);
    int error = vka_cnode_copy(&copy, &original, seL4_AllRights);
    if (error == 0) {
        error =
            sel4utils_map_one(to, copy.capPtr, 0, target, size_bits, res->rights, res->cacheable);
        if (error != 0) {
            vka_cnode_delete(&copy);
        }
    }
    if (error != 0) {
        vka_cspace_free_path(vka, copy);
    }
    return error;
}

static int share_mem_at_vaddr(vspace_t *from, vspace_t *to, void *start, int num_pages,
                              size_t size_bits, void *vaddr, reservation_t reservation) {
    sel4utils_res_t *res = reservation_to_res(reservation);

    if (check_range(to, (uintptr_t)vaddr, (size_t)num_pages, size_bits, res) != 0) {
        return -1;
    }
    for (int i = 0; i < num_pages; i++) {
        uintptr_t offset = (uintptr_t)i << size_bits;
        int error = share_one(from, to, (uintptr_t)start + offset, (uintptr_t)vaddr + offset,
                              size_bits, res);
        if (error != 0) {
            sel4utils_unmap_pages(to, vaddr, (size_t)i, size_bits, VSPACE_FREE);
            return error;
        }
    }
    return 0;
}

static void tear_down(vspace_t *vspace, vka_t *vka) {
    sel4utils_alloc_data_t *data = get_alloc_data(vspace);

    while (data->top_level.count > 0) {
        sel4utils_page_t *last = &data->top_level.list[data->top_level.count - 1];
        sel4utils_unmap_pages(vspace, (void *)last->vaddr, 1, last->size_bits, vka);
    }
    while (data->reservation_head != NULL) {
        books_remove_reservation(data, data->reservation_head);
    }
    free(data->top_level.list);
    data->top_level = (sel4utils_pages_t){0};
}

void sel4utils_fill_vspace(vspace_t *vspace, sel4utils_alloc_data_t *data,
                           vspace_allocated_object_fn allocated_object_fn,
                           void *allocated_object_cookie) {
    *vspace = (vspace_t){
        .data = data,
        .new_pages = new_pages,
        .map_pages = map_pages,
        .new_pages_at_vaddr = new_pages_at_vaddr,
        .map_pages_at_vaddr = map_pages_at_vaddr,
        .deferred_rights_map_pages_at_vaddr = deferred_map_pages_at_vaddr,
        .unmap_pages = sel4utils_unmap_pages,
        .tear_down = tear_down,
        .reserve_range_aligned = reserve_range_aligned,
        .reserve_range_at = reserve_range_at,
        .reserve_deferred_rights_range_at = reserve_deferred_rights_range_at,
        .free_reservation = free_reservation,
        .free_reservation_by_vaddr = free_reservation_by_vaddr,
        .get_cap = get_cap,
        .get_root = get_root,
        .get_cookie = get_cookie,
        .share_mem_at_vaddr = share_mem_at_vaddr,
        .allocated_object = allocated_object_fn,
        .allocated_object_cookie = allocated_object_cookie,
    };
}
