/* What the system can do for a program's console and drivers. */
#pragma once

#include <sel4platsupport/bootinfo.h>
#include <sel4platsupport/io.h>
#include <simple/simple.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

/**
 * Make printf usable. The console is the kernel's debugging line, which works from the first
 * instruction on, so there is nothing to do and nothing to give back.
 * @return 0
 */
int platsupport_serial_setup_simple(vspace_t *vspace, simple_t *simple, vka_t *vka);

/** As platsupport_serial_setup_simple(), for a root task without allocator. @return 0 */
int platsupport_serial_setup_bootinfo_failsafe(void);
