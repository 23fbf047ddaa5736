/* Attributes of functions, variables and types under short names. */
#pragma once

#define ALIGN(n)      __attribute__((__aligned__(n)))
#define COLD          __attribute__((__cold__))
#define HOT           __attribute__((__hot__))
#define DEPRECATED(m) __attribute__((__deprecated__(m)))
#define FORMAT(archetype, string_index, first)                                                     \
    __attribute__((__format__(archetype, string_index, first)))
#define INLINE             __attribute__((__always_inline__))
#define LEAF               __attribute__((__leaf__))
#define MALLOC             __attribute__((__malloc__))
#define MAY_ALIAS          __attribute__((__may_alias__))
#define MODE(m)            __attribute__((__mode__(m)))
#define NAKED              __attribute__((__naked__))
#define NO_INLINE          __attribute__((__noinline__))
#define NONNULL(...)       __attribute__((__nonnull__(__VA_ARGS__)))
#define NONNULL_ALL        __attribute__((__nonnull__))
#define NORETURN           __attribute__((__noreturn__))
#define NOTHROW            __attribute__((__nothrow__))
#define PACKED             __attribute__((__packed__))
#define RETURNS_TWICE      __attribute__((__returns_twice__))
#define SECTION(s)         __attribute__((__section__(s)))
#define SENTINEL(n)        __attribute__((__sentinel__(n)))
#define UNUSED             __attribute__((__unused__))
#define USED               __attribute__((__used__))
#define VISIBILITY(v)      __attribute__((__visibility__(v)))
#define VISIBLE            __attribute__((__externally_visible__))
#define WARN_UNUSED_RESULT __attribute__((__warn_unused_result__))
#define WEAK               __attribute__((__weak__))

#ifndef CONST
#define CONST __attribute__((__const__))
#endif
#ifndef PURE
#define PURE __attribute__((__pure__))
#endif

#define UNUSED_NDEBUG(x) ((void)(x))
