/* printf conversions against the host's: the same text and the same count for thousands of drawn
 * formats and values, into buffers of drawn sizes. */
#define _GNU_SOURCE
#include "ours.h"
#include <float.h>
#include <limits.h>
#include <string.h>

enum { ROOM = 4096 };

/* A drawn conversion. */
struct form {
    char text[64];
    int stars, star[2]; /* arguments for width and precision */
};

static void add(struct form *f, const char *s) { strcat(f->text, s); }

static struct form draw_form(const char *flags, const char *length, char letter,
                             int max_precision) {
    struct form f = {{0}, 0, {0}};
    char piece[16];
    add(&f, below(3) ? "" : "<%%");
    add(&f, "%");
    for (const char *flag = flags; *flag; flag++) {
        if (below(3) == 0) {
            add(&f, (char[]){*flag, 0});
        }
    }
    switch (below(4)) {
    case 0:
        snprintf(piece, sizeof piece, "%u", 1 + below(below(8) ? 30 : 300));
        add(&f, piece);
        break;
    case 1:
        f.star[f.stars++] = (int)below(60) - 30;
        add(&f, "*");
        break;
    }
    switch (below(5)) {
    case 0:
        add(&f, ".");
        break;
    case 1:
        snprintf(piece, sizeof piece, ".%u", below((unsigned)max_precision + 1));
        add(&f, piece);
        break;
    case 2:
        f.star[f.stars++] = (int)below((unsigned)max_precision + 5) - 5;
        add(&f, ".*");
        break;
    }
    add(&f, length);
    add(&f, (char[]){letter, 0});
    add(&f, below(3) ? "" : "tail");
    return f;
}

#define CALL(function, ...)                                                                        \
    (f.stars == 0   ? function(__VA_ARGS__, value)                                                 \
     : f.stars == 1 ? function(__VA_ARGS__, f.star[0], value)                                      \
                    : function(__VA_ARGS__, f.star[0], f.star[1], value))

/* Both print; texts, counts and the byte behind the buffer's end must agree. */
#define COMPARE(show, show_value)                                                                  \
    do {                                                                                           \
        static char ours[ROOM], theirs[ROOM];                                                      \
        size_t size = below(3) ? ROOM : below(40);                                                 \
        memset(ours, 'z', sizeof ours);                                                            \
        memset(theirs, 'z', sizeof theirs);                                                        \
        int n = CALL(our_snprintf, ours, size, f.text);                                            \
        int m = CALL(snprintf, theirs, size, f.text);                                              \
        check(n == m && memcmp(ours, theirs, ROOM) == 0,                                           \
              "\"%s\" (%d, %d) of " show " size %zu: %d [%.80s], host %d [%.80s]", f.text,         \
              f.star[0], f.star[1], show_value, size, n, ours, m, theirs);                         \
    } while (0)

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static uint64_t draw_integer(void) {
    static const uint64_t edges[] = {0,        1,        7,         8,        9,       10,
                                     127,      128,      255,       256,      INT_MAX, 0x80000000,
                                     UINT_MAX, LONG_MAX, 1ul << 63, ULONG_MAX};
    return below(2) ? edges[below(sizeof edges / sizeof edges[0])] : draw() >> below(64);
}

static void integers(void) {
    static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
    unsigned which = below(8);
    char letter = "diuoxX"[below(6)];
    const char *flags = letter == 'd' || letter == 'i' ? "-+ 0" : letter == 'u' ? "-0" : "-#0";
    struct form f = draw_form(flags, lengths[which], letter, 40);
    if (which < 3) {
        unsigned value = (unsigned)draw_integer();
        COMPARE("%#x", value);
    } else {
        unsigned long value = draw_integer();
        COMPARE("%#lx", value);
    }
}

static void strings(void) {
    static const char *const texts[] = {"", "a", "seL4", "a longer text with several words in it"};
    struct form f = draw_form("-", "", 's', 50);
    const char *value = texts[below(4)];
    COMPARE("%s", value);
}

static void characters(void) {
    struct form f = draw_form("-", "", 'c', 0);
    f = (struct form){{0}, 0, {0}};
    add(&f, below(2) ? "[%c]" : below(2) ? "[%5c]" : "[%-4c]");
    int value = (int)below(256);
    COMPARE("%#x", value);
}

void group_format(unsigned rounds);
void group_format(unsigned rounds) {
    for (unsigned i = 0; i < rounds; i++) {
        integers();
        strings();
        characters();
    }
}

static double draw_double(void) {
    static const double edges[] = {0.0,
                                   0.5,
                                   1.5,
                                   2.5,
                                   0.125,
                                   0.375,
                                   9.5,
                                   99.5,
                                   999999.5,
                                   9.9999995,
                                   1e-5,
                                   1e-4,
                                   123456789,
                                   1e15,
                                   1e16,
                                   1e22,
                                   1e23,
                                   DBL_MAX,
                                   DBL_MIN,
                                   DBL_TRUE_MIN,
                                   1.0 / 3,
                                   0.1,
                                   1e9,
                                   1e18,
                                   999999999.5,
                                   __builtin_inf(),
                                   __builtin_nan("")};
    double value;
    uint64_t bits = draw();
    switch (below(5)) {
    case 0:
        value = edges[below(sizeof edges / sizeof edges[0])];
        break;
    case 1:
        value = (double)below(2000) / 16; /* many exact ties */
        break;
    case 2:
        value = (double)(draw() >> below(64)) / (double)(1 + below(1000000));
        break;
    case 3:
        bits &= ~0xffffffffull; /* short mantissas */
        /* fall through */
    default:
        memcpy(&value, &bits, sizeof value);
    }
    return below(2) ? value : -value;
}

void group_float(unsigned rounds);
void group_float(unsigned rounds) {
    for (unsigned i = 0; i < rounds; i++) {
        char letter = "feEgGF"[below(6)];
        int most = below(20) ? 25 : 1200;
        /* Where %#g rounds up to a power of ten the host's library forgets the zeros: see below. */
        const char *flags = letter == 'g' || letter == 'G' ? "-+ 0" : "-+ #0";
        if (below(4)) {
            struct form f = draw_form(flags, below(8) ? "" : "l", letter, most);
            double value = draw_double();
            COMPARE("%a", value);
        } else {
            struct form f = draw_form(flags, "L", letter, most);
            long double value = draw_double();
            COMPARE("%La", value);
        }
    }
}

static void expect(const char *wanted, int count, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    int n = our_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    check(n == count && strcmp(text, wanted) == 0, "\"%s\": %d [%s], wanted %d [%s]", format, n,
          text, count, wanted);
}

/* Many arguments, so that some come from registers and some from the stack, and what differs from
 * the host by decision. */
void group_mixed(unsigned rounds);
void group_mixed(unsigned rounds) {
    char ours[512], theirs[512];
    for (unsigned i = 0; i < rounds; i++) {
        double a = draw_double(), b = draw_double();
        long l = (long)draw();
        int k = (int)draw();
#define ARGUMENTS                                                                                  \
    "%d %s %.3e %ld %x %c %g %lu %d %hhd %.2f %s %*d|%Lg %e %e %e %e %e %e %e %d", k, "one", a, l, \
        (unsigned)k, 'c', b, (unsigned long)l, -k / 2, k, b / 3, "two", 9, k, (long double)a, a,   \
        b, a, b, a, b, a, 77
        int n = our_snprintf(ours, sizeof ours, ARGUMENTS);
        int m = snprintf(theirs, sizeof theirs, ARGUMENTS);
        check(n == m && strcmp(ours, theirs) == 0, "%d [%s], host %d [%s]", n, ours, m, theirs);
    }
    expect("0x136", 5, "%p", (void *)0x136);
    expect("0", 1, "%p", NULL);
    expect("     0x136|0x136   |", 20, "%10p|%-8p|", (void *)0x136, (void *)0x136);
    expect("0xffffff8000000000", 18, "%p", (void *)0xffffff8000000000);
    expect("(null)(nu", 9, "%s%.3s", NULL, NULL);
    expect("before ", -1, "before %n after", NULL);
    expect("%y 5", 4, "%y %d", 5);
    expect("100%", 4, "100%");
    expect("(%a?) 7", 7, "%a %d", 1.5, 7);
    expect("", -1, "%99999999999d", 1);
    expect("", -1, "%.99999999999d", 1);
    expect("1.00000 100. 0.00000", 20, "%#g %#.3g %#g", 1.0, 100.0, 0.0);
    expect("1.00000e+06 1.23457e+08", 23, "%#g %#g", 999999.5, 123456789.0);
    expect("1.00000e-05 0.000100000 1.e+01", 30, "%#g %#g %#.0g", 1e-5, 1e-4, 9.7);
    check(our_snprintf(NULL, 0, "%s", "text") == 4, "size 0 without a buffer");
    char *edge = before_guard(5);
    check(our_snprintf(edge, 5, "%s", "longer") == 6 && strcmp(edge, "long") == 0,
          "cut at a guard");
    check(our_sprintf(ours, "%d%%", 5) == 2 && strcmp(ours, "5%") == 0, "sprintf");
    extern char console[];
    extern size_t console_used;
    console_used = 0;
    check(our_printf("%s %400s\n", "wide", "x") == 406, "printf counts");
    check(console_used == 406 && memcmp(console, "wide  ", 6) == 0, "printf prints all");
}
