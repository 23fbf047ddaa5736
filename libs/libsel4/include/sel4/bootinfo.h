/* Boot information of the root task. */
#pragma once
#include <sel4/bootinfo_types.h>
