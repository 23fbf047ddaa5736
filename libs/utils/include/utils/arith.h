/* Arithmetic on powers of two, and the smaller and larger of two values. */
#pragma once
#include <stdint.h>
#include <sel4/macros.h>
#include <utils/attribute.h>
#include <utils/builtin.h>
#include <utils/stringify.h>

/** The number with only bit `n` set. */
#define BIT(n) (1ul << (n))

/** The lowest `n` bits set; all of them from 64 on. */
#define MASK(n) ((n) >= 64 ? ~0ul : BIT((n)&63) - 1)

/** Keeps, or removes, the lowest `b` bits. */
#define KEEP_BITS(x, b)  ((x)&MASK(b))
#define CLEAR_BITS(x, b) ((x) & ~MASK(b))

#define IS_POWER_OF_2(x)         (((x) != 0) && (((x) & ((x)-1)) == 0))
#define IS_POWER_OF_2_OR_ZERO(x) (0 == ((x) & ((x)-1)))

/** Multiples of 2^b. */
#define IS_ALIGNED(x, b) (!((x)&MASK(b)))
#define ALIGN_UP(x, n)   (((x) + (n)-1) & ~((n)-1))
#define ALIGN_DOWN(x, n) ((x) & ~((n)-1))

/** Multiples of any number. */
#define ROUND_DOWN(n, b)        (((n) / (b)) * (b))
#define ROUND_UP(n, b)          ROUND_DOWN((n) + (b)-1, b)
#define DIV_ROUND_UP(n, b)      (((n) + (b)-1) / (b))
#define DIV_ROUND(n, b)         (((n) + ((b) / 2)) / (b))
#define ROUND_UP_UNSAFE(n, b)   ROUND_UP(n, b)
#define ROUND_DOWN_UNSAFE(n, b) ROUND_DOWN(n, b)

/** Is `x` between `a` and `b`, the bounds included? */
#define INRANGE(a, x, b) ((a) <= (x) && (x) <= (b))

/** How many pages of 2^page_bits bytes hold `b` bytes. */
#define BYTES_TO_SIZE_BITS_PAGES(b, page_bits) DIV_ROUND_UP((b), BIT(page_bits))
#define BYTES_TO_4K_PAGES(b)                   BYTES_TO_SIZE_BITS_PAGES((b), 12)

/** Position of the highest set bit; -1 for 0. */
#define LOG_BASE_2(n)                                                                              \
    (sizeof(n) > 4 ? ((n) == 0 ? -1 : 63 - (int)CLZL((unsigned long)(n)))                          \
                   : ((n) == 0 ? -1 : 31 - (int)CLZ((unsigned int)(n))))

/* Each argument is computed once. */
#define MIN(a, b)                                                                                  \
    ({                                                                                             \
        __typeof__(a) min_a_ = (a);                                                                \
        __typeof__(b) min_b_ = (b);                                                                \
        min_a_ < min_b_ ? min_a_ : min_b_;                                                         \
    })
#define MAX(a, b)                                                                                  \
    ({                                                                                             \
        __typeof__(a) max_a_ = (a);                                                                \
        __typeof__(b) max_b_ = (b);                                                                \
        max_a_ > max_b_ ? max_a_ : max_b_;                                                         \
    })
#define MIN_UNSAFE(a, b) ((a) < (b) ? (a) : (b))
#define MAX_UNSAFE(a, b) ((a) > (b) ? (a) : (b))
