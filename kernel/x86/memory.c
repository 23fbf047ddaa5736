/* Copying and filling memory: also what the compiler itself calls for structs and arrays.
 *
 * Whole words are moved where possible: an emulated CPU pays for each step, not for each byte.
 */
#include "types.h"

void *memset(void *to, int value, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

void *memset(void *to, int value, size_t bytes) {
    void *at = to;
    word_t words = bytes / sizeof(word_t), rest = bytes % sizeof(word_t);
    word_t pattern = (uint8_t)value * 0x0101010101010101ul;
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(pattern) : "memory");
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(rest) : "a"(pattern) : "memory");
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
    void *at = to;
    word_t words = bytes / sizeof(word_t), rest = bytes % sizeof(word_t);
    __asm__ volatile("rep movsq" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(rest) : : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    if (to <= from || (word_t)to - (word_t)from >= bytes)
        return memcpy(to, from, bytes); /* which works upwards */
    void *to_end = (char *)to + bytes - 1;
    const void *from_end = (const char *)from + bytes - 1;
    __asm__ volatile("std\n\trep movsb\n\tcld"
                     : "+D"(to_end), "+S"(from_end), "+c"(bytes)
                     :
                     : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes) {
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < bytes; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}
