/* Runs one group of checks of the C library: main GROUP SEED ROUNDS. Exits 0 if all hold. */
#define _GNU_SOURCE
#include "ours.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

uint64_t test_state;
static unsigned long checks, failures;

void check(int good, const char *format, ...) {
    checks++;
    if (good || ++failures > 20) {
        return;
    }
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

char *before_guard(size_t n) {
    size_t size = (n + 4095) / 4096 * 4096 + 4096;
    char *pages =
        mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + size, 4096, PROT_NONE);
    return pages + size - n;
}

/* Where the library's console goes. */
char console[4096];
size_t console_used;
void libc_console_write(const char *text, size_t n);
void libc_console_write(const char *text, size_t n) {
    for (size_t i = 0; i < n && console_used < sizeof console - 1; i++) {
        console[console_used++] = text[i];
    }
    console[console_used] = '\0';
}

void group_format(unsigned rounds), group_float(unsigned rounds), group_mixed(unsigned rounds);
void group_memory(unsigned rounds), group_string(unsigned rounds), group_number(unsigned rounds);
void group_sort(unsigned rounds), group_heap(unsigned rounds), group_double_free(unsigned rounds);
void group_ctype(unsigned rounds), group_compiler(unsigned rounds);

static const struct {
    const char *name;
    void (*run)(unsigned rounds);
} groups[] = {
    {"format", group_format}, {"float", group_float},       {"mixed", group_mixed},
    {"memory", group_memory}, {"string", group_string},     {"number", group_number},
    {"sort", group_sort},     {"heap", group_heap},         {"double_free", group_double_free},
    {"ctype", group_ctype},   {"compiler", group_compiler},
};

int main(int argc, char **argv) {
    unsigned rounds = argc == 4 ? (unsigned)atoi(argv[3]) : 0;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0] && rounds; i++) {
        if (strcmp(groups[i].name, argv[1]) == 0) {
            test_state = 0x9e3779b97f4a7c15u * (uint64_t)(atoi(argv[2]) + 1);
            groups[i].run(rounds);
            printf("%lu checks, %lu failures\n", checks, failures);
            return failures != 0 || checks == 0;
        }
    }
    return 2;
}
