/* Log messages under a condition: ZF_LOGF_IF(condition, format, ...) prints
 *
 *     [tag ]function@file:line [Cond failed: condition]
 *     <TAB>message
 *
 * when the condition holds, and goes on as the unconditional macro does (ZF_LOGF stops). */
#pragma once
#include <utils/zf_log.h>

/* `text` is the condition as written: only the macro that is given it first can make that string,
 * before macros in it are replaced. */
#define ZF_LOG_IF_(log, condition, text, format, ...)                                              \
    do {                                                                                           \
        if (condition) {                                                                           \
            log("[Cond failed: %s]\n\t" format, text, ##__VA_ARGS__);                              \
        }                                                                                          \
    } while (0)

#define ZF_LOGV_IF(condition, format, ...)                                                         \
    ZF_LOG_IF_(ZF_LOGV, condition, #condition, format, ##__VA_ARGS__)
#define ZF_LOGD_IF(condition, format, ...)                                                         \
    ZF_LOG_IF_(ZF_LOGD, condition, #condition, format, ##__VA_ARGS__)
#define ZF_LOGI_IF(condition, format, ...)                                                         \
    ZF_LOG_IF_(ZF_LOGI, condition, #condition, format, ##__VA_ARGS__)
#define ZF_LOGW_IF(condition, format, ...)                                                         \
    ZF_LOG_IF_(ZF_LOGW, condition, #condition, format, ##__VA_ARGS__)
#define ZF_LOGE_IF(condition, format, ...)                                                         \
    ZF_LOG_IF_(ZF_LOGE, condition, #condition, format, ##__VA_ARGS__)
#define ZF_LOGF_IF(condition, format, ...)                                                         \
    ZF_LOG_IF_(ZF_LOGF, condition, #condition, format, ##__VA_ARGS__)
