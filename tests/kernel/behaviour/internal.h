/* What the parts of the framework say to each other; cases do not include this. */
#pragma once

#include "check.h"

extern word next_slot;
/** Forgets the helper threads of the case before. */
void threads_reset(void);
void signal_runner(word badge_cap);
