/*
 * Drivers' needs (platsupport/io.h) met by capabilities.
 *
 * The simple, vka and address space that are given must stay as long as the tables are used. All
 * functions return 0 or an error number.
 */
#pragma once

#include <platsupport/io.h>
#include <simple/simple.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

/** Heap memory from malloc(). */
int sel4platsupport_new_malloc_ops(ps_malloc_ops_t *ops);

/** Device memory mapped into an address space. */
int sel4platsupport_new_io_mapper(vspace_t *vspace, vka_t *vka, ps_io_mapper_t *io_mapper);

/** The device tree: on a PC there is none, and asking for it gives NULL. */
int sel4platsupport_new_fdt_ops(ps_io_fdt_t *io_fdt, simple_t *simple, ps_malloc_ops_t *malloc_ops);

/** All of the above, with the machine's own part (sel4platsupport/arch/io.h). */
int sel4platsupport_new_io_ops(vspace_t *vspace, vka_t *vka, simple_t *simple, ps_io_ops_t *ops);
