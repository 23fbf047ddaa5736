/*
 * Programs the PIT: a mode word, then the count, low byte first.
 *
 * In mode 0 the output rises once when the count has run down; after the mode word alone, without
 * a count, nothing runs. In mode 2 the count is loaded again by itself.
 */
#include "pit.h"
#include <utils/time.h>

#define PORT_COUNT 0x40
#define PORT_MODE  0x43

#define BOTH_BYTES 0x30
#define MODE_ONCE  0x00
#define MODE_RATE  0x04

uint32_t pit_ticks(uint64_t ns) {
    const uint64_t longest = PIT_MAX_TICKS * NS_IN_S / PIT_HZ;
    uint64_t ticks = ns >= longest ? PIT_MAX_TICKS : ns * PIT_HZ / NS_IN_S;

    return ticks == 0 ? 1 : (uint32_t)ticks;
}

static int program(const ps_io_port_ops_t *ports, uint32_t mode, uint32_t ticks) {
    int error = ps_io_port_out(ports, PORT_MODE, 1, BOTH_BYTES | mode);

    if (error == 0) {
        error = ps_io_port_out(ports, PORT_COUNT, 1, ticks & 0xff);
    }
    return error == 0 ? ps_io_port_out(ports, PORT_COUNT, 1, ticks >> 8) : error;
}

int pit_once(const ps_io_port_ops_t *ports, uint32_t ticks) {
    return program(ports, MODE_ONCE, ticks);
}

int pit_periodic(const ps_io_port_ops_t *ports, uint32_t ticks) {
    /* A count of 1 is not allowed in this mode. */
    return program(ports, MODE_RATE, ticks < 2 ? 2 : ticks);
}

int pit_stop(const ps_io_port_ops_t *ports) {
    return ps_io_port_out(ports, PORT_MODE, 1, BOTH_BYTES | MODE_ONCE);
}
