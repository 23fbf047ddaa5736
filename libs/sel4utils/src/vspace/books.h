/*
 * Page records and reservations of one address space: pure bookkeeping, no kernel calls.
 */
#pragma once

#include <sel4utils/vspace.h>

/** @return the record of the page that covers an address, NULL if there is none */
sel4utils_page_t *books_find_page(sel4utils_alloc_data_t *data, uintptr_t vaddr);

/**
 * Note a page. @return 0, or -1 if the heap is used up. The caller has made sure that no other
 * page is there.
 */
int books_add_page(sel4utils_alloc_data_t *data, sel4utils_page_t page);

/** Make sure that `extra` pages can be added without asking the heap. @return 0 or -1 */
int books_make_room(sel4utils_alloc_data_t *data, size_t extra);

/** Forget a page. */
void books_remove_page(sel4utils_alloc_data_t *data, sel4utils_page_t *page);

/** @return whether no page lies in [start, end) */
bool books_no_page_in(sel4utils_alloc_data_t *data, uintptr_t start, uintptr_t end);

/** @return whether neither a page nor a reservation lies in [start, end) */
bool books_is_free(sel4utils_alloc_data_t *data, uintptr_t start, uintptr_t end);

/** @return the reservation that an address lies in, NULL if there is none */
sel4utils_res_t *books_find_reservation(sel4utils_alloc_data_t *data, uintptr_t vaddr);

/** Link a filled-in reservation; its range is free. */
void books_add_reservation(sel4utils_alloc_data_t *data, sel4utils_res_t *reservation);

/** Unlink a reservation and free its record if it came from the heap. */
void books_remove_reservation(sel4utils_alloc_data_t *data, sel4utils_res_t *reservation);

/**
 * Find a free range.
 * @param start  receives its first address, a multiple of 2^align_bits
 * @return 0, or -1 if there is none
 */
int books_find_free(sel4utils_alloc_data_t *data, size_t bytes, size_t align_bits,
                    uintptr_t *start);
