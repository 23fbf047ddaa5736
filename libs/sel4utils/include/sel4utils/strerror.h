/* The names of the kernel's error codes and faults, for messages. */
#pragma once

#include <sel4/sel4.h>

/** @return the name of an error code, e.g. "seL4_FailedLookup"; a number out of range aborts */
const char *sel4_strerror(int errcode);

/** @return the name of a fault type, e.g. "seL4_Fault_VMFault"; "Unknown Fault" for others */
const char *sel4_strfault(int errcode);

/** What sel4_error() calls. */
__attribute__((__noreturn__)) void __sel4_error(int errcode, const char *file, const char *function,
                                                int line, const char *message);

/** Says on the console which error it was, where, and @p message; then aborts. */
#define sel4_error(errcode, message) __sel4_error(errcode, __FILE__, __func__, __LINE__, message)
