/* Printing.  stdout and stderr are the same console, the kernel's serial line.
 *
 * Nothing is kept back: when a call returns its text is out, so that the last words before a fault
 * are seen.  A line printed by one call goes out in one loop; no lock is held, so a thread that
 * is suspended in the middle stops no other.  Conversions: d i u o x X c s p % f F e E g G with
 * all flags, width, precision and length modifiers.  %p prints 0x136, and 0 for NULL.  %a prints
 * "(%a?)"; %n is refused: it ends the output of the call, which returns -1. */
#pragma once
#include <stdarg.h>
#include <stddef.h>

typedef struct libc_file FILE;

extern FILE *const stdout;
extern FILE *const stderr;
#define stdout stdout
#define stderr stderr

#define EOF    (-1)
#define BUFSIZ 256
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

#define LIBC_PRINTF(text, first) __attribute__((format(printf, text, first)))

int printf(const char *restrict format, ...) LIBC_PRINTF(1, 2);
int fprintf(FILE *restrict file, const char *restrict format, ...) LIBC_PRINTF(2, 3);
int sprintf(char *restrict to, const char *restrict format, ...) LIBC_PRINTF(2, 3);
int snprintf(char *restrict to, size_t size, const char *restrict format, ...) LIBC_PRINTF(3, 4);
int vprintf(const char *restrict format, va_list args) LIBC_PRINTF(1, 0);
int vfprintf(FILE *restrict file, const char *restrict format, va_list args) LIBC_PRINTF(2, 0);
int vsprintf(char *restrict to, const char *restrict format, va_list args) LIBC_PRINTF(2, 0);
int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list args)
    LIBC_PRINTF(3, 0);

int puts(const char *s);
int putchar(int c);
int putc(int c, FILE *file);
int fputc(int c, FILE *file);
int fputs(const char *restrict s, FILE *restrict file);
size_t fwrite(const void *restrict data, size_t size, size_t count, FILE *restrict file);
int fflush(FILE *file);
void perror(const char *prefix);

/* There is no buffer to choose: these succeed and do nothing. */
void setbuf(FILE *restrict file, char *restrict buffer);
int setvbuf(FILE *restrict file, char *restrict buffer, int mode, size_t size);
