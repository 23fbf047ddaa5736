/*
 * The one timeout of a timer: when it is due, and what follows.
 *
 * Pure arithmetic on nanoseconds, the same for every piece of hardware.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <platsupport/ltimer.h>

struct timeout {
    bool armed;
    uint64_t due;    /* in nanoseconds of the timer's own time */
    uint64_t period; /* 0: once */
    ltimer_callback_fn_t callback;
    void *token;
};

/** Set a timeout. @retval 0 set @retval ETIME it has passed @retval EINVAL no such kind, or no time
 */
int timeout_set(struct timeout *timeout, uint64_t now, uint64_t ns, timeout_type_t type);

/**
 * Call back if it is due; a periodic one is due again a period later. Periods that were missed
 * altogether are left out.
 * @return whether it was due
 */
bool timeout_check(struct timeout *timeout, uint64_t now);
