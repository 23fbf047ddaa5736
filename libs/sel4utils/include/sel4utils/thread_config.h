/*
 * What a thread is to be made of, built up by value from thread_config_new() or
 * thread_config_default().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sel4/sel4.h>
#include <sel4utils/sched.h>
#include <simple/simple.h>

typedef struct sel4utils_thread_config {
    seL4_CPtr fault_endpoint; /* in the thread's own CSpace; 0: faults are printed */
    seL4_CPtr cspace;
    seL4_Word cspace_root_data; /* guard, 0 keeps the capability's own */
    bool custom_stack_size;
    seL4_Word stack_size; /* in pages, if it is not the usual size */
    bool no_ipc_buffer;
    sched_params_t sched_params;
    bool create_reply; /* reply objects do not exist in this kernel */
    seL4_CPtr reply;
} sel4utils_thread_config_t;

/** Use a CSpace, with a guard; 0 keeps the capability's own. */
static inline sel4utils_thread_config_t thread_config_cspace(sel4utils_thread_config_t config,
                                                             seL4_CPtr cspace_root,
                                                             seL4_Word cspace_root_data) {
    config.cspace = cspace_root;
    config.cspace_root_data = cspace_root_data;
    return config;
}

/** Take the priorities on the authority of a thread. */
static inline sel4utils_thread_config_t thread_config_auth(sel4utils_thread_config_t config,
                                                           seL4_CPtr tcb) {
    config.sched_params = sched_params_auth(config.sched_params, tcb);
    return config;
}

/** Run at a priority. */
static inline sel4utils_thread_config_t thread_config_priority(sel4utils_thread_config_t config,
                                                               uint8_t priority) {
    config.sched_params = sched_params_priority(config.sched_params, priority);
    return config;
}

/** Allow to give away priorities up to a limit. */
static inline sel4utils_thread_config_t thread_config_mcp(sel4utils_thread_config_t config,
                                                          uint8_t mcp) {
    config.sched_params = sched_params_mcp(config.sched_params, mcp);
    return config;
}

/** Have a stack of `size` pages; 0: none. */
static inline sel4utils_thread_config_t thread_config_stack_size(sel4utils_thread_config_t config,
                                                                 seL4_Word size) {
    config.stack_size = size;
    config.custom_stack_size = true;
    return config;
}

/** Have no IPC buffer. */
static inline sel4utils_thread_config_t
thread_config_no_ipc_buffer(sel4utils_thread_config_t config) {
    config.no_ipc_buffer = true;
    return config;
}

/** Send faults to an endpoint of the thread's CSpace. */
static inline sel4utils_thread_config_t
thread_config_fault_endpoint(sel4utils_thread_config_t config, seL4_CPtr fault_endpoint) {
    config.fault_endpoint = fault_endpoint;
    return config;
}

/** A configuration with this program's own thread as the authority over priorities. */
static inline sel4utils_thread_config_t thread_config_new(simple_t *simple) {
    sel4utils_thread_config_t config = {0};
    return thread_config_auth(config, simple_get_tcb(simple));
}

/** A configuration with everything that a thread in this address space usually needs. */
static inline sel4utils_thread_config_t thread_config_default(simple_t *simple, seL4_CPtr cnode,
                                                              seL4_Word data, seL4_CPtr fault_ep,
                                                              uint8_t prio) {
    sel4utils_thread_config_t config = thread_config_new(simple);
    config = thread_config_cspace(config, cnode, data);
    config = thread_config_fault_endpoint(config, fault_ep);
    return thread_config_priority(config, prio);
}
