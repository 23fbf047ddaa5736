/* Memory and string functions against the host's, on buffers that end at an inaccessible page. */
#define _GNU_SOURCE
#include "ours.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

static int sign(int value) { return (value > 0) - (value < 0); }

static void draw_bytes(char *at, size_t n, unsigned letters) {
    for (size_t i = 0; i < n; i++) {
        at[i] = (char)(letters ? 'a' + (int)below(letters) : (int)below(256));
    }
}

void group_memory(unsigned rounds);
void group_memory(unsigned rounds) {
    enum { MOST = 200 };
    char *a_end = before_guard(MOST) + MOST, *b_end = before_guard(MOST) + MOST;
    char expected[2 * MOST], area[2 * MOST];
    for (unsigned i = 0; i < rounds; i++) {
        size_t n = below(3) ? below(24) : below(MOST);
        char *a = a_end - n, *b = b_end - n;
        draw_bytes(a, n, 0);
        draw_bytes(b, n, 0);
        if (below(2)) {
            memcpy(b, a, n);
            if (n) {
                b[below((unsigned)n)] ^= (char)(1 << below(8));
            }
        }
        check(sign(our_memcmp(a, b, n)) == sign(memcmp(a, b, n)), "memcmp of %zu", n);
        int c = (int)below(256);
        check(our_memchr(a, c, n) == memchr(a, c, n), "memchr of %zu", n);
        check(our_memrchr(a, c, n) == memrchr(a, c, n), "memrchr of %zu", n);
        check(our_memcpy(b, a, n) == b && memcmp(a, b, n) == 0, "memcpy of %zu", n);
        check(our_mempcpy(b, a, n) == b + n, "mempcpy of %zu", n);
        memset(expected, c, n);
        check(our_memset(b, c + 256, n) == b && memcmp(b, expected, n) == 0, "memset of %zu", n);
        draw_bytes(area, sizeof area, 0);
        memcpy(expected, area, sizeof area);
        size_t from = below(MOST), to = below(MOST);
        memmove(expected + to, expected + from, n);
        check(our_memmove(area + to, area + from, n) == area + to &&
                  memcmp(area, expected, sizeof area) == 0,
              "memmove of %zu from %zu to %zu", n, from, to);
    }
}

static char *draw_string(char *end, unsigned most, unsigned letters) {
    size_t n = below(most);
    char *s = end - n - 1;
    draw_bytes(s, n, letters);
    s[n] = '\0';
    return s;
}

static void compare_copies(const char *a, const char *b, size_t n) {
    char ours[512], theirs[512];
    memset(ours, 'x', sizeof ours);
    memset(theirs, 'x', sizeof theirs);
#define SAME(what) check(memcmp(ours, theirs, sizeof ours) == 0, what " of [%s] [%s] %zu", a, b, n)
    our_strcpy(ours, a);
    strcpy(theirs, a);
    SAME("strcpy");
    check(our_stpcpy(ours, b) == ours + strlen(b), "stpcpy");
    stpcpy(theirs, b);
    our_strcat(ours, a);
    strcat(theirs, a);
    SAME("strcat");
    our_strncat(ours, b, n);
    strncat(theirs, b, n);
    SAME("strncat");
    our_strncpy(ours, a, n);
    strncpy(theirs, a, n);
    SAME("strncpy");
    char part[64];
    size_t size = n % sizeof part;
    memset(part, 'x', sizeof part);
    check(our_strlcpy(part, a, size) == strlen(a), "strlcpy returns the length");
    check(size == 0 ? part[0] == 'x'
                    : strncmp(part, a, size - 1) == 0 && strlen(part) < size && part[size] == 'x',
          "strlcpy cuts [%s] at %zu", a, size);
    if (size > 3) {
        strcpy(part, "ab");
        check(our_strlcat(part, a, size) == 2 + strlen(a) && strlen(part) < size, "strlcat");
    }
}

static void compare_tokens(const char *a, const char *separators) {
    char ours[128], theirs[128], *x, *y, *state_x = NULL, *state_y = NULL;
    strcpy(ours, a);
    strcpy(theirs, a);
    x = our_strtok_r(ours, separators, &state_x);
    y = strtok_r(theirs, separators, &state_y);
    while (x && y && strcmp(x, y) == 0) {
        x = our_strtok_r(NULL, separators, &state_x);
        y = strtok_r(NULL, separators, &state_y);
    }
    check(!x && !y, "strtok_r of [%s] by [%s]: [%s], host [%s]", a, separators, x, y);
    strcpy(ours, a);
    strcpy(theirs, a);
    state_x = ours;
    state_y = theirs;
    do {
        x = our_strsep(&state_x, separators);
        y = strsep(&state_y, separators);
        check((!x && !y) || (x && y && strcmp(x, y) == 0), "strsep of [%s]", a);
    } while (x && y);
}

void group_string(unsigned rounds);
void group_string(unsigned rounds) {
    char *a_end = before_guard(4096) + 4096, *b_end = before_guard(4096) + 4096;
    for (unsigned i = 0; i < rounds; i++) {
        char *a = draw_string(a_end, 60, 3), *b = draw_string(b_end, below(3) ? 4 : 60, 3);
        if (below(3) == 0) {
            b = b_end - strlen(a) - 1;
            strcpy(b, a);
            for (char *p = b; *p; p++) {
                *p = below(20) ? *p : (char)toupper(*p);
            }
        }
        size_t n = below(70);
        int c = below(8) ? 'a' + (int)below(4) : 0;
        check(our_strlen(a) == strlen(a), "strlen");
        check(our_strnlen(a, n) == strnlen(a, n), "strnlen");
        check(sign(our_strcmp(a, b)) == sign(strcmp(a, b)), "strcmp [%s] [%s]", a, b);
        check(sign(our_strncmp(a, b, n)) == sign(strncmp(a, b, n)), "strncmp [%s] [%s]", a, b);
        check(sign(our_strcasecmp(a, b)) == sign(strcasecmp(a, b)), "strcasecmp [%s] [%s]", a, b);
        check(sign(our_strncasecmp(a, b, n)) == sign(strncasecmp(a, b, n)), "strncasecmp");
        check(our_strchr(a, c) == strchr(a, c), "strchr [%s] %d", a, c);
        check(our_strrchr(a, c) == strrchr(a, c), "strrchr [%s] %d", a, c);
        check(our_strchrnul(a, c) == strchrnul(a, c), "strchrnul [%s] %d", a, c);
        check(our_strspn(a, b) == strspn(a, b), "strspn [%s] [%s]", a, b);
        check(our_strcspn(a, b) == strcspn(a, b), "strcspn [%s] [%s]", a, b);
        check(our_strpbrk(a, b) == strpbrk(a, b), "strpbrk [%s] [%s]", a, b);
        check(our_strstr(a, b) == strstr(a, b), "strstr [%s] [%s]", a, b);
        compare_copies(a, b, n);
        compare_tokens(a, b);
        char high[2] = {(char)below(256), 0}, other[2] = {(char)below(256), 0};
        check(sign(our_strcmp(high, other)) == sign(strcmp(high, other)), "strcmp is unsigned");
        char *copy = our_strndup(a, n);
        check(copy && strncmp(copy, a, n) == 0 && strlen(copy) == strnlen(a, n), "strndup");
        our_free(copy);
        check(our_ffs((int)(draw() << below(64))) >= 0, "ffs");
        long value = (long)(draw() << below(64));
        check(our_ffsl(value) == ffsl(value), "ffsl %lx", value);
        check(our_ffs((int)value) == ffs((int)value), "ffs %x", (int)value);
    }
}

#include <ctype.h>
int our_isalnum(int), our_isalpha(int), our_isblank(int), our_iscntrl(int), our_isdigit(int);
int our_isgraph(int), our_islower(int), our_isprint(int), our_ispunct(int), our_isspace(int);
int our_isupper(int), our_isxdigit(int), our_tolower(int), our_toupper(int), our_isascii(int);

void group_ctype(unsigned rounds);
void group_ctype(unsigned rounds) {
    (void)rounds;
    for (int c = -1; c < 256; c++) {
#define CLASS(name) check(!our_##name(c) == !name(c), #name " of %d", c)
        CLASS(isalnum), CLASS(isalpha), CLASS(isblank), CLASS(iscntrl), CLASS(isdigit);
        CLASS(isgraph), CLASS(islower), CLASS(isprint), CLASS(ispunct), CLASS(isspace);
        CLASS(isupper), CLASS(isxdigit);
        check(our_tolower(c) == tolower(c) && our_toupper(c) == toupper(c), "case of %d", c);
        check(our_isascii(c) == (c >= 0 && c < 128), "isascii of %d", c);
    }
    check(!our_isalpha(100000) && !our_isspace(-5), "no class outside of 0 to 255");
    check(strcmp(our_strerror(22), "Invalid argument") == 0 && our_strerror(-7) != NULL,
          "strerror");
}
