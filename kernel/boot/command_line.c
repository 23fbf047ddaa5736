/* The kernel's command line: words for the serial ports, what is said and checked, and the ending.
 *
 * The boot loader may put the kernel's own file name first; any other word that means nothing here
 * gets a warning, once the line to warn on is known.
 */
#include "boot/parts.h"
#include "x86/x86.h"

/* Outlives boot: see kernel.ld. */
__attribute__((section(".resident"))) struct machine machine;

static const struct {
    const char *text; /* all of a flag, the beginning of a number */
    bool *flag;
    uint16_t *number;
} words[] = {
    {"disable_iommu", .flag = &machine.disable_iommu},
    {"trace=debugcon", .flag = &machine.trace},
    {"quiet", .flag = &machine.quiet},
    {"idle=exit", .flag = &machine.idle_exit},
    {"console_port=", .number = &machine.console_port},
    {"debug_port=", .number = &machine.debug_port},
    {"check=", .number = &machine.check_interval},
    {"ticks=", .number = &machine.ticks},
    {"output=", .number = &machine.output},
    {"errors=", .number = &machine.errors},
};

#define LINE_ROOM 4096

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
    do {
        unsigned digit = digit_value(*text);
        value = value * base + digit;
        if (digit >= base || value > 0xffff)
            return false;
    } while (*++text != '\0');
    *number = (uint16_t)value;
    return true;
}

/* Hexadecimal numbers with commas between them. */
static bool parse_exam(const char *text) {
    for (word_t *to = machine.exam; to < machine.exam + EXAM_WORDS; to++) {
        for (*to = 0; digit_value(*text) < 16; text++)
            *to = *to << 4 | digit_value(*text);
        if (*text++ != ',')
            return text[-1] == '\0';
    }
    return false;
}

static bool parse_word(const char *word) {
    if (after(word, "exam=") != NULL)
        return parse_exam(after(word, "exam="));
    for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
        const char *rest = after(word, words[i].text);
        if (rest != NULL && words[i].number != NULL)
            return parse_number(rest, words[i].number);
        if (rest != NULL && *rest == '\0')
            return *words[i].flag = true;
    }
    return false;
}

static bool begins_word(const char *line, unsigned at) {
    return line[at] != '\0' && (at == 0 || line[at - 1] == '\0');
}

void command_line_parse(paddr_t text) {
    static char line[LINE_ROOM]; /* spaces become ends of words */
    const char *from = text == 0 ? NULL : physical(text, LINE_ROOM);
    unsigned length = 0;
    for (; from != NULL && length < LINE_ROOM - 1 && from[length] != '\0'; length++)
        line[length] = from[length] == ' ' ? '\0' : from[length];
    machine.debug_port = machine.console_port = default_port();
    for (unsigned i = 0; i < length; i++)
        if (begins_word(line, i))
            parse_word(&line[i]);
    serial_init(machine.console_port);
    serial_init(machine.debug_port);
    kprintf("Boot config: debug_port = 0x%x\n", machine.debug_port);
    kprintf("Boot config: disable_iommu = %s\n", machine.disable_iommu ? "true" : "false");
    for (unsigned i = 1; i < length; i++)
        if (begins_word(line, i) && !parse_word(&line[i]))
            kprintf("Warning: the kernel does not know the word '%s'; it is ignored.\n", &line[i]);
    if (machine.check_interval != 0 && check_invariants == NULL) {
        kprintf("Warning: this kernel cannot check its invariants; check=%u is ignored.\n",
                machine.check_interval);
        machine.check_interval = 0;
    }
}
