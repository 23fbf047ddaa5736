/*
 * An address space to map into, whoever keeps its books.
 *
 * A vspace_t is a table of function pointers. Ranges are reserved first and pages are then mapped
 * inside a reservation; the functions without `_at_vaddr` find a free range themselves. Sizes of
 * pages are given as log2 (12, 21 or 30), rights as seL4_CapRights_t, and cacheable is 0 only for
 * device memory. Functions that return int return 0 for success; on failure nothing stays mapped
 * or allocated that was not before.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <utils/util.h>
#include <vka/object.h>
#include <vka/vka.h>
#include <vspace/arch/page.h>

/* For unmapping: what becomes of the frames. */
#define VSPACE_FREE     ((vka_t *)0xfffffffful) /* back to the allocator of the address space */
#define VSPACE_PRESERVE ((vka_t *)0)            /* kept: the caller has their capabilities */

/* A reserved range of addresses; res is NULL if the reservation failed. */
typedef struct reservation {
    void *res;
} reservation_t;

typedef struct vspace vspace_t;

typedef void *(*vspace_new_pages_fn)(vspace_t *vspace, seL4_CapRights_t rights, size_t num_pages,
                                     size_t size_bits);
typedef void *(*vspace_map_pages_fn)(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[],
                                     seL4_CapRights_t rights, size_t num_caps, size_t size_bits,
                                     int cacheable);
typedef int (*vspace_new_pages_at_vaddr_fn)(vspace_t *vspace, void *vaddr, size_t num_pages,
                                            size_t size_bits, reservation_t reservation,
                                            bool can_use_dev);
typedef int (*vspace_map_pages_at_vaddr_fn)(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[],
                                            void *vaddr, size_t num_pages, size_t size_bits,
                                            reservation_t reservation);
typedef int (*vspace_deferred_rights_map_pages_at_vaddr_fn)(vspace_t *vspace, seL4_CPtr caps[],
                                                            uintptr_t cookies[], void *vaddr,
                                                            size_t num_pages, size_t size_bits,
                                                            seL4_CapRights_t rights,
                                                            reservation_t reservation);
typedef void (*vspace_unmap_pages_fn)(vspace_t *vspace, void *vaddr, size_t num_pages,
                                      size_t size_bits, vka_t *free);
typedef void (*vspace_tear_down_fn)(vspace_t *vspace, vka_t *free);
typedef reservation_t (*vspace_reserve_range_aligned_fn)(vspace_t *vspace, size_t bytes,
                                                         size_t size_bits, seL4_CapRights_t rights,
                                                         int cacheable, void **vaddr);
typedef reservation_t (*vspace_reserve_range_at_fn)(vspace_t *vspace, void *vaddr, size_t bytes,
                                                    seL4_CapRights_t rights, int cacheable);
typedef reservation_t (*vspace_reserve_deferred_rights_range_at_fn)(vspace_t *vspace, void *vaddr,
                                                                    size_t bytes, int cacheable);
typedef void (*vspace_free_reservation_fn)(vspace_t *vspace, reservation_t reservation);
typedef void (*vspace_free_reservation_by_vaddr_fn)(vspace_t *vspace, void *vaddr);
typedef seL4_CPtr (*vspace_get_cap_fn)(vspace_t *vspace, void *vaddr);
typedef seL4_CPtr (*vspace_get_root_fn)(vspace_t *vspace);
typedef uintptr_t (*vspace_get_cookie_fn)(vspace_t *vspace, void *vaddr);
typedef int (*vspace_share_mem_at_vaddr_fn)(vspace_t *from, vspace_t *to, void *start,
                                            int num_pages, size_t size_bits, void *vaddr,
                                            reservation_t reservation);

/* Called with each paging structure that was allocated, so that its owner can free it one day. */
typedef void (*vspace_allocated_object_fn)(void *allocated_object_cookie, vka_object_t object);

/* Called by vspace_access_page_with_callback() while a page is visible at vaddr. */
typedef int (*vspace_access_callback_fn)(void *access_addr, void *vaddr, void *cookie);

struct vspace {
    void *data;
    vspace_new_pages_fn new_pages;
    vspace_map_pages_fn map_pages;
    vspace_new_pages_at_vaddr_fn new_pages_at_vaddr;
    vspace_map_pages_at_vaddr_fn map_pages_at_vaddr;
    vspace_deferred_rights_map_pages_at_vaddr_fn deferred_rights_map_pages_at_vaddr;
    vspace_unmap_pages_fn unmap_pages;
    vspace_tear_down_fn tear_down;
    vspace_reserve_range_aligned_fn reserve_range_aligned;
    vspace_reserve_range_at_fn reserve_range_at;
    vspace_reserve_deferred_rights_range_at_fn reserve_deferred_rights_range_at;
    vspace_free_reservation_fn free_reservation;
    vspace_free_reservation_by_vaddr_fn free_reservation_by_vaddr;
    vspace_get_cap_fn get_cap;
    vspace_get_root_fn get_root;
    vspace_get_cookie_fn get_cookie;
    vspace_share_mem_at_vaddr_fn share_mem_at_vaddr;
    vspace_allocated_object_fn allocated_object;
    void *allocated_object_cookie;
};

/**
 * Allocate frames and map them side by side at free addresses.
 * @return where they are, NULL on failure
 */
static inline void *vspace_new_pages(vspace_t *vspace, seL4_CapRights_t rights, size_t num_pages,
                                     size_t size_bits) {
    return vspace->new_pages(vspace, rights, num_pages, size_bits);
}

/**
 * Map given frames side by side at free addresses.
 * @param caps     frames that are mapped nowhere
 * @param cookies  the allocator's cookie of each, NULL if there are none
 * @return where they are, NULL on failure
 */
static inline void *vspace_map_pages(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[],
                                     seL4_CapRights_t rights, size_t num_pages, size_t size_bits,
                                     int cacheable) {
    return vspace->map_pages(vspace, caps, cookies, rights, num_pages, size_bits, cacheable);
}

/** Allocate frames and map them inside a reservation. @return 0 or an error number */
static inline int vspace_new_pages_at_vaddr(vspace_t *vspace, void *vaddr, size_t num_pages,
                                            size_t size_bits, reservation_t reservation) {
    return vspace->new_pages_at_vaddr(vspace, vaddr, num_pages, size_bits, reservation, false);
}

/** Map given frames inside a reservation. @return 0 or an error number */
static inline int vspace_map_pages_at_vaddr(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[],
                                            void *vaddr, size_t num_pages, size_t size_bits,
                                            reservation_t reservation) {
    return vspace->map_pages_at_vaddr(vspace, caps, cookies, vaddr, num_pages, size_bits,
                                      reservation);
}

/** Map given frames inside a reservation whose rights were left open. @return 0 or an error */
static inline int vspace_deferred_rights_map_pages_at_vaddr(vspace_t *vspace, seL4_CPtr caps[],
                                                            uintptr_t cookies[], void *vaddr,
                                                            size_t num_pages, size_t size_bits,
                                                            seL4_CapRights_t rights,
                                                            reservation_t reservation) {
    return vspace->deferred_rights_map_pages_at_vaddr(vspace, caps, cookies, vaddr, num_pages,
                                                      size_bits, rights, reservation);
}

/**
 * Unmap pages; places where none is mapped are passed over.
 * @param free  VSPACE_FREE, VSPACE_PRESERVE, or the allocator that the frames go back to
 */
static inline void vspace_unmap_pages(vspace_t *vspace, void *vaddr, size_t num_pages,
                                      size_t size_bits, vka_t *free) {
    vspace->unmap_pages(vspace, vaddr, num_pages, size_bits, free);
}

/** Unmap everything and forget all reservations; the root of the address space stays. */
static inline void vspace_tear_down(vspace_t *vspace, vka_t *free) {
    vspace->tear_down(vspace, free);
}

/**
 * Reserve a free range.
 * @param size_bits  its first address is a multiple of 2^size_bits
 * @param vaddr      receives its first address
 * @return the reservation, .res NULL on failure
 */
static inline reservation_t vspace_reserve_range_aligned(vspace_t *vspace, size_t bytes,
                                                         size_t size_bits, seL4_CapRights_t rights,
                                                         int cacheable, void **vaddr) {
    return vspace->reserve_range_aligned(vspace, bytes, size_bits, rights, cacheable, vaddr);
}

/** As vspace_reserve_range_aligned(), aligned to 4 KiB. */
static inline reservation_t vspace_reserve_range(vspace_t *vspace, size_t bytes,
                                                 seL4_CapRights_t rights, int cacheable,
                                                 void **vaddr) {
    return vspace_reserve_range_aligned(vspace, bytes, seL4_PageBits, rights, cacheable, vaddr);
}

/** Reserve a given range. @return the reservation, .res NULL if part of it is in use */
static inline reservation_t vspace_reserve_range_at(vspace_t *vspace, void *vaddr, size_t bytes,
                                                    seL4_CapRights_t rights, int cacheable) {
    return vspace->reserve_range_at(vspace, vaddr, bytes, rights, cacheable);
}

/** As vspace_reserve_range_at(), with the rights given page by page later. */
static inline reservation_t vspace_reserve_deferred_rights_range_at(vspace_t *vspace, void *vaddr,
                                                                    size_t bytes, int cacheable) {
    return vspace->reserve_deferred_rights_range_at(vspace, vaddr, bytes, cacheable);
}

/** Forget a reservation; pages mapped in it stay mapped. */
static inline void vspace_free_reservation(vspace_t *vspace, reservation_t reservation) {
    vspace->free_reservation(vspace, reservation);
}

/** Forget the reservation that an address lies in. */
static inline void vspace_free_reservation_by_vaddr(vspace_t *vspace, void *vaddr) {
    vspace->free_reservation_by_vaddr(vspace, vaddr);
}

/** @return the frame mapped at an address, seL4_CapNull if none is known */
static inline seL4_CPtr vspace_get_cap(vspace_t *vspace, void *vaddr) {
    return vspace->get_cap(vspace, vaddr);
}

/** @return the allocator's cookie of the frame at an address, 0 if none is known */
static inline uintptr_t vspace_get_cookie(vspace_t *vspace, void *vaddr) {
    return vspace->get_cookie(vspace, vaddr);
}

/** @return the top-level page table */
static inline seL4_CPtr vspace_get_root(vspace_t *vspace) { return vspace->get_root(vspace); }

/** Map pages of one address space inside a reservation of another, too. @return 0 or an error */
static inline int vspace_share_mem_at_vaddr(vspace_t *from, vspace_t *to, void *start,
                                            int num_pages, size_t size_bits, void *vaddr,
                                            reservation_t reservation) {
    return from->share_mem_at_vaddr(from, to, start, num_pages, size_bits, vaddr, reservation);
}

/** Tell the owner of an address space about a paging structure that was allocated for it. */
static inline void vspace_maybe_call_allocated_object(vspace_t *vspace, vka_object_t object) {
    if (vspace->allocated_object != NULL) {
        vspace->allocated_object(vspace->allocated_object_cookie, object);
    }
}

/**
 * Map pages of one address space into another at free addresses.
 * @return where they are in `to`, NULL on failure
 */
void *vspace_share_mem(vspace_t *from, vspace_t *to, void *start, int num_pages, size_t size_bits,
                       seL4_CapRights_t rights, int cacheable);

/**
 * Make a page of `from` visible in `to`, call a function, and hide it again.
 * @return what the function returned, or an error number if the page could not be shared
 */
int vspace_access_page_with_callback(vspace_t *from, vspace_t *to, void *access_addr,
                                     size_t size_bits, seL4_CapRights_t rights, int cacheable,
                                     vspace_access_callback_fn callback, void *cookie);

/**
 * Map a stack, with a page below it that is never mapped, so that an overflow faults.
 * @return the address just above the stack, NULL on failure
 */
void *vspace_new_sized_stack(vspace_t *vspace, size_t n_pages);

/** As vspace_new_sized_stack(), of CONFIG_SEL4UTILS_STACK_SIZE bytes. */
void *vspace_new_stack(vspace_t *vspace);

/** Unmap and free a stack of vspace_new_sized_stack(); stack_top is what that returned. */
void vspace_free_sized_stack(vspace_t *vspace, void *stack_top, size_t n_pages);

/** Unmap and free a stack of vspace_new_stack(). */
void vspace_free_stack(vspace_t *vspace, void *stack_top);

/**
 * Map a page for an IPC buffer.
 * @param page  receives its frame
 * @return its address, NULL on failure
 */
void *vspace_new_ipc_buffer(vspace_t *vspace, seL4_CPtr *page);

/** Unmap and free an IPC buffer's page. */
void vspace_free_ipc_buffer(vspace_t *vspace, void *addr);
