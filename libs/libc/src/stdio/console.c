/* The console: the kernel's serial line, one system call a character.
 *
 * There is no buffer that outlives a call and no lock. A call of the printf family collects its
 * text on its own stack and writes it in one loop, so a line is torn apart only if the thread
 * loses the processor inside that loop (its time is up, or a thread of higher priority becomes
 * ready). A lock would close this gap, but a thread that is suspended while it holds the lock
 * would then silence all others for ever; a shared buffer would lose text when a thread faults. */
#include "console.h"
#include <sel4/debug.h>
#include <stdio.h>
#include <string.h>

struct libc_file {
    int number; /* of the descriptor it would be elsewhere */
};

static FILE out = {1}, err = {2};
FILE *const stdout = &out;
FILE *const stderr = &err;

void libc_console_write(const char *text, size_t n) {
#ifdef CONFIG_PRINTING
    for (size_t i = 0; i < n; i++) {
        seL4_DebugPutChar(text[i]);
    }
#else
    (void)text, (void)n; /* a release kernel has no console */
#endif
}

int fputc(int c, FILE *file) {
    (void)file;
    char text = (char)c;
    libc_console_write(&text, 1);
    return (unsigned char)c;
}

int putc(int c, FILE *file) { return fputc(c, file); }

int putchar(int c) { return fputc(c, stdout); }

int fputs(const char *restrict s, FILE *restrict file) {
    (void)file;
    libc_console_write(s, strlen(s));
    return 0;
}

int puts(const char *s) {
    libc_console_write(s, strlen(s));
    libc_console_write("\n", 1);
    return 0;
}

size_t fwrite(const void *restrict data, size_t size, size_t count, FILE *restrict file) {
    (void)file;
    libc_console_write(data, size * count);
    return size == 0 ? 0 : count;
}

int fflush(FILE *file) {
    (void)file;
    return 0;
}

void setbuf(FILE *restrict file, char *restrict buffer) { (void)file, (void)buffer; }

int setvbuf(FILE *restrict file, char *restrict buffer, int mode, size_t size) {
    (void)file, (void)buffer, (void)mode, (void)size;
    return 0;
}
