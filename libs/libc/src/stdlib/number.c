/* Numbers from text, and simple arithmetic. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

/* What a text says: size and sign of the number, and whether the size is too large to hold. */
struct parsed {
    unsigned long magnitude;
    bool negative, overflow;
};

static int digit_value(char c) {
    if (isdigit((unsigned char)c)) {
        return c - '0';
    }
    return isalpha((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : INT_MAX;
}

/* Skips 0x if a hexadecimal digit follows and the base allows it, and settles base 0. */
static const char *skip_prefix(const char *p, int *base) {
    bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && digit_value(p[2]) < 16;
    if (hex && (*base == 0 || *base == 16)) {
        *base = 16;
        return p + 2;
    }
    if (*base == 0) {
        *base = p[0] == '0' ? 8 : 10;
    }
    return p;
}

static struct parsed parse(const char *s, char **end, int base) {
    struct parsed number = {0};
    const char *p = s;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        if (end != NULL) {
            *end = (char *)s;
        }
        return number;
    }
    while (isspace((unsigned char)*p)) {
        p++;
    }
    if (*p == '+' || *p == '-') {
        number.negative = *p++ == '-';
    }
    p = skip_prefix(p, &base);
    const char *first = p;
    for (; digit_value(*p) < base; p++) {
        if (__builtin_mul_overflow(number.magnitude, (unsigned long)base, &number.magnitude) ||
            __builtin_add_overflow(number.magnitude, (unsigned long)digit_value(*p),
                                   &number.magnitude)) {
            number.overflow = true;
        }
    }
    if (end != NULL) {
        *end = (char *)(p != first ? p : s);
    }
    return number;
}

long strtol(const char *restrict s, char **restrict end, int base) {
    struct parsed number = parse(s, end, base);
    unsigned long limit = number.negative ? (unsigned long)LONG_MAX + 1 : LONG_MAX;
    if (number.overflow || number.magnitude > limit) {
        errno = ERANGE;
        return number.negative ? LONG_MIN : LONG_MAX;
    }
    return number.negative ? (long)-number.magnitude : (long)number.magnitude;
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base) {
    struct parsed number = parse(s, end, base);
    if (number.overflow) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return number.negative ? -number.magnitude : number.magnitude;
}

long long strtoll(const char *restrict s, char **restrict end, int base) {
    return strtol(s, end, base);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base) {
    return strtoul(s, end, base);
}

int atoi(const char *s) { return (int)strtol(s, NULL, 10); }

long atol(const char *s) { return strtol(s, NULL, 10); }

long long atoll(const char *s) { return strtol(s, NULL, 10); }

int abs(int value) { return value < 0 ? -value : value; }

long labs(long value) { return value < 0 ? -value : value; }

long long llabs(long long value) { return value < 0 ? -value : value; }

div_t div(int a, int b) { return (div_t){a / b, a % b}; }

ldiv_t ldiv(long a, long b) { return (ldiv_t){a / b, a % b}; }

lldiv_t lldiv(long long a, long long b) { return (lldiv_t){a / b, a % b}; }
