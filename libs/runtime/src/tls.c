/* Thread-local storage, variant II: the variables lie below the TLS base, and the word at the base
 * holds the base's own address (code reads it with one load from fs:0).
 *
 *     [ variables, with their initial values ] [ base: thread block ]
 *
 * The linker script gives place and size of the template. Distances from the base are fixed when
 * the program is linked, so that the base must have the template's alignment. */
#include "env.h"
#include <string.h>

extern char __tls_start[], __tls_file_size[], __tls_memory_size[], __tls_alignment[];

enum {
    BLOCK_SIZE = 64, /* at the base: its own address; the rest is kept free */
    STATIC_TLS_SIZE = 16384
};

static _Alignas(64) char static_tls[STATIC_TLS_SIZE];

static size_t alignment(void) { return (size_t)__tls_alignment; }

static uintptr_t round_up(uintptr_t value, size_t to) {
    return (value + to - 1) & ~(uintptr_t)(to - 1);
}

/* Bytes from the first variable to the base. */
static size_t variables_size(void) { return round_up((uintptr_t)__tls_memory_size, alignment()); }

size_t sel4runtime_get_tls_size(void) {
    /* Memory that is aligned to 16 only may have to be rounded up to the base's alignment. */
    return variables_size() + BLOCK_SIZE + (alignment() - 16);
}

static uintptr_t base_in(void *memory) {
    return round_up((uintptr_t)memory + variables_size(), alignment());
}

static void write_self(uintptr_t base) { *(uintptr_t *)base = base; }

uintptr_t sel4runtime_write_tls_image(void *tls_memory) {
    if (tls_memory == NULL) {
        return 0;
    }
    uintptr_t base = base_in(tls_memory);
    char *variables = (char *)base - variables_size();
    size_t initialised = (size_t)__tls_file_size;
    memcpy(variables, __tls_start, initialised);
    memset(variables + initialised, 0, variables_size() - initialised);
    write_self(base);
    return base;
}

uintptr_t sel4runtime_get_tls_base(void) {
    uintptr_t base;
    asm("movq %%fs:0, %0" : "=r"(base));
    return base;
}

void sel4runtime_set_tls_base(uintptr_t tls_base) {
#ifdef CONFIG_SET_TLS_BASE_SELF
    seL4_SetTLSBase(tls_base);
#else
    asm volatile("wrfsbase %0" : : "r"(tls_base));
#endif
}

uintptr_t sel4runtime_move_initial_tls(void *tls_memory) {
    if (tls_memory == NULL) {
        return 0;
    }
    uintptr_t base = base_in(tls_memory);
    uintptr_t old = sel4runtime_get_tls_base();
    memcpy((char *)base - variables_size(), (char *)old - variables_size(), variables_size());
    write_self(base);
    sel4runtime_set_tls_base(base);
    return base;
}

int __sel4runtime_write_tls_variable(uintptr_t tls_base, ptrdiff_t offset, void *value,
                                     size_t size) {
    ptrdiff_t lowest = -(ptrdiff_t)variables_size();
    if (offset < lowest || offset + (ptrdiff_t)size > 0) {
        return -1;
    }
    memcpy((char *)tls_base + offset, value, size);
    return 0;
}

void __sel4runtime_initialise_tls(void) {
    if (sel4runtime_get_tls_size() > sizeof static_tls) {
        return; /* such a program must not use thread-local variables in its initial thread */
    }
    sel4runtime_set_tls_base(sel4runtime_write_tls_image(static_tls));
    __sel4runtime_env.tls_enabled = true;
}
