/* Devices that take and give characters. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <platsupport/io.h>

typedef struct ps_chardevice ps_chardevice_t;

struct ps_chardevice {
    int id;
    uint32_t port; /* first IO port */
    ps_io_ops_t ioops;
    int (*read)(ps_chardevice_t *device);         /* a character, or EOF */
    int (*write)(ps_chardevice_t *device, int c); /* the character, or EOF */
};

/** @return the next character that has arrived, EOF (-1) if none has */
static inline int ps_cdev_getchar(ps_chardevice_t *device) { return device->read(device); }

/** Send a character, when the device takes it. @return the character, EOF (-1) on failure */
static inline int ps_cdev_putchar(ps_chardevice_t *device, int c) {
    return device->write(device, c);
}
