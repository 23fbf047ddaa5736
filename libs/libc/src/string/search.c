/* Looking for characters and strings in strings, and taking strings apart. */
#include <string.h>

char *strchrnul(const char *s, int c) {
    while (*s != '\0' && *s != (char)c) {
        s++;
    }
    return (char *)s;
}

char *strchr(const char *s, int c) {
    char *found = strchrnul(s, c);
    return *found == (char)c ? found : NULL;
}

char *strrchr(const char *s, int c) { return memrchr(s, c, strlen(s) + 1); }

size_t strspn(const char *s, const char *accept) {
    size_t n = 0;
    while (s[n] != '\0' && strchr(accept, s[n]) != NULL) {
        n++;
    }
    return n;
}

size_t strcspn(const char *s, const char *reject) {
    size_t n = 0;
    while (s[n] != '\0' && strchr(reject, s[n]) == NULL) {
        n++;
    }
    return n;
}

char *strpbrk(const char *s, const char *accept) {
    s += strcspn(s, accept);
    return *s != '\0' ? (char *)s : NULL;
}

char *strstr(const char *in, const char *what) {
    size_t n = strlen(what);
    for (; strncmp(in, what, n) != 0; in++) {
        if (*in == '\0') {
            return NULL;
        }
    }
    return (char *)in;
}

char *strsep(char **s, const char *separators) {
    char *token = *s;
    if (token == NULL) {
        return NULL;
    }
    char *end = token + strcspn(token, separators);
    *s = *end != '\0' ? end + 1 : NULL;
    *end = '\0';
    return token;
}

char *strtok_r(char *restrict s, const char *restrict separators, char **restrict state) {
    if (s == NULL) {
        s = *state;
    }
    s += strspn(s, separators);
    char *end = s + strcspn(s, separators);
    *state = end;
    if (s == end) {
        return NULL;
    }
    if (*end != '\0') {
        *end = '\0';
        *state = end + 1;
    }
    return s;
}

char *strtok(char *restrict s, const char *restrict separators) {
    static char *state;
    return strtok_r(s, separators, &state);
}
