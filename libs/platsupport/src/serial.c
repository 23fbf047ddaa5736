/* A 16550 by polling: wait until it takes a character, or look whether one has come. */
#include <platsupport/serial.h>
#include <stdbool.h>

/* Registers, in ports from the first. */
#define DATA         0
#define INTERRUPTS   1
#define DIVISOR_LOW  0
#define DIVISOR_HIGH 1
#define FIFO_CONTROL 2
#define LINE_CONTROL 3
#define MODEM        4
#define LINE_STATUS  5

#define SET_DIVISOR   0x80
#define EIGHT_BITS    0x03
#define FIFO_ON       0x07
#define READY         0x03
#define STATUS_INPUT  0x01
#define STATUS_ROOM   0x20
#define NOT_CONNECTED 0xff
#define END_OF_FILE   (-1)

static const uint32_t ports[] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};

static int get(const ps_chardevice_t *device, uint32_t number) {
    uint32_t value;
    int error = ps_io_port_in(&device->ioops.io_port_ops, device->port + number, 1, &value);

    return error == 0 ? (int)value : NOT_CONNECTED;
}

static int set(const ps_chardevice_t *device, uint32_t number, uint32_t value) {
    return ps_io_port_out(&device->ioops.io_port_ops, device->port + number, 1, value);
}

static int read_char(ps_chardevice_t *device) {
    return get(device, LINE_STATUS) & STATUS_INPUT ? get(device, DATA) : END_OF_FILE;
}

static int write_char(ps_chardevice_t *device, int c) {
    while ((get(device, LINE_STATUS) & STATUS_ROOM) == 0) {
        /* A character takes 87 microseconds on the line. */
    }
    return set(device, DATA, (uint32_t)c & 0xff) == 0 ? c : END_OF_FILE;
}

static bool configure(const ps_chardevice_t *device) {
    static const struct {
        uint32_t number, value;
    } settings[] = {
        {INTERRUPTS, 0},   {LINE_CONTROL, SET_DIVISOR}, {DIVISOR_LOW, 1},
        {DIVISOR_HIGH, 0}, {LINE_CONTROL, EIGHT_BITS},  {FIFO_CONTROL, FIFO_ON},
        {MODEM, READY},
    };
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (set(device, settings[i].number, settings[i].value) != 0) {
            return false;
        }
    }
    return get(device, LINE_STATUS) != NOT_CONNECTED;
}

ps_chardevice_t *ps_cdev_init(enum chardev_id id, const ps_io_ops_t *ops, ps_chardevice_t *device) {
    if ((size_t)id >= sizeof(ports) / sizeof(ports[0])) {
        return NULL;
    }
    *device = (ps_chardevice_t){
        .id = (int)id,
        .port = ports[id],
        .ioops = *ops,
        .read = read_char,
        .write = write_char,
    };
    return configure(device) ? device : NULL;
}
