/*
 * How a thread is scheduled, built up by value:
 *
 *     sched_params_t params = sched_params_priority(sched_params_auth(none, tcb), 100);
 *
 * This kernel schedules by priority and time slice only; the fields for scheduling contexts are
 * there so that code carries over, and must stay at zero.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sel4/sel4.h>

typedef struct sched_params {
    uint8_t priority;
    uint8_t mcp;
    seL4_CPtr auth; /* thread whose maximum controlled priority allows the two above */
    bool create_sc;
    seL4_CPtr sched_ctrl;
    seL4_Time period;
    seL4_Time budget;
    seL4_Word extra_refills;
    seL4_Word badge;
    seL4_CPtr sched_context;
    seL4_Word core;
} sched_params_t;

/** Run on a core; this kernel has one. */
static inline sched_params_t sched_params_core(sched_params_t params, seL4_Word core) {
    params.core = core;
    return params;
}

/** Take the priorities on the authority of a thread. */
static inline sched_params_t sched_params_auth(sched_params_t params, seL4_CPtr auth) {
    params.auth = auth;
    return params;
}

/** Run at a priority; 0 leaves it as it is. */
static inline sched_params_t sched_params_priority(sched_params_t params, uint8_t priority) {
    params.priority = priority;
    return params;
}

/** Allow to give away priorities up to a limit; 0 leaves it as it is. */
static inline sched_params_t sched_params_mcp(sched_params_t params, uint8_t mcp) {
    params.mcp = mcp;
    return params;
}
