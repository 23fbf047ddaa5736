/* Functions that the compiler calls for what the processor has no instruction for: counting bits
 * (without popcnt) and dividing 128-bit integers. */
#include <stdint.h>

typedef __int128 int128;
typedef unsigned __int128 uint128;

int __popcountdi2(uint64_t value) {
    int count = 0;
    for (; value != 0; value &= value - 1) {
        count++;
    }
    return count;
}

/* Long division, bit by bit; `part` never exceeds the dividend, so that shifting loses nothing. */
static uint128 divide(uint128 dividend, uint128 divisor, uint128 *rest) {
    uint128 quotient = 0, part = 0;
    for (int bit = 127; bit >= 0; bit--) {
        part = part << 1 | (dividend >> bit & 1);
        if (part >= divisor) {
            part -= divisor;
            quotient |= (uint128)1 << bit;
        }
    }
    *rest = part;
    return quotient;
}

uint128 __udivti3(uint128 a, uint128 b) {
    uint128 rest;
    return divide(a, b, &rest);
}

uint128 __umodti3(uint128 a, uint128 b) {
    uint128 rest;
    (void)divide(a, b, &rest);
    return rest;
}

static uint128 magnitude(int128 a) { return a < 0 ? -(uint128)a : (uint128)a; }

int128 __divti3(int128 a, int128 b) {
    uint128 quotient = __udivti3(magnitude(a), magnitude(b));
    return (int128)((a < 0) != (b < 0) ? -quotient : quotient);
}

int128 __modti3(int128 a, int128 b) {
    uint128 rest = __umodti3(magnitude(a), magnitude(b));
    return (int128)(a < 0 ? -rest : rest);
}
