/* Comparing strings, byte by byte. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

int strncmp(const char *a, const char *b, size_t n) {
    for (; n != 0; n--, a++, b++) {
        if (*a != *b || *a == '\0') {
            return (unsigned char)*a - (unsigned char)*b;
        }
    }
    return 0;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, (size_t)-1); }

int strcoll(const char *a, const char *b) { return strcmp(a, b); }

int strncasecmp(const char *a, const char *b, size_t n) {
    for (; n != 0; n--, a++, b++) {
        int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);
        if (x != y || x == '\0') {
            return x - y;
        }
    }
    return 0;
}

int strcasecmp(const char *a, const char *b) { return strncasecmp(a, b, (size_t)-1); }

int ffs(int value) { return ffsl((unsigned)value); }

int ffsl(long value) { return value == 0 ? 0 : __builtin_ctzl((unsigned long)value) + 1; }
