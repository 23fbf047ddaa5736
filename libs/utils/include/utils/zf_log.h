/* Log messages with a level: ZF_LOGV, ZF_LOGD, ZF_LOGI, ZF_LOGW, ZF_LOGE, ZF_LOGF.
 *
 * A message is one line on stderr,
 *
 *     [tag ]function@file:line message
 *
 * put together in a buffer on the stack (ZF_LOG_BUF_SZ bytes; what is longer is cut off) and
 * written with one call.  Nothing is allocated or locked.  The tag is the prefix set with
 * zf_log_set_tag_prefix and the file's ZF_LOG_TAG, with a dot between them if there are both.
 *
 * Messages below the level at which a file is compiled (ZF_LOG_LEVEL, else ZF_LOG_DEF_LEVEL, else
 * errors only) cost nothing; the others can be turned off with zf_log_set_output_level.
 * ZF_LOGF prints and then stops the thread for good. */
#pragma once
#include <autoconf.h>

#define ZF_LOG_VERBOSE 1
#define ZF_LOG_DEBUG   2
#define ZF_LOG_INFO    3
#define ZF_LOG_WARN    4
#define ZF_LOG_ERROR   5
#define ZF_LOG_FATAL   0xffff
#define ZF_LOG_NONE    0xffff

#if defined(ZF_LOG_LEVEL)
#define ZF_LOG_COMPILED_LEVEL_ ZF_LOG_LEVEL
#elif defined(ZF_LOG_DEF_LEVEL)
#define ZF_LOG_COMPILED_LEVEL_ ZF_LOG_DEF_LEVEL
#else
#define ZF_LOG_COMPILED_LEVEL_ LIB_UTILS_DEFAULT_ZF_LOG_LEVEL
#endif

#ifdef ZF_LOG_TAG
#define ZF_LOG_TAG_ ZF_LOG_TAG
#else
#define ZF_LOG_TAG_ ((const char *)0)
#endif

/** Bytes of one message, the end of the line included. */
#define ZF_LOG_BUF_SZ 256

/** Puts a prefix before every message; the text is not copied. NULL: none. */
void zf_log_set_tag_prefix(const char *prefix);

/** Prints only messages of this level and above. */
void zf_log_set_output_level(int level);

/** Writes one message; the macros below call it. */
void _zf_log_write_d(const char *func, const char *file, unsigned line, int level, const char *tag,
                     const char *format, ...) __attribute__((format(printf, 6, 7)));

/** What a fatal message does after it is printed. */
__attribute__((noreturn)) void _zf_log_fatal(void);

extern int _zf_log_output_lvl;

/** Is a message of this level printed? */
#define ZF_LOG_ON(level) ((level) >= ZF_LOG_COMPILED_LEVEL_ && (level) >= _zf_log_output_lvl)

#define ZF_LOG_WRITE(level, tag, ...)                                                              \
    do {                                                                                           \
        if (ZF_LOG_ON(level)) {                                                                    \
            _zf_log_write_d(__func__, __FILE__, __LINE__, (level), (tag), __VA_ARGS__);            \
        }                                                                                          \
    } while (0)

#define ZF_LOGV(...) ZF_LOG_WRITE(ZF_LOG_VERBOSE, ZF_LOG_TAG_, __VA_ARGS__)
#define ZF_LOGD(...) ZF_LOG_WRITE(ZF_LOG_DEBUG, ZF_LOG_TAG_, __VA_ARGS__)
#define ZF_LOGI(...) ZF_LOG_WRITE(ZF_LOG_INFO, ZF_LOG_TAG_, __VA_ARGS__)
#define ZF_LOGW(...) ZF_LOG_WRITE(ZF_LOG_WARN, ZF_LOG_TAG_, __VA_ARGS__)
#define ZF_LOGE(...) ZF_LOG_WRITE(ZF_LOG_ERROR, ZF_LOG_TAG_, __VA_ARGS__)
#define ZF_LOGF(...)                                                                               \
    do {                                                                                           \
        ZF_LOG_WRITE(ZF_LOG_FATAL, ZF_LOG_TAG_, __VA_ARGS__);                                      \
        _zf_log_fatal();                                                                           \
    } while (0)
