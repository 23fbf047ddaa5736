/* printf into a string or onto the console, from a va_list. */
#include "console.h"
#include "format.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A string of limited size: what does not fit is dropped, and there is always room for the 0. */
struct string_sink {
    struct libc_sink sink;
    char *at;
    size_t room;
};

static void write_string(struct libc_sink *sink, const char *text, size_t n) {
    struct string_sink *string = (struct string_sink *)sink;
    size_t part = n < string->room ? n : string->room;
    memcpy(string->at, text, part);
    string->at += part;
    string->room -= part;
}

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list args) {
    char none[1];
    struct string_sink string = {
        {write_string, 0}, size != 0 ? to : none, size != 0 ? size - 1 : 0};
    struct libc_args list;
    va_copy(list.list, args);
    int count = libc_format(&string.sink, format, &list);
    va_end(list.list);
    *string.at = '\0';
    return count;
}

int vsprintf(char *restrict to, const char *restrict format, va_list args) {
    return vsnprintf(to, INT_MAX, format, args);
}

/* The console, through a piece of stack: one loop of system calls for a text that fits. */
struct console_sink {
    struct libc_sink sink;
    size_t used;
    char text[160];
};

static void flush_console(struct console_sink *console) {
    libc_console_write(console->text, console->used);
    console->used = 0;
}

static void write_console(struct libc_sink *sink, const char *text, size_t n) {
    struct console_sink *console = (struct console_sink *)sink;
    if (n > sizeof console->text - console->used) {
        flush_console(console);
    }
    if (n > sizeof console->text) {
        libc_console_write(text, n);
        return;
    }
    memcpy(console->text + console->used, text, n);
    console->used += n;
}

int vfprintf(FILE *restrict file, const char *restrict format, va_list args) {
    (void)file;
    struct console_sink console;
    console.sink = (struct libc_sink){write_console, 0};
    console.used = 0;
    struct libc_args list;
    va_copy(list.list, args);
    int count = libc_format(&console.sink, format, &list);
    va_end(list.list);
    flush_console(&console);
    return count;
}

int vprintf(const char *restrict format, va_list args) { return vfprintf(stdout, format, args); }
