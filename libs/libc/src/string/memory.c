/* Blocks of memory.
 *
 * Copying and filling use the processor's string instructions, eight bytes a step: the fewest
 * instructions, which is what counts under emulation. */
#include <string.h>
#include <strings.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    void *at = to;
    size_t words = n / 8;
    asm volatile("rep movsq" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
    n %= 8;
    asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n) : : "memory");
    return to;
}

void *mempcpy(void *restrict to, const void *restrict from, size_t n) {
    return (char *)memcpy(to, from, n) + n;
}

/* Downwards in C and not with the direction flag: an interrupt must never find that flag set. */
static void copy_down(unsigned char *to, const unsigned char *from, size_t n) {
    while (n % 8 != 0) {
        n--;
        to[n] = from[n];
    }
    while (n != 0) {
        uint64_t word;
        n -= 8;
        __builtin_memcpy(&word, from + n, 8);
        __builtin_memcpy(to + n, &word, 8);
    }
}

void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to - (uintptr_t)from >= n) {
        return memcpy(to, from, n); /* upwards is right even if they overlap */
    }
    copy_down(to, from, n);
    return to;
}

void *memset(void *at, int value, size_t n) {
    void *to = at;
    uint64_t pattern = (unsigned char)value * 0x0101010101010101ull;
    size_t words = n / 8;
    asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(pattern) : "memory");
    n %= 8;
    asm volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(pattern) : "memory");
    return at;
}

void bzero(void *at, size_t n) { memset(at, 0, n); }

int memcmp(const void *a, const void *b, size_t n) {
    const unsigned char *x = a, *y = b;
    for (; n >= 8; n -= 8, x += 8, y += 8) {
        uint64_t v, w;
        __builtin_memcpy(&v, x, 8);
        __builtin_memcpy(&w, y, 8);
        if (v != w) {
            break; /* the bytes below find out where */
        }
    }
    for (; n != 0; n--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

void *memchr(const void *in, int c, size_t n) {
    const unsigned char *p = in;
    for (; n != 0; n--, p++) {
        if (*p == (unsigned char)c) {
            return (void *)p;
        }
    }
    return NULL;
}

void *memrchr(const void *in, int c, size_t n) {
    const unsigned char *p = in;
    while (n-- != 0) {
        if (p[n] == (unsigned char)c) {
            return (void *)(p + n);
        }
    }
    return NULL;
}
