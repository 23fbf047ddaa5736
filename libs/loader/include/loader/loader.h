/* The loader's one entry: see README.md for what it makes of a table. */
#pragma once

#include <loader/table.h>
#include <stdnoreturn.h>

/** Start all programs of a table, then suspend the calling thread for good. */
noreturn void loader_run(const struct loader_table *table);
