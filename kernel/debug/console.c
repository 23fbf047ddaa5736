/* printf for the kernel's own texts, straight to the serial line.
 *
 * No buffer and no state: what is printed is on the line when kprintf() returns, so a text before a
 * crash is never lost, and a text printed in one kernel entry is never torn by a thread's output.
 */
#include "debug/debug.h"

#include "boot/boot.h"
#include "sched/sched.h"
#include "x86/x86.h"

#include <stdarg.h>

struct field { /* how one value is to be set */
    unsigned width, precision;
    bool left, zeros, has_precision, is_long;
};

static void put_times(char c, unsigned times) {
    while (times-- > 0)
        serial_put(c);
}

static void put_text(const char *text, unsigned length, struct field field) {
    unsigned padding = field.width > length ? field.width - length : 0;
    if (!field.left)
        put_times(' ', padding);
    for (unsigned i = 0; i < length; i++)
        serial_put(text[i]);
    if (field.left)
        put_times(' ', padding);
}

static void put_string(const char *text, struct field field) {
    unsigned length = 0;
    text = text != NULL ? text : "(null)";
    while ((!field.has_precision || length < field.precision) && text[length] != '\0')
        length++;
    put_text(text, length, field);
}

/* The longest number has 20 decimal digits; precisions beyond this are cut. */
#define NUMBER_ROOM 64

static void put_number(word_t value, unsigned base, const char *prefix, struct field field) {
    char text[NUMBER_ROOM];
    unsigned at = NUMBER_ROOM, prefix_length = 0, digits = 1;
    while (prefix[prefix_length] != '\0')
        prefix_length++;
    if (field.has_precision)
        digits = field.precision;
    else if (field.zeros && !field.left && field.width > prefix_length)
        digits = field.width - prefix_length;
    digits = MIN(digits, NUMBER_ROOM - prefix_length);
    while (value != 0 || NUMBER_ROOM - at < digits) {
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
    }
    while (prefix_length > 0)
        text[--at] = prefix[--prefix_length];
    put_text(&text[at], NUMBER_ROOM - at, field);
}

static void put_pointer(const void *pointer, struct field field) {
    if (pointer == NULL)
        put_string("(nil)", field);
    else
        put_number((word_t)pointer, 16, "0x", field);
}

static void put_signed(int64_t value, struct field field) {
    put_number(value < 0 ? -(word_t)value : (word_t)value, 10, value < 0 ? "-" : "", field);
}

static unsigned parse_number(const char **format) {
    unsigned value = 0;
    for (; **format >= '0' && **format <= '9'; (*format)++)
        value = 10 * value + (unsigned)(**format - '0');
    return value;
}

static struct field parse_field(const char **format) {
    struct field field = {0};
    for (; **format == '-' || **format == '0'; (*format)++) {
        field.left |= **format == '-';
        field.zeros |= **format == '0';
    }
    field.width = parse_number(format);
    if (**format == '.') {
        (*format)++;
        field.has_precision = true;
        field.precision = parse_number(format);
    }
    for (; **format == 'l'; (*format)++)
        field.is_long = true;
    return field;
}

static void put_value(char conversion, struct field field, va_list *values) {
    switch (conversion) {
    case 'c': put_text(&(char){(char)va_arg(*values, int)}, 1, field); break;
    case 's': put_string(va_arg(*values, const char *), field); break;
    case 'p': put_pointer(va_arg(*values, const void *), field); break;
    case 'd':
        put_signed(field.is_long ? va_arg(*values, long) : va_arg(*values, int), field);
        break;
    case 'u':
    case 'x':
        put_number(field.is_long ? va_arg(*values, word_t) : va_arg(*values, unsigned),
                   conversion == 'x' ? 16 : 10, "", field);
        break;
    default: /* %% */ serial_put(conversion);
    }
}

static void print(const char *format, va_list *values) {
    while (*format != '\0') {
        if (*format != '%') {
            serial_put(*format++);
            continue;
        }
        format++;
        struct field field = parse_field(&format);
        if (*format != '\0')
            put_value(*format++, field, values);
    }
}

void kprintf(const char *format, ...) {
    va_list values;
    va_start(values, format);
    print(format, &values);
    va_end(values);
}

#define PLAIN "\033[0m"
#define BOLD  "\033[1m"
#define GREEN "\033[32m"

void user_error_at(const char *function, unsigned line, const char *format, ...) {
    static word_t count;
    va_list values;
    if (machine.quiet || (machine.errors != 0 && ++count > machine.errors + 1u))
        return;
    if (machine.errors != 0 && count > machine.errors)
        format = "No more refused calls are shown.";
    kprintf(
        PLAIN BOLD "<<" PLAIN GREEN "seL4(CPU 0)" PLAIN BOLD " [%s/%u T%p \"%s\" @%lx]: ", function,
        line, (void *)current_thread, tcb_name(current_thread), current_thread->restart_ip);
    va_start(values, format);
    print(format, &values);
    va_end(values);
    kprintf(">>" PLAIN "\n");
}
