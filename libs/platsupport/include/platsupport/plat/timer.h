/* Timers of a PC under the name that programs include. */
#pragma once

#include <platsupport/ltimer.h>
#include <platsupport/timer.h>
