/* What the root task says, and what it asks the kernel that only a debug kernel answers.
 *
 * A release kernel has no console, so words go out through the serial port itself.
 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>

static void put(const char *text);

/* The line is where only the root task can write: a thread that runs wild, and gets here, faults
 * before it has said anything in the root task's name. */
void say(const char *format, ...) {
    static char line[160];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    put(line);
}

#ifdef CONFIG_DEBUG_BUILD

static void put(const char *text) { printf("%s", text); }

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

#define SERIAL_PORT 0x3f8

static void put(const char *text) {
    static word port;
    if (port == 0) {
        port = slots(1);
        seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, SERIAL_PORT, SERIAL_PORT, OWN_CNODE,
                                     port, 64);
    }
    for (; *text != '\0'; text++) {
        seL4_X86_IOPort_Out8(port, SERIAL_PORT, *text);
    }
}

bool is_type(word slot, word type) {
    (void)slot, (void)type;
    return false;
}

void name_thread(word tcb) { (void)tcb; }

void dump_sometimes(void) {}

#endif
