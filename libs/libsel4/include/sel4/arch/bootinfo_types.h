/* Boot information types under a second usual name. */
#pragma once
#include <sel4/bootinfo_types.h>
