/* The trace channel's writer: JSON text, gathered in memory and sent to QEMU's debug console.
 *
 * Invariants: a record is one line, complete before anything else is written, since the kernel is
 * not preempted; what users can choose (names) is escaped and cut, so it cannot end a string or a
 * line; each kind is written at most BUDGET times, so a thread in a loop cannot fill a disk.
 */
#include "debug/debug.h"

#include "sched/sched.h"
#include "x86/x86.h"

#include <stdarg.h>

#define PORT_TRACE  0xe9
#define BUDGET      1000
#define TEXT_LIMIT  63
#define MAX_THREADS 1000

bool trace_on;

static const char *const names[] = {
#define X(kind) #kind
    TRACE_KINDS(X)
#undef X
};

static word_t counts[record_kinds], sequence;

static struct {
    char bytes[1024];
    word_t used;
} buffer;

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

static void put_address(word_t value) {
    put_plain("\"0x");
    put_number(value, 16);
    put('"');
}

static void put_text(const char *text) {
    put('"');
    for (unsigned i = 0; i < TEXT_LIMIT && text[i] != '\0'; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
            put(text[i]);
        } else {
            put_plain(c < 0x10 ? "\\u000" : "\\u00");
            put_number(c, 16);
        }
    }
    put('"');
}

/* ---- fields ---- */

static void put_list(bool of_addresses, unsigned count, const word_t *from) {
    put('[');
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            put(',');
        of_addresses ? put_address(from[i]) : put_number(from[i], 10);
    }
    put(']');
}

/* Writes the value that @p type (see trace_record()) stands for, and returns what follows it. */
static const char *put_value(const char *type, va_list *values) {
    if (*type != '%') {
        unsigned count = va_arg(*values, unsigned);
        put_list(*type == '<', count, va_arg(*values, const word_t *));
        return type + sizeof "[%u %p]" - 1;
    }
    bool is_long = type[1] == 'l';
    char conversion = type[1 + is_long];
    if (conversion == 's')
        put_text(va_arg(*values, const char *));
    else if (conversion == 'u')
        put_number(is_long ? va_arg(*values, word_t) : va_arg(*values, unsigned), 10);
    else
        put_address(va_arg(*values, word_t));
    return type + 2 + is_long;
}

/* Fields have a blank between them; one after the last does no harm. */
static void put_fields(const char *fields, va_list *values) {
    for (const char *comma = ""; *fields != '\0'; comma = ",", fields += *fields == ' ') {
        put_plain(comma);
        put('"');
        while (*fields != ':')
            put(*fields++);
        put_plain("\":");
        fields = put_value(fields + 1, values);
    }
}

static void __attribute__((format(printf, 1, 2))) put_object(const char *fields, ...) {
    va_list values;
    va_start(values, fields);
    put('{');
    put_fields(fields, &values);
    va_end(values);
}

/* ---- records ---- */

static void begin(enum trace_kind kind, const tcb_t *actor) {
    put_object("n:%lu t:%lu th:%s tcb:%p ev:%s", ++sequence, cpu_timestamp(),
               actor != NULL ? tcb_name(actor) : "", (const void *)actor, names[kind]);
    put(',');
}

static void end(void) {
    put_plain("}\n");
    flush();
}

/* Counts one more of this kind; true if it is also to be written. */
static bool counted(enum trace_kind kind, const tcb_t *actor) {
    if (++counts[kind] == BUDGET + 1)
        trace_record(actor, record_truncated, "kind:%s", names[kind]);
    return counts[kind] <= BUDGET;
}

void trace_record(const tcb_t *actor, enum trace_kind kind, const char *fields, ...) {
    actor = actor != NULL ? actor : current_thread;
    if (!counted(kind, actor))
        return;
    va_list values;
    va_start(values, fields);
    begin(kind, actor);
    put_fields(fields, &values);
    end();
    va_end(values);
}

/* ---- the last record ---- */

static void put_threads(void) {
    unsigned shown = 0;
    for (const tcb_t *tcb = debug_oldest_thread(); tcb != NULL; tcb = tcb->all_prev) {
        if (tcb == idle_thread || shown == MAX_THREADS)
            continue;
        put_plain(shown++ > 0 ? "," : "");
        put_object("tcb:%p name:%s state:%s on:%p ip:%lx prio:%u", (const void *)tcb, tcb_name(tcb),
                   thread_state_name(tcb->state), debug_waits_on(tcb), tcb->restart_ip,
                   tcb->priority);
        put('}');
    }
}

static void put_counts(void) {
    const char *comma = "";
    for (unsigned i = 0; i < record_kinds; i++) {
        if (counts[i] > 0) {
            put_plain(comma);
            put_text(names[i]);
            put(':');
            put_number(counts[i], 10);
            comma = ",";
        }
    }
}

void trace_idle(void) {
    trace_lives();
    if (!counted(record_idle, current_thread))
        return;
    begin(record_idle, current_thread);
    put_plain("\"threads\":[");
    put_threads();
    put_plain("],\"counts\":{");
    put_counts();
    put('}');
    end();
}
