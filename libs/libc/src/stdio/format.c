/* The formatter behind the printf family.
 *
 * It keeps everything on the stack, takes no lock, uses neither thread-local storage nor SSE
 * registers, and no object that needs 16-byte alignment: a thread started with fs base 0 and any
 * stack pointer can print. */
#include "format.h"
#include <errno.h>
#include <limits.h>
#include <string.h>

void libc_emit(struct libc_sink *sink, const char *text, size_t n) {
    if (n != 0) {
        sink->write(sink, text, n);
        sink->total += n;
    }
}

void libc_pad(struct libc_sink *sink, char c, long n) {
    char run[32];
    memset(run, c, sizeof run);
    while (n > 0) {
        size_t part = n < (long)sizeof run ? (size_t)n : sizeof run;
        libc_emit(sink, run, part);
        n -= (long)part;
    }
}

long libc_begin_number(struct libc_sink *sink, const struct libc_spec *spec, const char *prefix,
                       long body, bool zero_pad) {
    long gap = spec->width - (long)strlen(prefix) - body;
    if (!spec->left && !zero_pad) {
        libc_pad(sink, ' ', gap);
    }
    libc_emit(sink, prefix, strlen(prefix));
    if (!spec->left && zero_pad) {
        libc_pad(sink, '0', gap);
    }
    return spec->left ? gap : 0;
}

/* Digits of a value, most significant first, ending at `end`. Returns the first; none for 0. */
static char *digits(char *end, uint64_t value, unsigned base, const char *alphabet) {
    while (value != 0) {
        *--end = alphabet[value % base];
        value /= base;
    }
    return end;
}

static void format_integer(struct libc_sink *sink, const struct libc_spec *spec, uint64_t value,
                           unsigned base, const char *prefix) {
    char buffer[24];
    char *end = buffer + sizeof buffer;
    bool capital = spec->letter == 'X';
    char *first = digits(end, value, base, capital ? "0123456789ABCDEF" : "0123456789abcdef");
    long count = end - first;
    long wanted = spec->precision < 0 ? 1 : spec->precision;
    if (base == 8 && spec->alternate && wanted <= count) {
        wanted = count + 1; /* the prefix of octal is a leading zero, also alone for 0 */
    }
    if (base == 8 && spec->alternate && value == 0 && wanted == 0) {
        wanted = 1;
    }
    long zeros = wanted > count ? wanted - count : 0;
    long after =
        libc_begin_number(sink, spec, prefix, zeros + count, spec->zero && spec->precision < 0);
    libc_pad(sink, '0', zeros);
    libc_emit(sink, first, (size_t)count);
    libc_pad(sink, ' ', after);
}

static void format_signed(struct libc_sink *sink, const struct libc_spec *spec, int64_t value) {
    const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    format_integer(sink, spec, magnitude, 10, sign);
}

static void format_text(struct libc_sink *sink, const struct libc_spec *spec, const char *text,
                        size_t n) {
    long gap = spec->width - (long)n;
    libc_pad(sink, ' ', spec->left ? 0 : gap);
    libc_emit(sink, text, n);
    libc_pad(sink, ' ', spec->left ? gap : 0);
}

static void format_string(struct libc_sink *sink, const struct libc_spec *spec, const char *text) {
    if (text == NULL) {
        text = "(null)";
    }
    size_t n = spec->precision < 0 ? strlen(text) : strnlen(text, (size_t)spec->precision);
    format_text(sink, spec, text, n);
}

static int64_t next_signed(const struct libc_spec *spec, struct libc_args *args) {
    switch (spec->length) {
    case LENGTH_CHAR:
        return (signed char)va_arg(args->list, int);
    case LENGTH_SHORT:
        return (short)va_arg(args->list, int);
    case LENGTH_INT:
        return va_arg(args->list, int);
    default:
        return va_arg(args->list, long);
    }
}

static uint64_t next_unsigned(const struct libc_spec *spec, struct libc_args *args) {
    switch (spec->length) {
    case LENGTH_CHAR:
        return (unsigned char)va_arg(args->list, unsigned);
    case LENGTH_SHORT:
        return (unsigned short)va_arg(args->list, unsigned);
    case LENGTH_INT:
        return va_arg(args->list, unsigned);
    default:
        return va_arg(args->list, unsigned long);
    }
}

static void format_unsigned(struct libc_sink *sink, const struct libc_spec *spec, uint64_t value) {
    bool hex = spec->letter == 'x' || spec->letter == 'X';
    const char *prefix = "";
    if (hex && spec->alternate && value != 0) {
        prefix = spec->letter == 'x' ? "0x" : "0X";
    }
    format_integer(sink, spec, value, hex ? 16 : spec->letter == 'o' ? 8 : 10, prefix);
}

/* Does the conversion. Returns false for a letter that is none. */
static bool convert(struct libc_sink *sink, struct libc_spec *spec, struct libc_args *args) {
    char c;
    switch (spec->letter) {
    case 'd':
    case 'i':
        format_signed(sink, spec, next_signed(spec, args));
        return true;
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        format_unsigned(sink, spec, next_unsigned(spec, args));
        return true;
    case 'p':
        spec->alternate = true;
        spec->letter = 'x';
        spec->length = LENGTH_LONG;
        format_unsigned(sink, spec, next_unsigned(spec, args));
        return true;
    case 'c':
        c = (char)va_arg(args->list, int);
        format_text(sink, spec, &c, 1);
        return true;
    case 's':
        format_string(sink, spec, va_arg(args->list, const char *));
        return true;
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
        libc_format_double(sink, spec, libc_next_double(args, spec->length == LENGTH_LONG_DOUBLE));
        return true;
    case 'a':
    case 'A':
        (void)libc_next_double(args, spec->length == LENGTH_LONG_DOUBLE);
        format_text(sink, spec, "(%a?)", 5);
        return true;
    case '%':
        libc_emit(sink, "%", 1);
        return true;
    default:
        return false;
    }
}

static const char *parse_flags(const char *p, struct libc_spec *spec) {
    for (;; p++) {
        switch (*p) {
        case '-':
            spec->left = true;
            break;
        case '+':
            spec->plus = true;
            break;
        case ' ':
            spec->space = true;
            break;
        case '#':
            spec->alternate = true;
            break;
        case '0':
            spec->zero = true;
            break;
        default:
            return p;
        }
    }
}

/* A number in the format, or * for one among the arguments. INT_MIN if it is too large. */
static const char *parse_number(const char *p, int *number, struct libc_args *args) {
    if (*p == '*') {
        *number = va_arg(args->list, int);
        return p + 1;
    }
    *number = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, *p - '0', number)) {
            *number = INT_MIN;
            return p;
        }
    }
    return p;
}

static const char *parse_length(const char *p, enum libc_length *length) {
    switch (*p) {
    case 'h':
        *length = p[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
        return p + (p[1] == 'h' ? 2 : 1);
    case 'l':
        *length = LENGTH_LONG;
        return p + (p[1] == 'l' ? 2 : 1);
    case 'j':
    case 'z':
    case 't':
        *length = LENGTH_LONG;
        return p + 1;
    case 'L':
        *length = LENGTH_LONG_DOUBLE;
        return p + 1;
    default:
        *length = LENGTH_INT;
        return p;
    }
}

/* Reads a conversion from behind its %. Returns what follows it, or NULL if a number in it is
 * more than an int counts. */
static const char *parse(const char *p, struct libc_spec *spec, struct libc_args *args) {
    *spec = (struct libc_spec){.precision = -1};
    p = parse_number(parse_flags(p, spec), &spec->width, args);
    if (spec->width == INT_MIN) {
        return NULL;
    }
    if (spec->width < 0) {
        spec->left = true;
        spec->width = -spec->width;
    }
    if (*p == '.') {
        p = parse_number(p + 1, &spec->precision, args);
        if (spec->precision == INT_MIN && p[-1] != '*') {
            return NULL;
        }
        spec->precision = spec->precision < 0 ? -1 : spec->precision;
    }
    p = parse_length(p, &spec->length);
    spec->letter = *p;
    return *p == '\0' ? p : p + 1;
}

static int fail(int number) {
    errno = number;
    return -1;
}

int libc_format(struct libc_sink *sink, const char *format, struct libc_args *args) {
    while (*format != '\0') {
        const char *percent = strchrnul(format, '%');
        libc_emit(sink, format, (size_t)(percent - format));
        if (*percent == '\0') {
            break;
        }
        struct libc_spec spec;
        format = parse(percent + 1, &spec, args);
        if (format == NULL) {
            return fail(EOVERFLOW);
        }
        if (spec.letter == 'n') {
            return fail(EINVAL); /* writing through an argument is never wanted here */
        }
        if (!convert(sink, &spec, args)) {
            libc_emit(sink, percent, (size_t)(format - percent)); /* show what was not understood */
        }
    }
    return sink->total > INT_MAX ? fail(EOVERFLOW) : (int)sink->total;
}
