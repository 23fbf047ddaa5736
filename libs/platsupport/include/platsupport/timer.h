/* How a time is meant. Units of time are in utils/time.h. */
#pragma once

#include <utils/time.h>

typedef enum timeout_type {
    TIMEOUT_PERIODIC, /* again and again, the first time after one period */
    TIMEOUT_ABSOLUTE, /* once, when the timer shows that time */
    TIMEOUT_RELATIVE  /* once, after that time */
} timeout_type_t;
