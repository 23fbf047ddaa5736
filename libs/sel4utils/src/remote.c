/*
 * Writing into another program's memory: each of its pages is mapped here for as long as it takes.
 */
#include <sel4utils/helpers.h>
#include <string.h>
#include <utils/page.h>

struct span {
    const void *bytes;
    size_t length;
};

static int copy_span(void *access_addr, void *vaddr, void *cookie) {
    const struct span *span = cookie;
    (void)access_addr;
    memcpy(vaddr, span->bytes, span->length);
    return 0;
}

int sel4utils_write_remote(vspace_t *current, vspace_t *target, uintptr_t dest, const void *bytes,
                           size_t length) {
    while (length > 0) {
        size_t left_in_page = PAGE_SIZE_4K - dest % PAGE_SIZE_4K;
        struct span span = {bytes, MIN(length, left_in_page)};
        int error = vspace_access_page_with_callback(target, current, (void *)dest, seL4_PageBits,
                                                     seL4_AllRights, 1, copy_span, &span);
        if (error != 0) {
            return error;
        }
        dest += span.length;
        bytes = (const char *)bytes + span.length;
        length -= span.length;
    }
    return 0;
}

int sel4utils_stack_write(vspace_t *current, vspace_t *target, vka_t *vka, void *buf, size_t len,
                          uintptr_t *stack_top) {
    uintptr_t dest = ALIGN_DOWN(*stack_top - len, (uintptr_t)STACK_CALL_ALIGNMENT);
    (void)vka;

    int error = sel4utils_write_remote(current, target, dest, buf, len);
    if (error == 0) {
        *stack_top = dest;
    }
    return error;
}

int sel4utils_stack_write_constant(vspace_t *current, vspace_t *target, vka_t *vka, long value,
                                   uintptr_t *stack_top) {
    uintptr_t dest = *stack_top - sizeof(value);
    (void)vka;

    int error = sel4utils_write_remote(current, target, dest, &value, sizeof(value));
    if (error == 0) {
        *stack_top = dest;
    }
    return error;
}
