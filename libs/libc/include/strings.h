/* Strings without regard to case, and the lowest set bit. */
#pragma once
#include <stddef.h>

int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
int ffs(int value);
int ffsl(long value);
void bzero(void *at, size_t n);
