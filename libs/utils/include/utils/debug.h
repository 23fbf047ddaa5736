/* Helpers for looking for mistakes. */
#pragma once
#include <stdio.h>

/** Prints where the program is. */
#define TRACE(...)                                                                                 \
    do {                                                                                           \
        printf("%s@%s:%d: ", __func__, __FILE__, __LINE__);                                        \
        printf(__VA_ARGS__);                                                                       \
        printf("\n");                                                                              \
    } while (0)
