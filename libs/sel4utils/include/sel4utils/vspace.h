/*
 * The books of an address space: which ranges are reserved and which page is mapped where.
 *
 * Invariants: reservations do not overlap each other, page records do not overlap each other and
 * are sorted by address; a page is only added inside a reservation (or, by the functions that find
 * their own range, where neither a reservation nor a page is). Records live on the heap.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

/* Where ranges that nobody chose an address for are looked for. */
#define SEL4UTILS_VSPACE_LOW  0x10000000ul
#define SEL4UTILS_VSPACE_HIGH 0x7fff00000000ul

typedef struct sel4utils_page {
    uintptr_t vaddr;
    seL4_CPtr cap;
    uintptr_t cookie;
    size_t size_bits;
} sel4utils_page_t;

typedef struct sel4utils_pages {
    sel4utils_page_t *list; /* sorted by vaddr */
    size_t count;
    size_t room;
} sel4utils_pages_t;

typedef struct sel4utils_res {
    uintptr_t start;
    uintptr_t end;
    seL4_CapRights_t rights;
    int cacheable;
    bool malloced;        /* whether it is freed with the reservation */
    bool rights_deferred; /* whether each mapping brings its own rights */
    struct sel4utils_res *next;
} sel4utils_res_t;

typedef int (*sel4utils_map_page_fn)(vspace_t *vspace, seL4_CPtr cap, void *vaddr,
                                     seL4_CapRights_t rights, int cacheable, size_t size_bits);

typedef struct sel4utils_alloc_data {
    seL4_CPtr vspace_root;
    vka_t *vka;
    sel4utils_pages_t top_level;
    uintptr_t next_bootstrap_vaddr; /* first address looked at for a range */
    uintptr_t last_allocated;       /* where the last search ended: the next one starts there */
    vspace_t *bootstrap;            /* address space of the program that keeps these books */
    sel4utils_map_page_fn map_page;
    sel4utils_res_t *reservation_head;
    bool is_empty; /* made for another program, with nothing mapped by default */
} sel4utils_alloc_data_t;

/** @return the books of an address space */
static inline sel4utils_alloc_data_t *get_alloc_data(vspace_t *vspace) { return vspace->data; }

/** @return a reservation's record, NULL if it failed */
static inline sel4utils_res_t *reservation_to_res(reservation_t reservation) {
    return reservation.res;
}

/**
 * Keep books of an address space of another program.
 * @param loader        this program's own address space
 * @param new_vspace    receives the interface
 * @param data          memory for the books, as long as the address space is used
 * @param vka           allocator for frames and paging structures
 * @param vspace_root   top-level page table, with an address space identifier
 * @param allocated_object_fn  told of every paging structure; may be NULL
 * @return 0 or -1
 */
int sel4utils_get_vspace(vspace_t *loader, vspace_t *new_vspace, sel4utils_alloc_data_t *data,
                         vka_t *vka, seL4_CPtr vspace_root,
                         vspace_allocated_object_fn allocated_object_fn,
                         void *allocated_object_cookie);

/** As sel4utils_get_vspace(), with every address below SEL4UTILS_VSPACE_LOW free for searches. */
int sel4utils_get_empty_vspace(vspace_t *loader, vspace_t *new_vspace, sel4utils_alloc_data_t *data,
                               vka_t *vka, seL4_CPtr vspace_root,
                               vspace_allocated_object_fn allocated_object_fn,
                               void *allocated_object_cookie);

/** As sel4utils_get_vspace(), with another function to map one page. */
int sel4utils_get_vspace_with_map(vspace_t *loader, vspace_t *new_vspace,
                                  sel4utils_alloc_data_t *data, vka_t *vka, seL4_CPtr vspace_root,
                                  vspace_allocated_object_fn allocated_object_fn,
                                  void *allocated_object_cookie, sel4utils_map_page_fn map_page);

/**
 * Keep books of the address space that this program runs in.
 * @param existing_frames  addresses of pages to stay away from, besides the program's image; a
 *                         NULL ends the list; may be NULL
 * @return 0 or -1
 */
int sel4utils_bootstrap_vspace(vspace_t *vspace, sel4utils_alloc_data_t *data,
                               seL4_CPtr vspace_root, vka_t *vka,
                               vspace_allocated_object_fn allocated_object_fn,
                               void *allocated_object_cookie, void *existing_frames[]);

/** As sel4utils_bootstrap_vspace(); paging structures are never freed. */
int sel4utils_bootstrap_vspace_leaky(vspace_t *vspace, sel4utils_alloc_data_t *data,
                                     seL4_CPtr vspace_root, vka_t *vka, void *existing_frames[]);

/** As sel4utils_bootstrap_vspace() in a root task: BootInfo and IPC buffer are stayed away from. */
int sel4utils_bootstrap_vspace_with_bootinfo(vspace_t *vspace, sel4utils_alloc_data_t *data,
                                             seL4_CPtr vspace_root, vka_t *vka, seL4_BootInfo *info,
                                             vspace_allocated_object_fn allocated_object_fn,
                                             void *allocated_object_cookie);

/** Both of the above. */
int sel4utils_bootstrap_vspace_with_bootinfo_leaky(vspace_t *vspace, sel4utils_alloc_data_t *data,
                                                   seL4_CPtr vspace_root, vka_t *vka,
                                                   seL4_BootInfo *info);

/**
 * Reserve a free range with a record that the caller owns: nothing comes from the heap.
 * @param reservation  the record; it must stay until the reservation is freed
 * @param result       receives the range's first address
 * @return 0 or -1
 */
int sel4utils_reserve_range_no_alloc(vspace_t *vspace, sel4utils_res_t *reservation, size_t size,
                                     seL4_CapRights_t rights, int cacheable, void **result);

/** As sel4utils_reserve_range_no_alloc(), at a given address. */
int sel4utils_reserve_range_at_no_alloc(vspace_t *vspace, sel4utils_res_t *reservation, void *vaddr,
                                        size_t size, seL4_CapRights_t rights, int cacheable);

/** The usual way to map one page: with the paging structures that are missing. */
int sel4utils_map_page_pd(vspace_t *vspace, seL4_CPtr cap, void *vaddr, seL4_CapRights_t rights,
                          int cacheable, size_t size_bits);
