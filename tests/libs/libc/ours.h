/* The kit's C library beside the host's: its functions under names that begin with our_. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

extern int our_errno;

int our_snprintf(char *to, size_t size, const char *format, ...);
int our_vsnprintf(char *to, size_t size, const char *format, va_list args);
int our_sprintf(char *to, const char *format, ...);
int our_printf(const char *format, ...);

void *our_memcpy(void *to, const void *from, size_t n);
void *our_mempcpy(void *to, const void *from, size_t n);
void *our_memmove(void *to, const void *from, size_t n);
void *our_memset(void *at, int value, size_t n);
int our_memcmp(const void *a, const void *b, size_t n);
void *our_memchr(const void *in, int c, size_t n);
void *our_memrchr(const void *in, int c, size_t n);
size_t our_strlen(const char *s);
size_t our_strnlen(const char *s, size_t n);
char *our_strcpy(char *to, const char *from);
char *our_stpcpy(char *to, const char *from);
char *our_strncpy(char *to, const char *from, size_t n);
size_t our_strlcpy(char *to, const char *from, size_t size);
size_t our_strlcat(char *to, const char *from, size_t size);
char *our_strcat(char *to, const char *from);
char *our_strncat(char *to, const char *from, size_t n);
int our_strcmp(const char *a, const char *b);
int our_strncmp(const char *a, const char *b, size_t n);
int our_strcasecmp(const char *a, const char *b);
int our_strncasecmp(const char *a, const char *b, size_t n);
char *our_strchr(const char *s, int c);
char *our_strrchr(const char *s, int c);
char *our_strchrnul(const char *s, int c);
size_t our_strspn(const char *s, const char *set);
size_t our_strcspn(const char *s, const char *set);
char *our_strpbrk(const char *s, const char *set);
char *our_strstr(const char *in, const char *what);
char *our_strtok_r(char *s, const char *separators, char **state);
char *our_strsep(char **s, const char *separators);
char *our_strdup(const char *s);
char *our_strndup(const char *s, size_t n);
char *our_strerror(int number);
int our_ffs(int value);
int our_ffsl(long value);

long our_strtol(const char *s, char **end, int base);
unsigned long our_strtoul(const char *s, char **end, int base);
int our_atoi(const char *s);
void our_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
void *our_bsearch(const void *key, const void *base, size_t n, size_t size,
                  int (*compare)(const void *, const void *));
int our_rand(void);
void our_srand(unsigned seed);

void *our_malloc(size_t n);
void *our_calloc(size_t count, size_t n);
void *our_realloc(void *memory, size_t n);
void *our_aligned_alloc(size_t alignment, size_t n);
int our_posix_memalign(void **memory, size_t alignment, size_t n);
void our_free(void *memory);

unsigned __int128 our___udivti3(unsigned __int128 a, unsigned __int128 b);
unsigned __int128 our___umodti3(unsigned __int128 a, unsigned __int128 b);
__int128 our___divti3(__int128 a, __int128 b);
__int128 our___modti3(__int128 a, __int128 b);
int our___popcountdi2(uint64_t value);

/* Of the tests themselves: numbers that are the same in every run with the same seed. */
extern uint64_t test_state;
static inline uint64_t draw(void) {
    test_state ^= test_state << 13;
    test_state ^= test_state >> 7;
    test_state ^= test_state << 17;
    return test_state;
}
static inline unsigned below(unsigned n) { return (unsigned)(draw() >> 20) % n; }

/** Counts a check; prints and counts a failure when `good` is 0. */
void check(int good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** n bytes that end where the next page cannot be touched; freed by the end of the program. */
char *before_guard(size_t n);
