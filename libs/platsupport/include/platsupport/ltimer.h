/*
 * A timer whatever the hardware behind it: time in nanoseconds, and one timeout at a time.
 *
 * All functions return an errno number, 0 for success; a function that the timer does not have is
 * ENOSYS and one log line. The callback is called from within the handling of the timer's
 * interrupt (see sel4platsupport_irq_handle()), once per timeout.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <platsupport/io.h>
#include <platsupport/irq.h>
#include <platsupport/pmem.h>
#include <platsupport/timer.h>
#include <utils/zf_log.h>

typedef enum ltimer_event { LTIMER_TIMEOUT_EVENT, LTIMER_OVERFLOW_EVENT } ltimer_event_t;

typedef void (*ltimer_callback_fn_t)(void *token, ltimer_event_t event);

typedef struct ltimer {
    size_t (*get_num_irqs)(void *data);
    int (*get_nth_irq)(void *data, size_t n, ps_irq_t *irq);
    size_t (*get_num_pmems)(void *data);
    int (*get_nth_pmem)(void *data, size_t n, pmem_region_t *region);
    int (*get_time)(void *data, uint64_t *time);
    int (*get_resolution)(void *data, uint64_t *resolution);
    int (*set_timeout)(void *data, uint64_t ns, timeout_type_t type);
    int (*reset)(void *data);
    void (*destroy)(void *data);
    void *data;
} ltimer_t;

/* Each wrapper refuses a timer that lacks its function. */
#define LTIMER_REQUIRE(ltimer, member, failure)                                                    \
    do {                                                                                           \
        if ((ltimer) == NULL || (ltimer)->member == NULL) {                                        \
            ZF_LOGE(#member " not implemented");                                                   \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

/** @return the number of interrupts that the timer uses */
static inline size_t ltimer_get_num_irqs(ltimer_t *ltimer) {
    LTIMER_REQUIRE(ltimer, get_num_irqs, 0);
    return ltimer->get_num_irqs(ltimer->data);
}

/** Describe one of them. */
static inline int ltimer_get_nth_irq(ltimer_t *ltimer, size_t n, ps_irq_t *irq) {
    LTIMER_REQUIRE(ltimer, get_nth_irq, ENOSYS);
    return ltimer->get_nth_irq(ltimer->data, n, irq);
}

/** @return the number of physical memory ranges that the timer uses */
static inline size_t ltimer_get_num_pmems(ltimer_t *ltimer) {
    LTIMER_REQUIRE(ltimer, get_num_pmems, 0);
    return ltimer->get_num_pmems(ltimer->data);
}

/** Describe one of them. */
static inline int ltimer_get_nth_pmem(ltimer_t *ltimer, size_t n, pmem_region_t *region) {
    LTIMER_REQUIRE(ltimer, get_nth_pmem, ENOSYS);
    return ltimer->get_nth_pmem(ltimer->data, n, region);
}

/** Read the time in nanoseconds, counted from any moment, never going backwards. */
static inline int ltimer_get_time(ltimer_t *ltimer, uint64_t *time) {
    LTIMER_REQUIRE(ltimer, get_time, ENOSYS);
    return ltimer->get_time(ltimer->data, time);
}

/** Read the smallest difference of two times, in nanoseconds. */
static inline int ltimer_get_resolution(ltimer_t *ltimer, uint64_t *resolution) {
    LTIMER_REQUIRE(ltimer, get_resolution, ENOSYS);
    return ltimer->get_resolution(ltimer->data, resolution);
}

/**
 * Set the timeout; it replaces an earlier one.
 * @param ns    a period, a time, or a span, as `type` says
 * @retval 0      set
 * @retval ETIME  an absolute time that has passed already
 */
static inline int ltimer_set_timeout(ltimer_t *ltimer, uint64_t ns, timeout_type_t type) {
    LTIMER_REQUIRE(ltimer, set_timeout, ENOSYS);
    return ltimer->set_timeout(ltimer->data, ns, type);
}

/** Forget the timeout. */
static inline int ltimer_reset(ltimer_t *ltimer) {
    LTIMER_REQUIRE(ltimer, reset, ENOSYS);
    return ltimer->reset(ltimer->data);
}

/** Stop the timer and give back all that it uses. */
static inline void ltimer_destroy(ltimer_t *ltimer) {
    LTIMER_REQUIRE(ltimer, destroy, );
    ltimer->destroy(ltimer->data);
}

/**
 * Start this machine's best timer: the HPET if ACPI tells of one, else the PIT.
 * @param callback  called for each timeout; may be NULL
 * @param token     handed to it
 * @retval 0        started
 * @retval ENODEV   there is neither
 * @retval ENOMEM   something that it needs cannot be had
 */
int ltimer_default_init(ltimer_t *ltimer, ps_io_ops_t ops, ltimer_callback_fn_t callback,
                        void *token);

/** Start the HPET. @retval ENODEV ACPI tells of none */
int ltimer_hpet_init(ltimer_t *ltimer, ps_io_ops_t ops, ltimer_callback_fn_t callback, void *token);

/** Start the PIT; the time comes from the processor's time stamp counter. */
int ltimer_pit_init(ltimer_t *ltimer, ps_io_ops_t ops, ltimer_callback_fn_t callback, void *token);
