/* Log messages under a condition: ZF_LOGF_IF(condition, format, ...) prints
 *
 *     [tag ]function@file:line [Cond failed: condition]
 *     <TAB>message
 *
 * when the condition holds, and goes on as the unconditional macro does (ZF_LOGF stops). */
#pragma once
#include <utils/zf_log.h>

#define ZF_LOG_IF_(log, condition, format, ...)                                                    \
    do {                                                                                           \
        if (condition) {                                                                           \
            log("[Cond failed: %s]\n\t" format, #condition, ##__VA_ARGS__);                        \
        }                                                                                          \
    } while (0)

#define ZF_LOGV_IF(condition, format, ...) ZF_LOG_IF_(ZF_LOGV, condition, format, ##__VA_ARGS__)
#define ZF_LOGD_IF(condition, format, ...) ZF_LOG_IF_(ZF_LOGD, condition, format, ##__VA_ARGS__)
#define ZF_LOGI_IF(condition, format, ...) ZF_LOG_IF_(ZF_LOGI, condition, format, ##__VA_ARGS__)
#define ZF_LOGW_IF(condition, format, ...) ZF_LOG_IF_(ZF_LOGW, condition, format, ##__VA_ARGS__)
#define ZF_LOGE_IF(condition, format, ...) ZF_LOG_IF_(ZF_LOGE, condition, format, ##__VA_ARGS__)
#define ZF_LOGF_IF(condition, format, ...) ZF_LOG_IF_(ZF_LOGF, condition, format, ##__VA_ARGS__)
