/* The two clocks that the root task has: the timer chip (PIT), which wakes the root task itself at
 * a speed of its choice, and the calendar clock (RTC), whose interrupts are for the threads.
 */
#include "world.h"

#define CLOCK_PIN    2
#define CLOCK_VECTOR 100
#define CLOCK_PORT   0x40
#define ALARM_PORT   0x70

enum { ALARM_RATE = 10, ALARM_CONTROL = 11, ALARM_FLAGS = 12 };

word clock_handler;
static word bell, clock_ports, alarm_ports;

void set_clock(word period) {
    seL4_X86_IOPort_Out8(clock_ports, CLOCK_PORT + 3, 0x34); /* counter 0, both bytes, periodic */
    seL4_X86_IOPort_Out8(clock_ports, CLOCK_PORT, period & 255);
    seL4_X86_IOPort_Out8(clock_ports, CLOCK_PORT, period >> 8);
}

static uint8_t read_alarm(uint8_t index) {
    seL4_X86_IOPort_Out8(alarm_ports, ALARM_PORT, index);
    return seL4_X86_IOPort_In8(alarm_ports, ALARM_PORT + 1).result;
}

static void change_alarm(uint8_t index, uint8_t clear, uint8_t set) {
    uint8_t value = (read_alarm(index) & ~clear) | set;
    seL4_X86_IOPort_Out8(alarm_ports, ALARM_PORT + 1, value);
}

void let_alarm_ring(void) { read_alarm(ALARM_FLAGS); }

static bool has_ports(word slot, word first) {
    return seL4_X86_IOPort_In8(slot, first).error == 0 ||
           seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, first, first + 3, OWN_CNODE, slot,
                                        64) == 0;
}

static bool has_line(void) {
    return seL4_IRQHandler_Ack(clock_handler) == 0 ||
           (seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, OWN_CNODE, clock_handler, 64, 0,
                                      CLOCK_PIN, 0, 0, CLOCK_VECTOR) == 0 &&
            seL4_IRQHandler_SetNotification(clock_handler, bell) == 0);
}

bool mend_clocks(void) {
    bool alarm = has_ports(alarm_ports, ALARM_PORT);
    change_alarm(ALARM_RATE, 15, 3);      /* 8192 a second */
    change_alarm(ALARM_CONTROL, 0, 0x40); /* an interrupt each, until let_alarm_ring() */
    return has_ports(clock_ports, CLOCK_PORT) && has_line() && alarm;
}

void start_clocks(word notification) {
    bell = notification;
    clock_handler = slots(1);
    clock_ports = slots(1);
    alarm_ports = slots(1);
    must(mend_clocks(), "lines and ports of the clocks are free");
}
