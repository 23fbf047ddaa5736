/* The part of drivers' needs that only a PC has. */
#pragma once

#include <sel4platsupport/io.h>

/**
 * Fill in the IO ports, and what the kernel found out about the machine.
 * @param ops  its malloc_ops must be set
 * @return 0 or ENOMEM
 */
int sel4platsupport_new_arch_ops(ps_io_ops_t *ops, simple_t *simple, vka_t *vka);
