/* Operations that the compiler has built in. */
#pragma once

/** Zero bits above the highest, or below the lowest, set bit; undefined for 0. */
#define CLZ(x)   __builtin_clz(x)
#define CTZ(x)   __builtin_ctz(x)
#define CLZL(x)  __builtin_clzl(x)
#define CTZL(x)  __builtin_ctzl(x)
#define CLZLL(x) __builtin_clzll(x)
#define CTZLL(x) __builtin_ctzll(x)

/** Number of the lowest set bit, counted from 1; 0 for 0. */
#define FFS(x)   __builtin_ffs(x)
#define FFSL(x)  __builtin_ffsl(x)
#define FFSLL(x) __builtin_ffsll(x)

#define POPCOUNT(x)   __builtin_popcount(x)
#define POPCOUNTL(x)  __builtin_popcountl(x)
#define POPCOUNTLL(x) __builtin_popcountll(x)

#define OFFSETOF(type, member) __builtin_offsetof(type, member)

/** Hints for the layout of code. */
#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#ifndef likely
#define likely(x)   LIKELY(x)
#define unlikely(x) UNLIKELY(x)
#endif
#define UNREACHABLE() __builtin_unreachable()

#define IS_CONSTANT(expression) __builtin_constant_p(expression)
#define TYPES_COMPATIBLE(a, b)  __builtin_types_compatible_p(a, b)
