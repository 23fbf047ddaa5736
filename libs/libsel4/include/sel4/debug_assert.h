/* seL4_DebugAssert under its own header's name. */
#pragma once
#include <sel4/assert.h>
