/* The little of an operating system's interface that makes sense here. */
#pragma once
#include <sys/types.h>

/** Ends the program at once. */
__attribute__((noreturn)) void _exit(int status);
