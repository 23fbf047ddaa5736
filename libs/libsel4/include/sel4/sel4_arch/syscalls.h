/* System calls under a second usual name. */
#pragma once
#include <sel4/syscalls.h>
