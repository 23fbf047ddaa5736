/*
 * Sorted page records with binary search, reservations as a list; see books.h.
 *
 * Searches for free addresses go upward from where the last one ended and wrap around once, so a
 * series of allocations does not walk over its own pages again and again.
 */
#include "books.h"
#include <stdlib.h>
#include <string.h>
#include <utils/arith.h>

static uintptr_t end_of(const sel4utils_page_t *page) { return page->vaddr + BIT(page->size_bits); }

/* Index of the first page that ends above an address; `count` if none does. */
static size_t first_ending_above(const sel4utils_pages_t *pages, uintptr_t vaddr) {
    size_t low = 0, high = pages->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (end_of(&pages->list[middle]) <= vaddr) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

sel4utils_page_t *books_find_page(sel4utils_alloc_data_t *data, uintptr_t vaddr) {
    size_t n = first_ending_above(&data->top_level, vaddr);

    if (n == data->top_level.count || data->top_level.list[n].vaddr > vaddr) {
        return NULL;
    }
    return &data->top_level.list[n];
}

int books_make_room(sel4utils_alloc_data_t *data, size_t extra) {
    sel4utils_pages_t *pages = &data->top_level;
    size_t wanted = pages->count + extra;

    if (wanted <= pages->room) {
        return 0;
    }
    size_t room = MAX(wanted, 2 * pages->room);
    sel4utils_page_t *list = realloc(pages->list, room * sizeof(*list));
    if (list == NULL) {
        return -1;
    }
    pages->list = list;
    pages->room = room;
    return 0;
}

int books_add_page(sel4utils_alloc_data_t *data, sel4utils_page_t page) {
    sel4utils_pages_t *pages = &data->top_level;

    if (books_make_room(data, 1) != 0) {
        return -1;
    }
    size_t n = first_ending_above(pages, page.vaddr);
    memmove(&pages->list[n + 1], &pages->list[n], (pages->count - n) * sizeof(page));
    pages->list[n] = page;
    pages->count++;
    return 0;
}

void books_remove_page(sel4utils_alloc_data_t *data, sel4utils_page_t *page) {
    sel4utils_pages_t *pages = &data->top_level;
    size_t after = (size_t)(&pages->list[pages->count] - (page + 1));

    memmove(page, page + 1, after * sizeof(*page));
    pages->count--;
}

/* The first page that overlaps [start, end), NULL if none does. */
static sel4utils_page_t *page_in(sel4utils_alloc_data_t *data, uintptr_t start, uintptr_t end) {
    size_t n = first_ending_above(&data->top_level, start);

    if (n == data->top_level.count || data->top_level.list[n].vaddr >= end) {
        return NULL;
    }
    return &data->top_level.list[n];
}

static sel4utils_res_t *reservation_in(sel4utils_alloc_data_t *data, uintptr_t start,
                                       uintptr_t end) {
    sel4utils_res_t *res = data->reservation_head;

    while (res != NULL && (res->end <= start || res->start >= end)) {
        res = res->next;
    }
    return res;
}

bool books_no_page_in(sel4utils_alloc_data_t *data, uintptr_t start, uintptr_t end) {
    return page_in(data, start, end) == NULL;
}

bool books_is_free(sel4utils_alloc_data_t *data, uintptr_t start, uintptr_t end) {
    return page_in(data, start, end) == NULL && reservation_in(data, start, end) == NULL;
}

sel4utils_res_t *books_find_reservation(sel4utils_alloc_data_t *data, uintptr_t vaddr) {
    return reservation_in(data, vaddr, vaddr + 1);
}

void books_add_reservation(sel4utils_alloc_data_t *data, sel4utils_res_t *reservation) {
    reservation->next = data->reservation_head;
    data->reservation_head = reservation;
}

void books_remove_reservation(sel4utils_alloc_data_t *data, sel4utils_res_t *reservation) {
    sel4utils_res_t **link = &data->reservation_head;

    while (*link != NULL && *link != reservation) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        return;
    }
    *link = reservation->next;
    if (reservation->malloced) {
        free(reservation);
    }
}

/* The first aligned range in [from, limit) that is free; 0 if there is none. */
static uintptr_t search(sel4utils_alloc_data_t *data, uintptr_t from, uintptr_t limit, size_t bytes,
                        size_t align_bits) {
    uintptr_t start = ALIGN_UP(from, BIT(align_bits));

    while (start < limit && bytes <= limit - start) {
        sel4utils_page_t *page = page_in(data, start, start + bytes);
        sel4utils_res_t *res = reservation_in(data, start, start + bytes);
        if (page == NULL && res == NULL) {
            return start;
        }
        start = ALIGN_UP(res != NULL ? res->end : end_of(page), BIT(align_bits));
    }
    return 0;
}

int books_find_free(sel4utils_alloc_data_t *data, size_t bytes, size_t align_bits,
                    uintptr_t *start) {
    uintptr_t low = data->next_bootstrap_vaddr;

    *start = search(data, data->last_allocated, SEL4UTILS_VSPACE_HIGH, bytes, align_bits);
    if (*start == 0) {
        *start = search(data, low, SEL4UTILS_VSPACE_HIGH, bytes, align_bits);
    }
    if (*start == 0) {
        return -1;
    }
    data->last_allocated = *start + bytes;
    return 0;
}
