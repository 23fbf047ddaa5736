/*
 * Device memory and heap for drivers.
 *
 * Device memory is mapped page by page from frames at exactly the wanted addresses. A page can be
 * mapped once at a time, since its memory can be made into one frame only.
 */
#include <sel4platsupport/io.h>
#include <sel4platsupport/arch/io.h>
#include <stdlib.h>
#include <utils/page.h>
#include <vka/object.h>

struct mapper {
    vspace_t *vspace;
    vka_t *vka;
};

static int heap_malloc(void *cookie, size_t size, void **ptr) {
    (void)cookie;
    *ptr = malloc(size);
    return *ptr != NULL ? 0 : ENOMEM;
}

static int heap_calloc(void *cookie, size_t nmemb, size_t size, void **ptr) {
    (void)cookie;
    *ptr = calloc(nmemb, size);
    return *ptr != NULL ? 0 : ENOMEM;
}

static int heap_free(void *cookie, size_t size, void *ptr) {
    (void)cookie;
    (void)size;
    free(ptr);
    return 0;
}

int sel4platsupport_new_malloc_ops(ps_malloc_ops_t *ops) {
    *ops = (ps_malloc_ops_t){.malloc = heap_malloc, .calloc = heap_calloc, .free = heap_free};
    return 0;
}

static size_t num_pages(uintptr_t address, size_t size) {
    return BYTES_TO_4K_PAGES(address % PAGE_SIZE_4K + size);
}

static int map_page(const struct mapper *mapper, uintptr_t paddr, void *vaddr,
                    reservation_t range) {
    vka_object_t frame;
    int error = vka_alloc_frame_at(mapper->vka, seL4_PageBits, paddr, &frame);

    if (error == 0) {
        error = vspace_map_pages_at_vaddr(mapper->vspace, &frame.cptr, &frame.ut, vaddr, 1,
                                          seL4_PageBits, range);
        if (error != 0) {
            vka_free_object(mapper->vka, &frame);
        }
    }
    return error;
}

static void unmap(void *cookie, void *vaddr, size_t size) {
    const struct mapper *mapper = cookie;
    char *start = (char *)PAGE_ALIGN_4K((uintptr_t)vaddr);

    vspace_unmap_pages(mapper->vspace, start, num_pages((uintptr_t)vaddr, size), seL4_PageBits,
                       VSPACE_FREE);
    vspace_free_reservation_by_vaddr(mapper->vspace, start);
}

static void *map(void *cookie, uintptr_t paddr, size_t size, int cached, ps_mem_flags_t flags) {
    const struct mapper *mapper = cookie;
    size_t count = num_pages(paddr, size);
    void *start;
    (void)flags;

    reservation_t range =
        vspace_reserve_range(mapper->vspace, count * PAGE_SIZE_4K, seL4_ReadWrite, cached, &start);
    if (range.res == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        uintptr_t offset = i * PAGE_SIZE_4K;
        if (map_page(mapper, PAGE_ALIGN_4K(paddr) + offset, (char *)start + offset, range) != 0) {
            ZF_LOGE("Failed to map the device memory at %p", (void *)paddr);
            unmap(cookie, start, size);
            return NULL;
        }
    }
    return (char *)start + paddr % PAGE_SIZE_4K;
}

int sel4platsupport_new_io_mapper(vspace_t *vspace, vka_t *vka, ps_io_mapper_t *io_mapper) {
    struct mapper *mapper = malloc(sizeof(*mapper));

    if (mapper == NULL) {
        ZF_LOGE("The heap is used up");
        return ENOMEM;
    }
    *mapper = (struct mapper){vspace, vka};
    *io_mapper = (ps_io_mapper_t){.cookie = mapper, .io_map_fn = map, .io_unmap_fn = unmap};
    return 0;
}

static char *no_fdt(void *cookie) {
    (void)cookie;
    return NULL;
}

int sel4platsupport_new_fdt_ops(ps_io_fdt_t *io_fdt, simple_t *simple,
                                ps_malloc_ops_t *malloc_ops) {
    (void)simple;
    (void)malloc_ops;
    *io_fdt = (ps_io_fdt_t){.get_fn = no_fdt};
    return 0;
}

int sel4platsupport_new_io_ops(vspace_t *vspace, vka_t *vka, simple_t *simple, ps_io_ops_t *ops) {
    *ops = (ps_io_ops_t){0};
    sel4platsupport_new_malloc_ops(&ops->malloc_ops);
    sel4platsupport_new_fdt_ops(&ops->io_fdt, simple, &ops->malloc_ops);
    int error = sel4platsupport_new_io_mapper(vspace, vka, &ops->io_mapper);
    return error == 0 ? sel4platsupport_new_arch_ops(ops, simple, vka) : error;
}
