/* The trace channel's writer: JSON text, gathered in memory and sent to QEMU's debug console.
 *
 * Invariants: a record is one line, complete before anything else is written, since the kernel is
 * not preempted; what users can choose (names) is escaped and cut, so it cannot end a string or a
 * line; each kind is written at most BUDGET times, so a thread in a loop cannot fill a disk.
 */
#include "debug/trace_writer.h"

#include "debug/debug.h"
#include "x86/x86.h"

#if DEBUG_BUILD

#define PORT_TRACE 0xe9
#define BUDGET     1000
#define TEXT_LIMIT 63

bool trace_on;

static const char *const kind_names[] = {
#define X(kind) #kind
    TRACE_KINDS(X)
#undef X
};

static word_t counts[trace_kind_count];
static word_t sequence;
static bool is_first; /* of its record, list or group: no comma goes before it */

static struct {
    char bytes[1024];
    word_t used;
} buffer;

void trace_enable(void) { trace_on = true; }

/* ---- bytes ---- */

static void flush(void) {
    const char *from = buffer.bytes;
    __asm__ volatile("rep outsb" : "+S"(from), "+c"(buffer.used) : "d"(PORT_TRACE) : "memory");
}

static void put(char c) {
    if (buffer.used == sizeof buffer.bytes)
        flush();
    buffer.bytes[buffer.used++] = c;
}

static void put_plain(const char *text) {
    while (*text != '\0')
        put(*text++);
}

static void put_number(word_t value, unsigned base) {
    char digits[20];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0)
        put(digits[--count]);
}

static void put_escaped(const char *text) {
    for (unsigned i = 0; i < TEXT_LIMIT && text[i] != '\0'; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
            put(text[i]);
        } else {
            put_plain(c < 0x10 ? "\\u000" : "\\u00");
            put_number(c, 16);
        }
    }
}

/* ---- fields ---- */

static void put_key(const char *key) {
    if (!is_first)
        put(',');
    is_first = false;
    if (key != NULL) {
        put('"');
        put_plain(key);
        put_plain("\":");
    }
}

void trace_number(const char *key, word_t value) {
    put_key(key);
    put_number(value, 10);
}

void trace_address(const char *key, word_t value) {
    put_key(key);
    put_plain("\"0x");
    put_number(value, 16);
    put('"');
}

void trace_object(const char *key, const void *object) { trace_address(key, (word_t)object); }

void trace_text(const char *key, const char *text) {
    put_key(key);
    put('"');
    put_escaped(text);
    put('"');
}

static void open(const char *key, char bracket) {
    put_key(key);
    put(bracket);
    is_first = true;
}

static void close(char bracket) {
    put(bracket);
    is_first = false;
}

void trace_list_begin(const char *key) { open(key, '['); }

void trace_list_end(void) { close(']'); }

void trace_group_begin(const char *key) { open(key, '{'); }

void trace_group_end(void) { close('}'); }

void trace_counts(const char *key) {
    trace_group_begin(key);
    for (unsigned i = 0; i < trace_kind_count; i++)
        if (counts[i] > 0)
            trace_number(kind_names[i], counts[i]);
    trace_group_end();
}

/* ---- records ---- */

static bool same_text(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

enum trace_kind trace_kind_named(const char *name) {
    for (unsigned i = 0; i < trace_kind_count; i++)
        if (same_text(kind_names[i], name))
            return i;
    panic("no such trace record");
}

static void put_head(enum trace_kind kind, const tcb_t *actor) {
    is_first = true;
    trace_group_begin(NULL);
    trace_number("n", ++sequence);
    trace_number("t", cpu_timestamp());
    trace_text("th", actor != NULL ? tcb_name(actor) : "");
    trace_object("tcb", actor);
    trace_text("ev", kind_names[kind]);
}

bool trace_begin(enum trace_kind kind, const tcb_t *actor) {
    counts[kind]++;
    if (counts[kind] > BUDGET + 1)
        return false;
    if (counts[kind] == BUDGET + 1) {
        counts[trace_truncated]++;
        put_head(trace_truncated, actor);
        trace_text("kind", kind_names[kind]);
        trace_end();
        return false;
    }
    put_head(kind, actor);
    return true;
}

void trace_end(void) {
    trace_group_end();
    put('\n');
    flush();
}

#endif
