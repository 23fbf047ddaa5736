/* Inside of printf: where text goes, and what a conversion asks for. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Takes the text of one printf call, piece by piece. */
struct libc_sink {
    void (*write)(struct libc_sink *sink, const char *text, size_t n);
    size_t total; /**< characters so far; the formatter counts */
};

/** Arguments in a form whose address can be passed on. */
struct libc_args {
    va_list list;
};

enum libc_length { LENGTH_INT, LENGTH_CHAR, LENGTH_SHORT, LENGTH_LONG, LENGTH_LONG_DOUBLE };

/** One conversion: %, flags, width, precision, length, letter. */
struct libc_spec {
    bool left, plus, space, alternate, zero;
    int width;
    int precision; /**< -1: none given */
    enum libc_length length;
    char letter;
};

/** Writes formatted text.
 * @return number of characters; -1 for %n or if they are more than an int counts */
int libc_format(struct libc_sink *sink, const char *format, struct libc_args *args);

/** Writes `n` characters to the sink. */
void libc_emit(struct libc_sink *sink, const char *text, size_t n);

/** Writes `n` times the same character; nothing for n <= 0. */
void libc_pad(struct libc_sink *sink, char c, long n);

/** Begins a number in its field: padding, sign or base prefix, zeros for flag 0.
 * @param body number of characters that follow
 * @return padding that must follow them (flag -) */
long libc_begin_number(struct libc_sink *sink, const struct libc_spec *spec, const char *prefix,
                       long body, bool zero_pad);

/** Formats a double given by its bits, for f e g and their capital forms. */
void libc_format_double(struct libc_sink *sink, const struct libc_spec *spec, uint64_t bits);

/** The next argument, a double or (rounded to one) a long double, as the bits of a double. */
uint64_t libc_next_double(struct libc_args *args, bool is_long);
