/* Invocation labels under a second usual name. */
#pragma once
#include <sel4/invocation.h>
