/*
 * Log lines for kernel errors: printed only if the error is not seL4_NoError, with its name.
 *
 *     ZF_LOGF_IFERR(error, "Failed to map %p", vaddr);
 *
 * prints `[Err seL4_FailedLookup]:`, a new line, a tab and the text. The error is evaluated once.
 * Of the letters, D I W E only print; F prints and aborts.
 */
#pragma once

#include <sel4utils/arch/util.h>
#include <sel4utils/strerror.h>
#include <utils/zf_log.h>

#define SEL4UTILS_LOG_IFERR(log, error, fmt, ...)                                                  \
    do {                                                                                           \
        int sel4utils_logged_error = (int)(error);                                                 \
        if (sel4utils_logged_error != seL4_NoError) {                                              \
            log("[Err %s]:\n\t" fmt, sel4_strerror(sel4utils_logged_error), ##__VA_ARGS__);        \
        }                                                                                          \
    } while (0)

#define ZF_LOGD_IFERR(error, fmt, ...) SEL4UTILS_LOG_IFERR(ZF_LOGD, error, fmt, ##__VA_ARGS__)
#define ZF_LOGI_IFERR(error, fmt, ...) SEL4UTILS_LOG_IFERR(ZF_LOGI, error, fmt, ##__VA_ARGS__)
#define ZF_LOGW_IFERR(error, fmt, ...) SEL4UTILS_LOG_IFERR(ZF_LOGW, error, fmt, ##__VA_ARGS__)
#define ZF_LOGE_IFERR(error, fmt, ...) SEL4UTILS_LOG_IFERR(ZF_LOGE, error, fmt, ##__VA_ARGS__)
#define ZF_LOGF_IFERR(error, fmt, ...) SEL4UTILS_LOG_IFERR(ZF_LOGF, error, fmt, ##__VA_ARGS__)
