/*
 * What a driver needs from the system it runs in: memory of devices, IO ports, heap, interrupts.
 *
 * Each kind is a small table of function pointers with a cookie, so that drivers know nothing of
 * capabilities. Wrappers return an errno number (0 is success) unless they return a pointer; a
 * table without the function that is asked for gives ENOSYS or NULL and one log line.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <platsupport/irq.h>
#include <utils/zf_log.h>

typedef enum ps_mem_flags {
    PS_MEM_NORMAL, /* read and written */
    PS_MEM_HR,     /* mostly read */
    PS_MEM_HW      /* mostly written */
} ps_mem_flags_t;

typedef void *(*ps_io_map_fn_t)(void *cookie, uintptr_t paddr, size_t size, int cached,
                                ps_mem_flags_t flags);
typedef void (*ps_io_unmap_fn_t)(void *cookie, void *vaddr, size_t size);

/* Memory of devices, by physical address. */
typedef struct ps_io_mapper {
    void *cookie;
    ps_io_map_fn_t io_map_fn;
    ps_io_unmap_fn_t io_unmap_fn;
} ps_io_mapper_t;

typedef int (*ps_io_port_in_fn_t)(void *cookie, uint32_t port, int io_size, uint32_t *result);
typedef int (*ps_io_port_out_fn_t)(void *cookie, uint32_t port, int io_size, uint32_t val);

/* IO ports; io_size is 1, 2 or 4 bytes. */
typedef struct ps_io_port_ops {
    void *cookie;
    ps_io_port_in_fn_t io_port_in_fn;
    ps_io_port_out_fn_t io_port_out_fn;
} ps_io_port_ops_t;

typedef int (*ps_malloc_fn_t)(void *cookie, size_t size, void **ptr);
typedef int (*ps_calloc_fn_t)(void *cookie, size_t nmemb, size_t size, void **ptr);
typedef int (*ps_free_fn_t)(void *cookie, size_t size, void *ptr);

/* Heap. */
typedef struct ps_malloc_ops {
    ps_malloc_fn_t malloc;
    ps_calloc_fn_t calloc;
    ps_free_fn_t free;
    void *cookie;
} ps_malloc_ops_t;

/* Parts that PCs have no use for; there so that code for other machines compiles. */
typedef struct ps_dma_man {
    void *cookie;
} ps_dma_man_t;
typedef struct clock_sys {
    void *priv;
} clock_sys_t;
typedef struct mux_sys {
    void *priv;
} mux_sys_t;
typedef struct ps_interface_registration_ops {
    void *cookie;
} ps_interface_registration_ops_t;
typedef char *(*ps_io_fdt_get_fn_t)(void *cookie);
typedef struct ps_io_fdt {
    void *cookie;
    ps_io_fdt_get_fn_t get_fn; /* a PC has no device tree: answers NULL */
} ps_io_fdt_t;

/* What the kernel found out about this PC at boot. */
typedef struct ps_machine {
    uint32_t tsc_mhz;  /* 0: unknown */
    uintptr_t acpi;    /* physical address of the ACPI root table, 0: unknown */
    int acpi_is_64bit; /* whether its entries are 8 bytes */
} ps_machine_t;

typedef struct ps_io_ops {
    ps_io_mapper_t io_mapper;
    ps_io_port_ops_t io_port_ops;
    ps_dma_man_t dma_manager;
    clock_sys_t clock_sys;
    mux_sys_t mux_sys;
    ps_interface_registration_ops_t interface_registration_ops;
    ps_malloc_ops_t malloc_ops;
    ps_irq_ops_t irq_ops;
    ps_io_fdt_t io_fdt;
    ps_machine_t machine;
} ps_io_ops_t;

#define PS_REQUIRE(ops, member, failure)                                                           \
    do {                                                                                           \
        if ((ops) == NULL || (ops)->member == NULL) {                                              \
            ZF_LOGE(#member " not implemented");                                                   \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

/** Map a device's memory. @return its address here, NULL on failure */
static inline void *ps_io_map(const ps_io_mapper_t *mapper, uintptr_t paddr, size_t size,
                              int cached, ps_mem_flags_t flags) {
    PS_REQUIRE(mapper, io_map_fn, NULL);
    return mapper->io_map_fn(mapper->cookie, paddr, size, cached, flags);
}

/** Undo ps_io_map(). */
static inline void ps_io_unmap(const ps_io_mapper_t *mapper, void *vaddr, size_t size) {
    PS_REQUIRE(mapper, io_unmap_fn, );
    mapper->io_unmap_fn(mapper->cookie, vaddr, size);
}

/** Read an IO port. @return 0 or an error number */
static inline int ps_io_port_in(const ps_io_port_ops_t *ops, uint32_t port, int io_size,
                                uint32_t *result) {
    PS_REQUIRE(ops, io_port_in_fn, ENOSYS);
    return ops->io_port_in_fn(ops->cookie, port, io_size, result);
}

/** Write an IO port. @return 0 or an error number */
static inline int ps_io_port_out(const ps_io_port_ops_t *ops, uint32_t port, int io_size,
                                 uint32_t val) {
    PS_REQUIRE(ops, io_port_out_fn, ENOSYS);
    return ops->io_port_out_fn(ops->cookie, port, io_size, val);
}

/** Allocate heap memory. @return 0 or ENOMEM */
static inline int ps_malloc(const ps_malloc_ops_t *ops, size_t size, void **ptr) {
    PS_REQUIRE(ops, malloc, ENOSYS);
    return ops->malloc(ops->cookie, size, ptr);
}

/** Allocate zeroed heap memory. @return 0 or ENOMEM */
static inline int ps_calloc(const ps_malloc_ops_t *ops, size_t nmemb, size_t size, void **ptr) {
    PS_REQUIRE(ops, calloc, ENOSYS);
    return ops->calloc(ops->cookie, nmemb, size, ptr);
}

/** Free heap memory of `size` bytes. @return 0 */
static inline int ps_free(const ps_malloc_ops_t *ops, size_t size, void *ptr) {
    PS_REQUIRE(ops, free, ENOSYS);
    return ops->free(ops->cookie, size, ptr);
}
