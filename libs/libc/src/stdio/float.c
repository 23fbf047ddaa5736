/* Floating conversions without floating arithmetic: exact, and free of SSE registers.
 *
 * A double is m * 2^e. It is held as a decimal number of base 10^9 words, in which doubling and
 * halving are exact: 10^9 is a multiple of 2^9, so that halving nine times only carries into the
 * next word. Rounding looks at the true remaining digits (half to even), as the host's does. */
#include "format.h"
#include <string.h>

enum {
    BASE = 1000000000,
    POINT = 36,          /* words before the point: 309 digits, and one for a carry */
    WORDS = POINT + 120, /* words behind it: 1074 digits */
    MANTISSA_BITS = 52,
    EXPONENT_BIAS = 1075,    /* of m as an integer */
    EXPONENT_SPECIAL = 0x7ff /* infinity or not a number */
};

/* Word i counts multiples of 10^(9 * (POINT - 1 - i)); those outside [first, end) are 0. */
struct decimal {
    int first, end;
    uint32_t word[WORDS];
};

static uint32_t power10(int n) {
    uint32_t power = 1;
    while (n-- > 0) {
        power *= 10;
    }
    return power;
}

static void multiply_by_power2(struct decimal *d, int bits) {
    uint64_t carry = 0;
    for (int i = d->end - 1; i >= d->first; i--) {
        carry += (uint64_t)d->word[i] << bits;
        d->word[i] = (uint32_t)(carry % BASE);
        carry /= BASE;
    }
    if (carry != 0) {
        d->word[--d->first] = (uint32_t)carry;
    }
}

/* bits <= 9, so that the remainder of a word carries exactly. */
static void divide_by_power2(struct decimal *d, int bits) {
    uint32_t carry = 0;
    for (int i = d->first; i < d->end; i++) {
        uint32_t rest = d->word[i] & ((1u << bits) - 1);
        d->word[i] = (d->word[i] >> bits) + carry;
        carry = (BASE >> bits) * rest;
    }
    if (carry != 0) {
        d->word[d->end++] = carry;
    }
}

static void decimal_set(struct decimal *d, uint64_t mantissa, int exponent) {
    d->first = POINT - 2;
    d->end = POINT;
    d->word[POINT - 2] = (uint32_t)(mantissa / BASE);
    d->word[POINT - 1] = (uint32_t)(mantissa % BASE);
    int step;
    for (; exponent > 0; exponent -= step) {
        step = exponent < 29 ? exponent : 29;
        multiply_by_power2(d, step);
    }
    for (; exponent != 0; exponent += step) {
        step = -exponent < 9 ? -exponent : 9;
        divide_by_power2(d, step);
    }
}

/* Where the digit of weight 10^position is: word and power of ten in it. */
static int locate(int position, int *power) {
    int shifted = position + 9 * (WORDS - POINT); /* never negative for digits that can exist */
    *power = shifted % 9;
    return WORDS - 1 - shifted / 9;
}

static bool exists(int position) {
    return position >= -9 * (WORDS - POINT) && position < 9 * POINT;
}

static int digit_at(const struct decimal *d, int position) {
    if (!exists(position)) {
        return 0;
    }
    int power;
    int i = locate(position, &power);
    return i < d->first || i >= d->end ? 0 : (int)(d->word[i] / power10(power) % 10);
}

/* Position of the first digit that is not 0; 0 for the number 0. */
static int leading_position(const struct decimal *d) {
    for (int i = d->first; i < d->end; i++) {
        if (d->word[i] != 0) {
            int position = 9 * (POINT - 1 - i);
            for (uint32_t rest = d->word[i] / 10; rest != 0; rest /= 10) {
                position++;
            }
            return position;
        }
    }
    return 0;
}

static bool nonzero_below(const struct decimal *d, int position) {
    int power;
    int i = locate(position, &power);
    if (i >= d->end) {
        return false;
    }
    if (i < d->first) {
        i = d->first;
    } else if (d->word[i++] % power10(power) != 0) {
        return true;
    }
    for (; i < d->end; i++) {
        if (d->word[i] != 0) {
            return true;
        }
    }
    return false;
}

/* Adds 10^position. */
static void increment(struct decimal *d, int position) {
    int power;
    int i = locate(position, &power);
    for (; i < d->first; d->word[--d->first] = 0) {
    }
    for (; i >= d->end; d->word[d->end++] = 0) {
    }
    d->word[i] += power10(power);
    for (; d->word[i] >= BASE; i--) {
        d->word[i] -= BASE;
        if (i == d->first) {
            d->word[--d->first] = 0;
        }
        d->word[i - 1]++;
    }
}

/* Rounds half to even so that `position` is the last digit of interest. The digits below keep
 * what they were; no one looks at them. */
static void round_at(struct decimal *d, int position) {
    if (!exists(position - 1)) {
        return;
    }
    int next = digit_at(d, position - 1);
    bool more = nonzero_below(d, position - 1);
    if (next > 5 || (next == 5 && (more || digit_at(d, position) % 2 != 0))) {
        increment(d, position);
    }
}

static void emit_digits(struct libc_sink *sink, const struct decimal *d, int from, int count) {
    char run[32];
    int used = 0;
    for (int i = 0; i < count; i++) {
        if (used == (int)sizeof run) {
            libc_emit(sink, run, (size_t)used);
            used = 0;
        }
        run[used++] = (char)('0' + digit_at(d, from - i));
    }
    libc_emit(sink, run, (size_t)used);
}

/* Digits from position `top` on, with `precision` of them behind the point that follows the
 * digit at `unit`; then the exponent's text. */
static void emit_number(struct libc_sink *sink, const struct libc_spec *spec,
                        const struct decimal *d, const char *sign, int top, int unit, int precision,
                        const char *exponent) {
    bool point = precision > 0 || spec->alternate;
    long body = (long)(top - unit) + 1 + point + precision + (long)strlen(exponent);
    long after = libc_begin_number(sink, spec, sign, body, spec->zero);
    emit_digits(sink, d, top, top - unit + 1);
    libc_emit(sink, ".", point);
    emit_digits(sink, d, unit - 1, precision);
    libc_emit(sink, exponent, strlen(exponent));
    libc_pad(sink, ' ', after);
}

static void emit_fixed(struct libc_sink *sink, const struct libc_spec *spec,
                       const struct decimal *d, const char *sign, int precision) {
    int top = leading_position(d);
    emit_number(sink, spec, d, sign, top > 0 ? top : 0, 0, precision, "");
}

static void emit_scientific(struct libc_sink *sink, const struct libc_spec *spec,
                            const struct decimal *d, const char *sign, int precision) {
    int top = leading_position(d);
    int size = top < 0 ? -top : top;
    char exponent[6];
    char *p = exponent;
    *p++ = spec->letter == 'E' || spec->letter == 'G' ? 'E' : 'e';
    *p++ = top < 0 ? '-' : '+';
    if (size >= 100) {
        *p++ = (char)('0' + size / 100);
    }
    *p++ = (char)('0' + size / 10 % 10);
    *p++ = (char)('0' + size % 10);
    *p = '\0';
    emit_number(sink, spec, d, sign, top, top, precision, exponent);
}

/* %g: the shorter of the two forms, without zeros at the end. */
static void emit_general(struct libc_sink *sink, const struct libc_spec *spec, struct decimal *d,
                         const char *sign, int precision) {
    int significant = precision == 0 ? 1 : precision;
    round_at(d, leading_position(d) - significant + 1);
    int top = leading_position(d);
    bool fixed = top >= -4 && top < significant;
    int behind = fixed ? significant - 1 - top : significant - 1;
    int unit = fixed ? 0 : top;
    while (!spec->alternate && behind > 0 &&
           (unit - behind < top - significant + 1 || digit_at(d, unit - behind) == 0)) {
        behind--;
    }
    if (fixed) {
        emit_fixed(sink, spec, d, sign, behind);
    } else {
        emit_scientific(sink, spec, d, sign, behind);
    }
}

static void emit_special(struct libc_sink *sink, const struct libc_spec *spec, const char *sign,
                         bool infinite) {
    bool capital = spec->letter < 'a';
    long after = libc_begin_number(sink, spec, sign, 3, false);
    libc_emit(sink, infinite ? (capital ? "INF" : "inf") : (capital ? "NAN" : "nan"), 3);
    libc_pad(sink, ' ', after);
}

void libc_format_double(struct libc_sink *sink, const struct libc_spec *spec, uint64_t bits) {
    const char *sign = bits >> 63 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
    uint64_t mantissa = bits & ((1ull << MANTISSA_BITS) - 1);
    int exponent = (int)(bits >> MANTISSA_BITS & EXPONENT_SPECIAL);
    if (exponent == EXPONENT_SPECIAL) {
        emit_special(sink, spec, sign, mantissa == 0);
        return;
    }
    if (exponent == 0) {
        exponent = 1; /* denormal: the same weight, no hidden bit */
    } else {
        mantissa |= 1ull << MANTISSA_BITS;
    }
    struct decimal d;
    decimal_set(&d, mantissa, mantissa == 0 ? 0 : exponent - EXPONENT_BIAS);
    int precision = spec->precision < 0 ? 6 : spec->precision;
    char letter = (char)(spec->letter | 0x20);
    if (letter == 'g') {
        emit_general(sink, spec, &d, sign, precision);
        return;
    }
    round_at(&d, letter == 'f' ? -precision : leading_position(&d) - precision);
    if (letter == 'f') {
        emit_fixed(sink, spec, &d, sign, precision);
    } else {
        emit_scientific(sink, spec, &d, sign, precision);
    }
}
