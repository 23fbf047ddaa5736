/* Units of frequency, and conversions between cycles and time that do not overflow on the way. */
#pragma once
#include <stdint.h>
#include <utils/time.h>

typedef uint64_t freq_t;

#define KHZ 1000ull
#define MHZ 1000000ull
#define GHZ 1000000000ull

/** a * b / c, as long as the result fits. */
static inline uint64_t muldivu64(uint64_t a, uint64_t b, uint64_t c) {
    uint64_t high, low, quotient, rest;
    asm("mulq %3" : "=d"(high), "=a"(low) : "a"(a), "r"(b) : "cc");
    asm("divq %4" : "=a"(quotient), "=d"(rest) : "d"(high), "a"(low), "r"(c) : "cc");
    return quotient;
}

/** How many nanoseconds `cycles` take at `hz`. */
static inline uint64_t freq_cycles_and_hz_to_ns(uint64_t cycles, freq_t hz) {
    return muldivu64(cycles, NS_IN_S, hz);
}

/** How many cycles pass in `ns` nanoseconds at `hz`. */
static inline uint64_t freq_ns_and_hz_to_cycles(uint64_t ns, freq_t hz) {
    return muldivu64(ns, hz, NS_IN_S);
}

/** How fast a clock is that made `cycles` in `ns` nanoseconds. */
static inline freq_t freq_cycles_and_ns_to_hz(uint64_t cycles, uint64_t ns) {
    return muldivu64(cycles, NS_IN_S, ns);
}
