/* Log messages: one line each, composed on the stack and written with one call. */
#include <utils/zf_log.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int _zf_log_output_lvl;
static const char *tag_prefix;

void zf_log_set_tag_prefix(const char *prefix) { tag_prefix = prefix; }

void zf_log_set_output_level(int level) { _zf_log_output_lvl = level; }

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Adds text at `used`, as much as leaves room for the end of the line. */
static size_t add(char *line, size_t used, const char *text) {
    while (*text != '\0' && used < ZF_LOG_BUF_SZ - 1) {
        line[used++] = *text++;
    }
    return used;
}

static size_t add_head(char *line, const char *tag, const char *func, const char *file,
                       unsigned number) {
    char digits[12];
    size_t used = 0;
    used = add(line, used, tag_prefix != NULL ? tag_prefix : "");
    used = add(line, used, tag_prefix != NULL && tag != NULL ? "." : "");
    used = add(line, used, tag != NULL ? tag : "");
    used = add(line, used, used != 0 ? " " : "");
    used = add(line, used, func);
    used = add(line, used, "@");
    used = add(line, used, base_name(file));
    snprintf(digits, sizeof digits, ":%u ", number);
    return add(line, used, digits);
}

void _zf_log_write_d(const char *func, const char *file, unsigned line, int level, const char *tag,
                     const char *format, ...) {
    (void)level;
    char text[ZF_LOG_BUF_SZ + 1];
    size_t used = add_head(text, tag, func, file, line);
    va_list args;
    va_start(args, format);
    /* The end of the line takes the place of vsnprintf's terminating zero. */
    int wanted = vsnprintf(text + used, ZF_LOG_BUF_SZ - used, format, args);
    va_end(args);
    if (wanted > 0) {
        size_t room = ZF_LOG_BUF_SZ - used - 1;
        used += (size_t)wanted < room ? (size_t)wanted : room;
    }
    text[used++] = '\n';
    text[used] = '\0';
    fputs(text, stderr);
}

void _zf_log_fatal(void) {
    fflush(stderr);
    abort();
}
