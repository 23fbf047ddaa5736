/* Types under a second usual name. */
#pragma once
#include <sel4/types.h>
