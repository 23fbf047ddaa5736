/* The layouts of fault messages under a second name. */
#pragma once
#include <sel4/faults.h>
