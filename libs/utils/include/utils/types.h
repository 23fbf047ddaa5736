/* container_of and the number of elements of an array. */
#pragma once
#include <stddef.h>

#ifndef container_of
/** The structure whose `member` the pointer points to. */
#define container_of(pointer, type, member)                                                        \
    ({                                                                                             \
        const __typeof__(((type *)0)->member) *member_pointer_ = (pointer);                        \
        (type *)((char *)member_pointer_ - offsetof(type, member));                                \
    })
#endif

#define ARRAY_SIZE(array)         (sizeof(array) / sizeof((array)[0]))
#define ARRAY_LENGTH(array)       ARRAY_SIZE(array)
#define SIZED_ARRAY_LENGTH(array) ARRAY_SIZE(array)

/** Swaps two variables of one type. */
#define SWAP(a, b)                                                                                 \
    do {                                                                                           \
        __typeof__(a) swap_ = (a);                                                                 \
        (a) = (b);                                                                                 \
        (b) = swap_;                                                                               \
    } while (0)
