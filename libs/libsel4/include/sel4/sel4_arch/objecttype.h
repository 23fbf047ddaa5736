/* Object types under a second usual name. */
#pragma once
#include <sel4/objecttype.h>
