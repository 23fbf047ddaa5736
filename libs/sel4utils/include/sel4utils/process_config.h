/*
 * What a process is to be made of, built up by value:
 *
 *     sel4utils_process_config_t config = process_config_default_simple(&simple, "app", 100);
 *     config = process_config_create_cnode(config, 10);
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <autoconf.h>
#include <sel4/sel4.h>
#include <sel4utils/elf.h>
#include <sel4utils/sched.h>
#include <simple/simple.h>
#include <vka/object.h>
#include <vspace/vspace.h>

typedef struct sel4utils_process_config {
    bool is_elf;            /* the program is an ELF file of the archive */
    const char *image_name; /* its name there */
    bool do_elf_load;       /* fill its memory now; else only reserve it */
    void *entry_point;      /* for a program that is no ELF file */
    uintptr_t sysinfo;
    bool create_cspace;
    int one_level_cspace_size_bits;
    seL4_CPtr dest_cspace_tcb_cptr; /* where the process finds its TCB in a given CSpace */
    vka_object_t cnode;             /* the given CSpace */
    bool create_vspace;
    vspace_t *vspace;                     /* the given address space */
    vka_object_t page_dir;                /* its root */
    sel4utils_elf_region_t *reservations; /* ranges to keep off in a created address space */
    int num_reservations;
    bool create_fault_endpoint;
    vka_object_t fault_endpoint; /* the given one; none if cptr is 0 */
    sched_params_t sched_params;
    seL4_CPtr asid_pool; /* 0: that of the root task */
} sel4utils_process_config_t;

/** Take the address space's identifier from a pool. */
static inline sel4utils_process_config_t process_config_asid_pool(sel4utils_process_config_t config,
                                                                  seL4_CPtr asid_pool) {
    config.asid_pool = asid_pool;
    return config;
}

/** Take the priorities on the authority of a thread. */
static inline sel4utils_process_config_t process_config_auth(sel4utils_process_config_t config,
                                                             seL4_CPtr tcb) {
    config.sched_params = sched_params_auth(config.sched_params, tcb);
    return config;
}

/** Run at a priority. */
static inline sel4utils_process_config_t process_config_priority(sel4utils_process_config_t config,
                                                                 uint8_t priority) {
    config.sched_params = sched_params_priority(config.sched_params, priority);
    return config;
}

/** Allow to give away priorities up to a limit. */
static inline sel4utils_process_config_t process_config_mcp(sel4utils_process_config_t config,
                                                            uint8_t mcp) {
    config.sched_params = sched_params_mcp(config.sched_params, mcp);
    return config;
}

/** Run an ELF file of the archive. `preload`: fill its memory at once. */
static inline sel4utils_process_config_t process_config_elf(sel4utils_process_config_t config,
                                                            const char *image, bool preload) {
    config.is_elf = true;
    config.image_name = image;
    config.do_elf_load = preload;
    return config;
}

/** Run code that is in the address space already. */
static inline sel4utils_process_config_t
process_config_noelf(sel4utils_process_config_t config, void *entry_point, uintptr_t sysinfo) {
    config.is_elf = false;
    config.entry_point = entry_point;
    config.sysinfo = sysinfo;
    return config;
}

/** Use an existing CNode as the CSpace; nothing is put into it. */
static inline sel4utils_process_config_t process_config_cnode(sel4utils_process_config_t config,
                                                              vka_object_t cnode) {
    config.create_cspace = false;
    config.cnode = cnode;
    return config;
}

/** Make a CSpace of 2^size_bits slots, filled as sel4utils/process.h says. */
static inline sel4utils_process_config_t
process_config_create_cnode(sel4utils_process_config_t config, int size_bits) {
    config.create_cspace = true;
    config.one_level_cspace_size_bits = size_bits;
    return config;
}

/** Use an existing address space. */
static inline sel4utils_process_config_t
process_config_vspace(sel4utils_process_config_t config, vspace_t *vspace, vka_object_t page_dir) {
    config.create_vspace = false;
    config.vspace = vspace;
    config.page_dir = page_dir;
    return config;
}

/** Make an address space; the ranges given are kept free in it. */
static inline sel4utils_process_config_t
process_config_create_vspace(sel4utils_process_config_t config,
                             sel4utils_elf_region_t *reservations, int num_reservations) {
    config.create_vspace = true;
    config.reservations = reservations;
    config.num_reservations = num_reservations;
    return config;
}

/** Send faults to an existing endpoint. */
static inline sel4utils_process_config_t
process_config_fault_endpoint(sel4utils_process_config_t config, vka_object_t fault_endpoint) {
    config.create_fault_endpoint = false;
    config.fault_endpoint = fault_endpoint;
    return config;
}

/** Make an endpoint for faults. */
static inline sel4utils_process_config_t
process_config_create_fault_endpoint(sel4utils_process_config_t config) {
    config.create_fault_endpoint = true;
    return config;
}

/** A configuration with this program's own thread as the authority over priorities. */
static inline sel4utils_process_config_t process_config_new(simple_t *simple) {
    sel4utils_process_config_t config = {0};
    config = process_config_asid_pool(config, simple_get_asid_pool(simple));
    return process_config_auth(config, simple_get_tcb(simple));
}

/** An ELF program with address space, CSpace and fault endpoint of its own. */
static inline sel4utils_process_config_t process_config_default(const char *image,
                                                                seL4_CPtr asid_pool) {
    sel4utils_process_config_t config = {0};
    config = process_config_elf(config, image, true);
    config = process_config_create_cnode(config, CONFIG_SEL4UTILS_CSPACE_SIZE_BITS);
    config = process_config_create_vspace(config, NULL, 0);
    config = process_config_create_fault_endpoint(config);
    return process_config_asid_pool(config, asid_pool);
}

/** As process_config_default(), with a priority. */
static inline sel4utils_process_config_t
process_config_default_simple(simple_t *simple, const char *image, uint8_t prio) {
    sel4utils_process_config_t config = process_config_default(image, simple_get_asid_pool(simple));
    config = process_config_auth(config, simple_get_tcb(simple));
    return process_config_priority(config, prio);
}
