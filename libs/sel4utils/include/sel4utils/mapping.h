/*
 * Mapping a frame together with whatever paging structures are missing on the way to it.
 */
#pragma once

#include <sel4/sel4.h>
#include <sel4utils/arch/util.h>
#include <vka/object.h>
#include <vka/vka.h>
#include <vspace/arch/page.h>

/* Paging structures between the root and a 4 KiB page. */
#define SEL4UTILS_MAX_TABLES 3

/**
 * Map a frame; allocate and map a page table, page directory or PDPT where one is missing.
 * @param pd           top-level page table of the address space
 * @param frame        frame that is mapped nowhere
 * @param vaddr        address, aligned to the frame's size
 * @param cacheable    0 for device memory
 * @param objects      receives the paging structures that were made
 * @param num_objects  in: room in `objects`; out: how many were made, also on failure
 * @return 0, or an error number; structures that were made stay mapped
 */
int sel4utils_map_page(vka_t *vka, seL4_CPtr pd, seL4_CPtr frame, void *vaddr,
                       seL4_CapRights_t rights, int cacheable, vka_object_t *objects,
                       int *num_objects);

/** As sel4utils_map_page(), where the paging structures will never be freed. */
int sel4utils_map_page_leaky(vka_t *vka, seL4_CPtr pd, seL4_CPtr frame, void *vaddr,
                             seL4_CapRights_t rights, int cacheable);
