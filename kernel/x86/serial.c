/* The serial line: polled, 115200 baud, 8 data bits, no parity, 1 stop bit. */
#include "x86/x86.h"

#include "boot/boot.h"
#include "debug/debug.h"

enum serial_register { /* offsets from the base port */
                       serial_data = 0,
                       serial_interrupts = 1,
                       serial_fifo = 2,
                       serial_line_control = 3,
                       serial_modem_control = 4,
                       serial_line_status = 5,
                       serial_divisor_low = 0,
                       serial_divisor_high = 1,
};

#define LINE_8N1         0x03
#define LINE_SET_DIVISOR 0x80
#define FIFO_ON_CLEARED  0x07
#define MODEM_READY      0x03 /* DTR, RTS */
#define STATUS_TX_EMPTY  0x20
#define FIFO_BYTES       16
#define MOST_POLLS       100000 /* a line that never gets free loses a character, not the machine */

static uint16_t base;
static unsigned room; /* bytes that the empty FIFO was seen to take and has not got yet */

void serial_init(uint16_t port) {
    base = port;
    room = 0;
    port_out8(base + serial_interrupts, 0);
    port_out8(base + serial_line_control, LINE_SET_DIVISOR);
    port_out8(base + serial_divisor_low, 1);
    port_out8(base + serial_divisor_high, 0);
    port_out8(base + serial_line_control, LINE_8N1);
    port_out8(base + serial_fifo, FIFO_ON_CLEARED);
    port_out8(base + serial_modem_control, MODEM_READY);
}

static void put_raw(char c) {
    for (unsigned polls = 0; room == 0 && polls < MOST_POLLS; polls++)
        if (port_in8(base + serial_line_status) & STATUS_TX_EMPTY)
            room = FIFO_BYTES;
    if (room > 0)
        room--;
    port_out8(base + serial_data, (uint8_t)c);
}

static void count_one(void) {
    static word_t printed;
    if (++printed == machine.output * 1024ul)
        machine_stop(STOP_OUTPUT);
}

void serial_put(char c) {
    if (c == '\n')
        put_raw('\r');
    put_raw(c);
    count_one();
}

void serial_written(uint16_t from, unsigned bytes) {
    if (from <= base && base < from + bytes)
        count_one();
}
