/* Finding a table among those that ACPI gives. */
#pragma once

#include <platsupport/io.h>

/**
 * Copy the beginning of an ACPI table.
 * @param signature  four letters, e.g. "HPET"
 * @param dest       receives the table's first bytes, header included
 * @param size       how many
 * @return 0, or ENODEV if there is no such table of at least that size
 */
int acpi_find(const ps_io_ops_t *ops, const char *signature, void *dest, size_t size);
