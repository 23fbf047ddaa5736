/* What the three parts of an address space's implementation share: books, pages, interface. */
#pragma once

#include "books.h"

/** Map one frame and note it. @return 0 or an error; then nothing is mapped */
int sel4utils_map_one(vspace_t *vspace, seL4_CPtr cap, uintptr_t cookie, uintptr_t vaddr,
                      size_t size_bits, seL4_CapRights_t rights, int cacheable);

/** Map given frames side by side. @return 0 or an error; then none is mapped */
int sel4utils_map_frames(vspace_t *vspace, seL4_CPtr caps[], uintptr_t cookies[], uintptr_t vaddr,
                         size_t num_pages, size_t size_bits, seL4_CapRights_t rights,
                         int cacheable);

/** Allocate frames and map them side by side. @return 0 or an error; then none is left */
int sel4utils_map_new_frames(vspace_t *vspace, uintptr_t vaddr, size_t num_pages, size_t size_bits,
                             seL4_CapRights_t rights, int cacheable, bool can_use_dev);

void sel4utils_unmap_pages(vspace_t *vspace, void *vaddr, size_t num_pages, size_t size_bits,
                           vka_t *free);

/** Fill in the function table of an address space whose data is set up. */
void sel4utils_fill_vspace(vspace_t *vspace, sel4utils_alloc_data_t *data,
                           vspace_allocated_object_fn allocated_object_fn,
                           void *allocated_object_cookie);
