/* Numbers, sorting, the heap and the compiler's helpers, against the host or against what they
 * promise. */
#define _GNU_SOURCE
#include "ours.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void compare_number(const char *text, int base) {
    char *x = NULL, *y = NULL;
    our_errno = errno = 0;
    long a = our_strtol(text, &x, base), b = strtol(text, &y, base);
    check(a == b && our_errno == errno && (x == y || base == 1),
          "strtol [%s] %d: %ld +%td %d, host %ld +%td %d", text, base, a, x - text, our_errno, b,
          y - text, errno);
    our_errno = errno = 0;
    unsigned long c = our_strtoul(text, &x, base), d = strtoul(text, &y, base);
    check(c == d && our_errno == errno && (x == y || base == 1),
          "strtoul [%s] %d: %lu +%td %d, host %lu +%td %d", text, base, c, x - text, our_errno, d,
          y - text, errno);
}

void group_number(unsigned rounds);
void group_number(unsigned rounds) {
    static const char *const edges[] = {"",
                                        " ",
                                        "+",
                                        "-",
                                        "0",
                                        "00",
                                        "0x",
                                        "0xg",
                                        "-0x1f",
                                        " \t\n+12",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "-9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "-18446744073709551615",
                                        "99999999999999999999999",
                                        "0b1",
                                        "08",
                                        "1e5",
                                        "zZ",
                                        "- 1",
                                        "+-1",
                                        "0x8000000000000000"};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        for (int base = 0; base <= 36; base++) {
            if (base != 1) {
                compare_number(edges[i], base);
            }
        }
    }
    our_errno = 0;
    char *end = NULL;
    check(our_strtol("1", &end, 37) == 0 && our_errno == EINVAL, "base 37 is refused");
    char *edge = before_guard(40);
    for (unsigned i = 0; i < rounds; i++) {
        size_t n = below(30);
        char *text = edge + 39 - n;
        for (size_t k = 0; k < n; k++) {
            text[k] = "0123456789abcdefxXzZ+- \t"[below(below(2) ? 10 : 24)];
        }
        text[n] = '\0';
        unsigned base = below(37);
        compare_number(text, base == 1 ? 10 : (int)base);
        if (n < 9) {
            check(our_atoi(text) == atoi(text), "atoi [%s]", text);
        }
    }
}

static int by_int(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

void group_sort(unsigned rounds);
void group_sort(unsigned rounds) {
    enum { MOST = 300 };
    static struct {
        int key;
        char rest[73];
    } wide[MOST];
    int ours[MOST], theirs[MOST];
    for (unsigned i = 0; i < rounds; i++) {
        unsigned n = below(MOST), range = 1 + below(500);
        for (unsigned k = 0; k < n; k++) {
            wide[k].key = ours[k] = theirs[k] = (int)below(range);
            memset(wide[k].rest, wide[k].key, sizeof wide[k].rest);
        }
        our_qsort(ours, n, sizeof ours[0], by_int);
        our_qsort(wide, n, sizeof wide[0], by_int);
        qsort(theirs, n, sizeof theirs[0], by_int);
        check(memcmp(ours, theirs, n * sizeof ours[0]) == 0, "qsort of %u", n);
        for (unsigned k = 0; k < n; k++) {
            check(wide[k].key == theirs[k] && wide[k].rest[72] == (char)theirs[k], "qsort, wide");
        }
        int key = (int)below(range);
        int *found = our_bsearch(&key, ours, n, sizeof ours[0], by_int);
        int *host = bsearch(&key, theirs, n, sizeof theirs[0], by_int);
        check(!found == !host && (!found || *found == key), "bsearch of %u", n);
    }
    our_srand(5);
    int first = our_rand();
    our_srand(5);
    check(first == our_rand() && first >= 0 && our_rand() != our_rand(), "rand");
}

/* Blocks in use keep their bytes, never overlap, and in the end all memory is one block again. */
void group_heap(unsigned rounds);
void group_heap(unsigned rounds) {
    enum { BLOCKS = 64, POOL = 256 * 1024 };
    struct {
        unsigned char *at;
        size_t size;
        unsigned char fill;
    } block[BLOCKS] = {0};
    for (unsigned i = 0; i < rounds; i++) {
        unsigned k = below(BLOCKS);
        for (size_t j = 0; j < block[k].size; j++) {
            if (block[k].at[j] != block[k].fill) {
                check(0, "block %u changed at %zu of %zu", k, j, block[k].size);
                break;
            }
        }
        size_t size = below(8) ? below(300) : below(20000), alignment = 16;
        unsigned char *at;
        if (block[k].at && below(3) == 0) {
            at = our_realloc(block[k].at, size);
            if (at == NULL) {
                continue;
            }
            size_t kept = size < block[k].size ? size : block[k].size;
            check(kept == 0 || (at[0] == block[k].fill && at[kept - 1] == block[k].fill),
                  "realloc");
        } else {
            our_free(block[k].at);
            alignment = below(3) ? 16 : (size_t)1 << below(13);
            at =
                below(2) && alignment == 16 ? our_malloc(size) : our_aligned_alloc(alignment, size);
        }
        block[k].at = at;
        block[k].size = at ? size : 0;
        block[k].fill = (unsigned char)draw();
        check((uintptr_t)at % (alignment < 16 ? 16 : alignment) == 0, "alignment %zu", alignment);
        memset(at ? at : (unsigned char *)"", block[k].fill, block[k].size);
    }
    for (unsigned k = 0; k < BLOCKS; k++) {
        our_free(block[k].at);
    }
    void *all = our_malloc(POOL - 16);
    check(all != NULL, "all memory is one block again");
    our_errno = 0;
    check(our_malloc(1) == NULL && our_errno == ENOMEM, "a full heap says so");
    our_free(all);
    check(our_malloc(POOL) == NULL && our_malloc(SIZE_MAX) == NULL, "too large a request");
    check(our_calloc(SIZE_MAX / 2, 3) == NULL, "calloc sees the overflow");
    memset(all = our_malloc(64), 0xff, 64);
    our_free(all);
    unsigned char *zero = our_calloc(8, 8);
    check(zero && zero[0] == 0 && zero[63] == 0, "calloc clears");
    our_free(zero);
    our_free(NULL);
    void *memory;
    check(our_posix_memalign(&memory, 3, 8) == EINVAL, "posix_memalign refuses 3");
    check(our_posix_memalign(&memory, 4096, 8) == 0 && (uintptr_t)memory % 4096 == 0, "a page");
}

/* Must not come back: the program aborts. */
void group_double_free(unsigned rounds);
void group_double_free(unsigned rounds) {
    (void)rounds;
    void *memory = our_malloc(8);
    our_free(memory);
    our_free(memory);
    check(0, "freed twice");
}

void group_compiler(unsigned rounds);
void group_compiler(unsigned rounds) {
    for (unsigned i = 0; i < rounds; i++) {
        unsigned __int128 a = ((unsigned __int128)draw() << 64 | draw()) >> below(128);
        unsigned __int128 b = ((unsigned __int128)draw() << 64 | draw()) >> below(128);
        if (below(4) == 0) {
            a = ~a;
            b = ~b; /* divisors with the highest bit set */
        }
        b += b == 0;
        check(our___udivti3(a, b) == a / b && our___umodti3(a, b) == a % b, "unsigned division");
        __int128 c = (__int128)a, d = (__int128)b;
        check(our___divti3(c, d) == c / d && our___modti3(c, d) == c % d, "signed division");
        check(our___popcountdi2((uint64_t)a) == __builtin_popcountl((uint64_t)a), "popcount");
    }
}
