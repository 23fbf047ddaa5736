/* See timeout.h. */
#include "timeout.h"

int timeout_set(struct timeout *timeout, uint64_t now, uint64_t ns, timeout_type_t type) {
    timeout->armed = false;
    switch (type) {
    case TIMEOUT_PERIODIC:
    case TIMEOUT_RELATIVE:
        if (ns == 0 || now + ns < now) {
            return EINVAL;
        }
        timeout->due = now + ns;
        timeout->period = type == TIMEOUT_PERIODIC ? ns : 0;
        break;
    case TIMEOUT_ABSOLUTE:
        if (ns <= now) {
            return ETIME;
        }
        timeout->due = ns;
        timeout->period = 0;
        break;
    default:
        return EINVAL;
    }
    timeout->armed = true;
    return 0;
}

bool timeout_check(struct timeout *timeout, uint64_t now) {
    if (!timeout->armed || now < timeout->due) {
        return false;
    }
    if (timeout->period == 0) {
        timeout->armed = false;
    } else {
        timeout->due += (1 + (now - timeout->due) / timeout->period) * timeout->period;
    }
    if (timeout->callback != NULL) {
        timeout->callback(timeout->token, LTIMER_TIMEOUT_EVENT);
    }
    return true;
}
