/*
 * Loading of ELF programs into other address spaces.
 *
 * The whole image, from its lowest to its highest address, is one reservation; each page of it
 * that a segment touches is a frame with the rights of all segments on it.
 */
#pragma once

#include <elf/elf.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

/* Images whose addresses lie further apart are refused. */
#define SEL4UTILS_ELF_MAX_SPAN (1ul << 30)

typedef struct sel4utils_elf_region {
    void *elf_vstart;         /* the image's first address */
    void *reservation_vstart; /* the first address of its first page */
    size_t size;              /* bytes of pages */
    reservation_t reservation;
    int cacheable;
} sel4utils_elf_region_t;

/** @return the number of regions that an image needs */
int sel4utils_elf_num_regions(const elf_t *elf);

/**
 * Reserve an image's addresses.
 * @param regions  receives sel4utils_elf_num_regions() entries
 * @return the entry point, NULL on failure
 */
void *sel4utils_elf_reserve(vspace_t *loadee, const elf_t *elf, sel4utils_elf_region_t *regions);

/**
 * Reserve an image's addresses and fill them.
 * @param loadee      address space that the program will run in
 * @param loader      address space of this program
 * @param loadee_vka  allocator for the frames
 * @param regions     receives the reservations; may be NULL, then they are forgotten
 * @param mapped      1: `regions` holds reservations made before
 * @return the entry point, NULL on failure; then nothing of the image is left
 */
void *sel4utils_elf_load_record_regions(vspace_t *loadee, vspace_t *loader, vka_t *loadee_vka,
                                        vka_t *loader_vka, const elf_t *elf,
                                        sel4utils_elf_region_t *regions, int mapped);

/** As sel4utils_elf_load_record_regions(), with the reservations forgotten. */
void *sel4utils_elf_load(vspace_t *loadee, vspace_t *loader, vka_t *loadee_vka, vka_t *loader_vka,
                         const elf_t *elf);

/** @return the number of program headers */
uint32_t sel4utils_elf_num_phdrs(const elf_t *elf);

/**
 * Copy the program headers as the loaded program shall see them: an entry that says where the
 * table itself would be mapped is made PT_NULL, since it lies elsewhere.
 */
void sel4utils_elf_read_phdrs(const elf_t *elf, size_t max_phdrs, Elf_Phdr *phdrs);
