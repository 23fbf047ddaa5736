/*
 * Loads an image page by page: a fresh frame is mapped in a window of the loader, filled with what
 * any segment has there, and then mapped in its own place.
 */
#include <sel4utils/elf.h>
#include <string.h>
#include <utils/page.h>
#include <utils/zf_log.h>
#include <vka/object.h>

struct load {
    vspace_t *loadee, *loader;
    vka_t *vka;
    const elf_t *elf;
    reservation_t image;  /* in the loadee */
    reservation_t window; /* one page in the loader */
    void *window_vaddr;
};

static bool is_loaded(const Elf64_Phdr *segment) {
    return segment->p_type == PT_LOAD && segment->p_memsz != 0;
}

/* The part of a segment's file bytes that lies on a page, copied to where the page is visible. */
static void fill_from(const elf_t *elf, size_t n, uintptr_t page, char *visible) {
    const Elf64_Phdr *segment = elf_getProgramHeader(elf, n);
    const char *bytes = elf_getProgramSegment(elf, n);
    uintptr_t start = MAX(segment->p_vaddr, page);
    uintptr_t end = MIN(segment->p_vaddr + segment->p_filesz, page + PAGE_SIZE_4K);

    if (start < end) {
        memcpy(visible + (start - page), bytes + (start - segment->p_vaddr), end - start);
    }
}

/* The rights of all segments on a page; none: no segment touches it. */
static seL4_CapRights_t page_rights(const elf_t *elf, uintptr_t page) {
    bool read = false, write = false;

    for (size_t i = 0; i < elf_getNumProgramHeaders(elf); i++) {
        const Elf64_Phdr *segment = elf_getProgramHeader(elf, i);
        if (is_loaded(segment) && segment->p_vaddr < page + PAGE_SIZE_4K &&
            segment->p_vaddr + segment->p_memsz > page) {
            read = true;
            write = write || (segment->p_flags & PF_W) != 0;
        }
    }
    return seL4_CapRights_new(0, 0, read, write);
}

static int fill_frame(const struct load *load, vka_object_t *frame, uintptr_t page) {
    int error = vspace_map_pages_at_vaddr(load->loader, &frame->cptr, &frame->ut,
                                          load->window_vaddr, 1, seL4_PageBits, load->window);
    if (error != 0) {
        return error;
    }
    for (size_t i = 0; i < elf_getNumProgramHeaders(load->elf); i++) {
        if (is_loaded(elf_getProgramHeader(load->elf, i))) {
            fill_from(load->elf, i, page, load->window_vaddr);
        }
    }
    vspace_unmap_pages(load->loader, load->window_vaddr, 1, seL4_PageBits, VSPACE_PRESERVE);
    return 0;
}

static int load_page(const struct load *load, uintptr_t page, seL4_CapRights_t rights) {
    vka_object_t frame;

    int error = vka_alloc_frame(load->vka, seL4_PageBits, &frame);
    if (error != 0) {
        return error;
    }
    error = fill_frame(load, &frame, page);
    if (error == 0) {
        error = vspace_deferred_rights_map_pages_at_vaddr(load->loadee, &frame.cptr, &frame.ut,
                                                          (void *)page, 1, seL4_PageBits, rights,
                                                          load->image);
    }
    if (error != 0) {
        vka_free_object(load->vka, &frame);
    }
    return error;
}

static int load_pages(const struct load *load, const sel4utils_elf_region_t *region) {
    uintptr_t start = (uintptr_t)region->reservation_vstart;

    for (uintptr_t page = start; page < start + region->size; page += PAGE_SIZE_4K) {
        seL4_CapRights_t rights = page_rights(load->elf, page);
        if (seL4_CapRights_get_capAllowRead(rights) && load_page(load, page, rights) != 0) {
            ZF_LOGE("Failed to load the page at %p", (void *)page);
            vspace_unmap_pages(load->loadee, (void *)start, (page - start) / PAGE_SIZE_4K,
                               seL4_PageBits, VSPACE_FREE);
            return -1;
        }
    }
    return 0;
}

int sel4utils_elf_num_regions(const elf_t *elf) {
    uintptr_t min, max;
    return elf_getMemoryBounds(elf, &min, &max);
}

void *sel4utils_elf_reserve(vspace_t *loadee, const elf_t *elf, sel4utils_elf_region_t *regions) {
    uintptr_t min, max;

    if (!elf_getMemoryBounds(elf, &min, &max) || max - min > SEL4UTILS_ELF_MAX_SPAN) {
        ZF_LOGE("The image has no segments, or they lie too far apart");
        return NULL;
    }
    uintptr_t start = PAGE_ALIGN_4K(min);
    size_t size = ROUND_UP(max - start, PAGE_SIZE_4K);
    *regions = (sel4utils_elf_region_t){
        .elf_vstart = (void *)min,
        .reservation_vstart = (void *)start,
        .size = size,
        .reservation = vspace_reserve_deferred_rights_range_at(loadee, (void *)start, size, 1),
        .cacheable = 1,
    };
    return regions->reservation.res != NULL ? (void *)elf_getEntryPoint(elf) : NULL;
}

void *sel4utils_elf_load_record_regions(vspace_t *loadee, vspace_t *loader, vka_t *loadee_vka,
                                        vka_t *loader_vka, const elf_t *elf,
                                        sel4utils_elf_region_t *regions, int mapped) {
    sel4utils_elf_region_t local;
    sel4utils_elf_region_t *region = regions != NULL ? regions : &local;
    struct load load = {.loadee = loadee, .loader = loader, .vka = loadee_vka, .elf = elf};
    (void)loader_vka; /* the loader's address space knows its own */

    if (!mapped && sel4utils_elf_reserve(loadee, elf, region) == NULL) {
        return NULL;
    }
    load.image = region->reservation;
    load.window = vspace_reserve_range(loader, PAGE_SIZE_4K, seL4_ReadWrite, 1, &load.window_vaddr);
    int error = load.window.res != NULL ? load_pages(&load, region) : -1;
    if (load.window.res != NULL) {
        vspace_free_reservation(loader, load.window);
    }
    if ((error != 0 && !mapped) || (error == 0 && regions == NULL)) {
        vspace_free_reservation(loadee, region->reservation);
    }
    return error == 0 ? (void *)elf_getEntryPoint(elf) : NULL;
}

void *sel4utils_elf_load(vspace_t *loadee, vspace_t *loader, vka_t *loadee_vka, vka_t *loader_vka,
                         const elf_t *elf) {
    return sel4utils_elf_load_record_regions(loadee, loader, loadee_vka, loader_vka, elf, NULL, 0);
}

uint32_t sel4utils_elf_num_phdrs(const elf_t *elf) {
    return (uint32_t)elf_getNumProgramHeaders(elf);
}

void sel4utils_elf_read_phdrs(const elf_t *elf, size_t max_phdrs, Elf_Phdr *phdrs) {
    for (size_t i = 0; i < max_phdrs && i < elf_getNumProgramHeaders(elf); i++) {
        phdrs[i] = *elf_getProgramHeader(elf, i);
        if (phdrs[i].p_type == PT_PHDR) {
            phdrs[i].p_type = PT_NULL;
        }
    }
}
