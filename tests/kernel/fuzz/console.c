/* What the root task says, and what it asks the kernel that only a debug kernel answers.
 *
 * A release kernel has no console, so words go out through the serial port itself.
 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>

#define SERIAL_PORT 0x3f8

static word serial_port;

void say(const char *format, ...) {
    char line[160];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    if (serial_port == 0) {
        serial_port = issue_ports(SERIAL_PORT, SERIAL_PORT);
    }
    for (const char *at = line; *at != '\0'; at++) {
        seL4_X86_IOPort_Out8(serial_port, SERIAL_PORT, *at);
    }
}

#ifdef CONFIG_DEBUG_BUILD

bool is_type(word slot, word type) { return seL4_DebugCapIdentify(slot) == type; }

/* A name that is hard to print, or one that is not. */
void name_thread(word tcb) {
    seL4_DebugNameThread(tcb, root_chance(50) ? "a thread with another name" : "\"");
}

/* What is meant for people is shown of the oddest worlds. */
void dump_sometimes(void) {
    if (root_chance(3)) {
        seL4_DebugDumpScheduler();
    }
    if (root_chance(3)) {
        seL4_DebugSnapshot();
    }
}

#else

bool is_type(word slot, word type) {
    (void)slot, (void)type;
    return false;
}

void name_thread(word tcb) { (void)tcb; }

void dump_sometimes(void) {}

#endif
