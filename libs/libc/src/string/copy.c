/* Length and copying of strings. */
#include <stdlib.h>
#include <string.h>

size_t strlen(const char *s) {
    const char *p = s;
    while (*p != '\0') {
        p++;
    }
    return (size_t)(p - s);
}

size_t strnlen(const char *s, size_t n) {
    const char *end = memchr(s, '\0', n);
    return end != NULL ? (size_t)(end - s) : n;
}

char *stpcpy(char *restrict to, const char *restrict from) {
    size_t n = strlen(from);
    return (char *)memcpy(to, from, n + 1) + n;
}

char *strcpy(char *restrict to, const char *restrict from) {
    stpcpy(to, from);
    return to;
}

char *strncpy(char *restrict to, const char *restrict from, size_t n) {
    size_t used = strnlen(from, n);
    memcpy(to, from, used);
    memset(to + used, 0, n - used);
    return to;
}

size_t strlcpy(char *restrict to, const char *restrict from, size_t size) {
    size_t n = strlen(from);
    if (size != 0) {
        size_t part = n < size ? n : size - 1;
        memcpy(to, from, part);
        to[part] = '\0';
    }
    return n;
}

size_t strlcat(char *restrict to, const char *restrict from, size_t size) {
    size_t used = strnlen(to, size);
    return used + strlcpy(to + used, from, size - used);
}

char *strcat(char *restrict to, const char *restrict from) {
    strcpy(to + strlen(to), from);
    return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t n) {
    char *at = to + strlen(to);
    size_t part = strnlen(from, n);
    memcpy(at, from, part);
    at[part] = '\0';
    return to;
}

char *strndup(const char *s, size_t n) {
    size_t part = strnlen(s, n);
    char *copy = malloc(part + 1);
    if (copy != NULL) {
        memcpy(copy, s, part);
        copy[part] = '\0';
    }
    return copy;
}

char *strdup(const char *s) { return strndup(s, strlen(s)); }
