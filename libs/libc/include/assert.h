/* Assertions.  A failed one says so on stderr, then the thread stops for good (abort).
 *
 * No include guard: the meaning follows NDEBUG at each inclusion. */
#undef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression)                                                                         \
    ((void)((expression) || (__assert_fail(#expression, __FILE__, __LINE__, __func__), 0)))
#endif

#ifndef static_assert
#define static_assert _Static_assert
#endif

__attribute__((noreturn)) void __assert_fail(const char *expression, const char *file, int line,
                                             const char *function);
