/* A second usual name of the configuration. */
#pragma once
#include <autoconf.h>
