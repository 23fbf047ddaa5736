/* The BootInfo of a root task, as the runtime received it. */
#pragma once

#include <sel4/sel4.h>

/** @return the BootInfo, NULL in a program that is not the root task */
seL4_BootInfo *platsupport_get_bootinfo(void);
