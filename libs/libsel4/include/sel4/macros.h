/* Attributes and small macros that every header of libsel4 uses. */
#pragma once
#include <sel4/config.h>

#define LIBSEL4_INLINE      static inline __attribute__((unused))
#define LIBSEL4_INLINE_FUNC static inline __attribute__((unused))

/* For the few functions that must be a handful of instructions whatever the optimiser thinks. */
#define LIBSEL4_ALWAYS_INLINE static inline __attribute__((always_inline, unused))

#ifndef CONST
#define CONST __attribute__((__const__))
#endif
#ifndef PURE
#define PURE __attribute__((__pure__))
#endif

#define SEL4_PACKED                 __attribute__((packed))
#define SEL4_DEPRECATED(message)    __attribute__((deprecated(message)))
#define SEL4_DEPRECATE_MACRO(x)     _Pragma("deprecated") x
#define SEL4_OFFSETOF(type, member) __builtin_offsetof(type, member)
#define LIBSEL4_UNUSED              __attribute__((unused))
#define LIBSEL4_WEAK                __attribute__((weak))
#define LIBSEL4_NOINLINE            __attribute__((noinline))

#define LIBSEL4_BIT(n) (1ul << (n))

/* A last member that makes an enumeration 64 bits wide, as the ABI fixes for some of them. */
#define SEL4_FORCE_LONG_ENUM(type) _enum_pad_##type = (1ull << 63) - 1
