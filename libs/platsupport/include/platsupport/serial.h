/* The serial lines of a PC, polled. */
#pragma once

#include <platsupport/chardev.h>

enum chardev_id {
    PC99_SERIAL_COM1,
    PC99_SERIAL_COM2,
    PC99_SERIAL_COM3,
    PC99_SERIAL_COM4,
    PS_SERIAL0 = PC99_SERIAL_COM1,
    PS_SERIAL1 = PC99_SERIAL_COM2,
    PS_SERIAL_DEFAULT = PC99_SERIAL_COM1
};

/**
 * Prepare a serial line: 115200 baud, 8 bits, no parity.
 * @param id      which
 * @param ops     IO ports are needed
 * @param device  receives the line
 * @return device, NULL if there is no such line
 */
ps_chardevice_t *ps_cdev_init(enum chardev_id id, const ps_io_ops_t *ops, ps_chardevice_t *device);
