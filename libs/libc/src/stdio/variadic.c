/* The functions that take any number of arguments, and the fetch of a floating one.
 *
 * This file alone is compiled with SSE registers: a caller passes floating arguments in them. The
 * entry code saves them only if the caller says that there are any (register al), and aligns its
 * frame itself (-mincoming-stack-boundary=3): a thread with a stack that is off by eight, or with
 * the FPU turned off, can print everything but floating numbers; with the FPU on, those too. */
#include "format.h"
#include <stdio.h>
#include <string.h>

uint64_t libc_next_double(struct libc_args *args, bool is_long) {
    double value = is_long ? (double)va_arg(args->list, long double) : va_arg(args->list, double);
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

int printf(const char *restrict format, ...) {
    va_list args;
    va_start(args, format);
    int count = vfprintf(stdout, format, args);
    va_end(args);
    return count;
}

int fprintf(FILE *restrict file, const char *restrict format, ...) {
    va_list args;
    va_start(args, format);
    int count = vfprintf(file, format, args);
    va_end(args);
    return count;
}

int sprintf(char *restrict to, const char *restrict format, ...) {
    va_list args;
    va_start(args, format);
    int count = vsprintf(to, format, args);
    va_end(args);
    return count;
}

int snprintf(char *restrict to, size_t size, const char *restrict format, ...) {
    va_list args;
    va_start(args, format);
    int count = vsnprintf(to, size, format, args);
    va_end(args);
    return count;
}
