/* Assertions of libsel4: they end in the C library's __assert_fail. */
#pragma once
#include <sel4/macros.h>

__attribute__((noreturn)) void __assert_fail(const char *str, const char *file, int line,
                                             const char *function);

/** Says why and stops. */
#define seL4_Fail(message) __assert_fail(message, __FILE__, __LINE__, __func__)

/** Stops unless the expression holds, in every build. */
#define seL4_Assert(expression)                                                                    \
    do {                                                                                           \
        if (!(expression)) {                                                                       \
            __assert_fail(#expression, __FILE__, __LINE__, __func__);                              \
        }                                                                                          \
    } while (0)

#ifdef CONFIG_DEBUG_BUILD
/** Stops unless the expression holds; in release builds nothing is checked or computed. */
#define seL4_DebugAssert seL4_Assert
#else
#define seL4_DebugAssert(expression) ((void)0)
#endif

/** Refuses to compile unless the constant expression holds. */
#define seL4_CompileTimeAssert(name, expression)                                                   \
    extern char _compile_time_assert_##name[(expression) ? 1 : -1] LIBSEL4_UNUSED
