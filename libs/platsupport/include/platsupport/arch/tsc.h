/* The processor's time stamp counter. */
#pragma once

#include <stdint.h>

/** @return the counter */
static inline uint64_t rdtsc_pure(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/** @return nanoseconds for a number of ticks, rounded down, without overflow on the way */
static inline uint64_t tsc_to_ns(uint64_t ticks, uint32_t mhz) {
    return ticks / mhz * 1000 + ticks % mhz * 1000 / mhz;
}
