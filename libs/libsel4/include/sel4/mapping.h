/* The mapping header under its architecture-neutral name. */
#pragma once
#include <sel4/x86/mapping.h>
