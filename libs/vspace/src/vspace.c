/* What every address space can do on top of its own functions: stacks, IPC buffers, sharing. */
#include <vspace/vspace.h>
#include <utils/page.h>
#include <utils/zf_log.h>

#define DEFAULT_STACK_PAGES BYTES_TO_4K_PAGES(CONFIG_SEL4UTILS_STACK_SIZE)

void *vspace_new_sized_stack(vspace_t *vspace, size_t n_pages) {
    void *guard;
    reservation_t range =
        vspace_reserve_range(vspace, (n_pages + 1) * PAGE_SIZE_4K, seL4_AllRights, 1, &guard);

    if (range.res == NULL) {
        ZF_LOGE("No addresses for a stack of %zu pages", n_pages);
        return NULL;
    }
    char *bottom = (char *)guard + PAGE_SIZE_4K;
    if (vspace_new_pages_at_vaddr(vspace, bottom, n_pages, seL4_PageBits, range) != 0) {
        ZF_LOGE("No frames for a stack of %zu pages", n_pages);
        vspace_free_reservation(vspace, range);
        return NULL;
    }
    return bottom + n_pages * PAGE_SIZE_4K;
}

void *vspace_new_stack(vspace_t *vspace) {
    return vspace_new_sized_stack(vspace, DEFAULT_STACK_PAGES);
}

void vspace_free_sized_stack(vspace_t *vspace, void *stack_top, size_t n_pages) {
    char *bottom = (char *)stack_top - n_pages * PAGE_SIZE_4K;

    if (n_pages == 0) {
        return;
    }
    vspace_unmap_pages(vspace, bottom, n_pages, seL4_PageBits, VSPACE_FREE);
    vspace_free_reservation_by_vaddr(vspace, bottom - PAGE_SIZE_4K);
}

void vspace_free_stack(vspace_t *vspace, void *stack_top) {
    vspace_free_sized_stack(vspace, stack_top, DEFAULT_STACK_PAGES);
}

void *vspace_new_ipc_buffer(vspace_t *vspace, seL4_CPtr *page) {
    void *vaddr = vspace_new_pages(vspace, seL4_AllRights, 1, seL4_PageBits);

    if (vaddr == NULL) {
        ZF_LOGE("No page for an IPC buffer");
        return NULL;
    }
    *page = vspace_get_cap(vspace, vaddr);
    return vaddr;
}

void vspace_free_ipc_buffer(vspace_t *vspace, void *addr) {
    vspace_unmap_pages(vspace, addr, 1, seL4_PageBits, VSPACE_FREE);
}

void *vspace_share_mem(vspace_t *from, vspace_t *to, void *start, int num_pages, size_t size_bits,
                       seL4_CapRights_t rights, int cacheable) {
    void *vaddr;
    reservation_t range = vspace_reserve_range_aligned(to, (size_t)num_pages << size_bits,
                                                       size_bits, rights, cacheable, &vaddr);

    if (range.res == NULL) {
        ZF_LOGE("No addresses to share %d pages", num_pages);
        return NULL;
    }
    int error = vspace_share_mem_at_vaddr(from, to, start, num_pages, size_bits, vaddr, range);
    vspace_free_reservation(to, range);
    return error == 0 ? vaddr : NULL;
}

int vspace_access_page_with_callback(vspace_t *from, vspace_t *to, void *access_addr,
                                     size_t size_bits, seL4_CapRights_t rights, int cacheable,
                                     vspace_access_callback_fn callback, void *cookie) {
    uintptr_t page = (uintptr_t)access_addr & ~MASK(size_bits);
    char *here = vspace_share_mem(from, to, (void *)page, 1, size_bits, rights, cacheable);

    if (here == NULL) {
        return seL4_NotEnoughMemory;
    }
    int result = callback(access_addr, here + ((uintptr_t)access_addr - page), cookie);
    vspace_unmap_pages(to, here, 1, size_bits, VSPACE_FREE);
    return result;
}
