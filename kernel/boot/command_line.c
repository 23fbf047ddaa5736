/* The kernel's command line: words that choose the serial port, the trace channel, how much is said
 * and checked, and the ending.
 *
 * The boot loader may put the kernel's own file name first; any other word that means nothing here
 * gets a warning, once the line to warn on is known.
 */
#include "boot/parts.h"
#include "x86/x86.h"

/* Outlives boot: see kernel.ld. */
__attribute__((section(".resident"))) struct machine machine;

#define MOST_UNKNOWN 8
static const char *unknown[MOST_UNKNOWN];
static unsigned unknown_count;

/* BIOS data area: the port of the first serial line, and whether there is one. */
#define BIOS_SERIAL_PORT    0x400
#define BIOS_EQUIPMENT      0x410
#define EQUIPMENT_HAS_LINES 0x0e00
#define USUAL_PORT          0x3f8

static uint16_t default_port(void) {
    uint16_t port = *(const uint16_t *)physical(BIOS_SERIAL_PORT, sizeof port);
    uint16_t equipment = *(const uint16_t *)physical(BIOS_EQUIPMENT, sizeof equipment);
    return (equipment & EQUIPMENT_HAS_LINES) && port != 0 ? port : USUAL_PORT;
}

/** The rest of @p word after @p prefix, NULL if it begins otherwise. */
static const char *after(const char *word, const char *prefix) {
    while (*prefix != '\0')
        if (*word++ != *prefix++)
            return NULL;
    return word;
}

static unsigned digit_value(char c) {
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c |= 'a' - 'A';
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
}

/* Decimal, or hexadecimal after 0x. */
static bool parse_number(const char *text, uint16_t *number) {
    const char *hex = after(text, "0x");
    unsigned base = hex != NULL ? 16 : 10, value = 0;
    text = hex != NULL ? hex : text;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        unsigned digit = digit_value(*text);
        value = value * base + digit;
        if (digit >= base || value > 0xffff)
            return false;
    }
    *number = (uint16_t)value;
    return true;
}

static bool parse_word(const char *word) {
    const struct {
        const char *prefix;
        uint16_t *number;
    } numbers[] = {{"console_port=", &machine.console_port},
                   {"debug_port=", &machine.debug_port},
                   {"check=", &machine.check_interval}};
    for (unsigned i = 0; i < ARRAY_SIZE(numbers); i++) {
        const char *value = after(word, numbers[i].prefix);
        if (value != NULL)
            return parse_number(value, numbers[i].number);
    }
    bool *flag = __builtin_strcmp(word, "disable_iommu") == 0    ? &machine.disable_iommu
                 : __builtin_strcmp(word, "trace=debugcon") == 0 ? &machine.trace
                 : __builtin_strcmp(word, "quiet") == 0          ? &machine.quiet
                 : __builtin_strcmp(word, "idle=exit") == 0      ? &machine.idle_exit
                                                                 : NULL;
    if (flag != NULL)
        *flag = true;
    return flag != NULL;
}

static char *next_word(char **line) {
    while (**line == ' ')
        (*line)++;
    char *word = *line;
    while (**line != ' ' && **line != '\0')
        (*line)++;
    if (**line == ' ')
        *(*line)++ = '\0';
    return word;
}

static void report(void) {
    boot_print("Boot config: debug_port = 0x%x\n", machine.debug_port);
    boot_print("Boot config: disable_iommu = %s\n", machine.disable_iommu ? "true" : "false");
    for (unsigned i = 0; i < unknown_count; i++)
        boot_print("Warning: the kernel does not know the word '%s'; it is ignored.\n", unknown[i]);
}

void command_line_parse(char *line) {
    machine.debug_port = machine.console_port = default_port();
    const char *first = line;
    for (char *word = next_word(&line); *word != '\0'; word = next_word(&line))
        if (!parse_word(word) && word != first && unknown_count < MOST_UNKNOWN)
            unknown[unknown_count++] = word;
    serial_init(machine.console_port);
    serial_init(machine.debug_port);
    report();
}
