/* Everything a seL4 program needs to talk to the kernel. */
#pragma once
#include <sel4/config.h>
#include <sel4/types.h>
#include <sel4/assert.h>
#include <sel4/functions.h>
#include <sel4/syscalls.h>
#include <sel4/client.h>
#include <sel4/faults.h>
#include <sel4/bootinfo.h>
