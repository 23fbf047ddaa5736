/* Faults under a second usual name. */
#pragma once
#include <sel4/faults.h>
