/* Channel 0 of the 8253/8254 programmable interval timer: a counter of 16 bits that interrupts. */
#pragma once

#include <stdint.h>
#include <platsupport/io.h>

#define PIT_HZ        1193182ull
#define PIT_MAX_TICKS 65535u
#define PIT_IRQ       0

/** @return ticks for a number of nanoseconds, at least 1 and at most PIT_MAX_TICKS */
uint32_t pit_ticks(uint64_t ns);

/** Interrupt once, after that many ticks. @return 0 or an error number */
int pit_once(const ps_io_port_ops_t *ports, uint32_t ticks);

/** Interrupt again and again, each time after that many ticks. @return 0 or an error number */
int pit_periodic(const ps_io_port_ops_t *ports, uint32_t ticks);

/** Interrupt no more. @return 0 or an error number */
int pit_stop(const ps_io_port_ops_t *ports);
