/* The invocations under a second usual name. */
#pragma once
#include <sel4/client.h>
