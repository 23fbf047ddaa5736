/* Memory from the heap, numbers from text, sorting, and how a program ends. */
#pragma once
#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff

typedef struct {
    int quot, rem;
} div_t;
typedef struct {
    long quot, rem;
} ldiv_t;
typedef struct {
    long long quot, rem;
} lldiv_t;

/* The heap is one static pool (LIBC_HEAP_SIZE bytes).  It is not locked: two threads of one
 * program must not use it at the same time. */
void *malloc(size_t size) __attribute__((malloc, alloc_size(1)));
void *calloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2)));
void *realloc(void *block, size_t size) __attribute__((alloc_size(2)));
void *aligned_alloc(size_t alignment, size_t size) __attribute__((malloc, alloc_size(2)));
int posix_memalign(void **block, size_t alignment, size_t size);
void free(void *block);

/** Stops the calling thread for good, without a word and without using the processor. */
__attribute__((noreturn)) void abort(void);
/** Runs the functions registered with atexit, then ends the program. */
__attribute__((noreturn)) void exit(int status);
/** Ends the program at once. */
__attribute__((noreturn)) void _Exit(int status);
int atexit(void (*function)(void));
char *getenv(const char *name);

int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
long strtol(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end, int base);

int abs(int value);
long labs(long value);
long long llabs(long long value);
div_t div(int a, int b);
ldiv_t ldiv(long a, long b);
lldiv_t lldiv(long long a, long long b);

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t count, size_t size,
              int (*compare)(const void *, const void *));

/** The same numbers in every run. */
int rand(void);
void srand(unsigned seed);
int rand_r(unsigned *state);
