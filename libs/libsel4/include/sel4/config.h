/* Gives the CONFIG_ symbols to the headers of libsel4. */
#pragma once
#include <autoconf.h>
