/* Inside of stdio: the one console behind stdout and stderr. */
#pragma once
#include <stddef.h>

/** Writes characters in one loop of system calls. */
void libc_console_write(const char *text, size_t n);
