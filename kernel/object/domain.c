/* The domain capability: which domain a thread belongs to, and the schedule of domains. The
 * schedule itself is sched/domain.c; here its arguments are checked.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"

outcome_t domain_set(struct invocation *inv) {
    word_t domain = word_arg(inv, 0);
    if (domain >= CONFIG_NUM_DOMAINS)
        return refuse(fail_argument(0), "Domain Configure: invalid domain (%lu >= %u).", domain,
                      CONFIG_NUM_DOMAINS);
    if (inv->extra_count < 1)
        return refuse(fail_truncated(), "Domain Configure: Truncated message.");
    cap_t cap = cap_arg(inv, 0);
    if (cap_type(cap) != cap_thread)
        return refuse(fail_argument(1), "Domain Configure: thread cap required.");
    thread_set_domain(cap_object(cap), domain);
    return DONE;
}

outcome_t schedule_configure(struct invocation *inv) {
    word_t index = word_arg(inv, 0), domain = word_arg(inv, 1), duration = word_arg(inv, 2);
    if (index >= DOMAIN_LAST_ENTRY)
        return refuse(fail_range(0, DOMAIN_LAST_ENTRY - 1),
                      "Domain Schedule Configure: Invalid index.");
    if (domain >= CONFIG_NUM_DOMAINS)
        return refuse(fail_range(0, CONFIG_NUM_DOMAINS - 1),
                      "Domain Schedule Configure: Invalid domain.");
    if (duration > DOMAIN_LONGEST_TURN)
        return refuse(fail_argument(2), "Domain Schedule Configure: Invalid duration.");
    if (duration == 0 && domain != 0)
        return refuse(fail_argument(1), "Domain Schedule Configure: An end marker has domain 0.");
    return domain_configure(index, domain, duration);
}

outcome_t schedule_set_start(struct invocation *inv) {
    word_t index = word_arg(inv, 0);
    if (index > DOMAIN_LAST_ENTRY)
        return refuse(fail_range(0, DOMAIN_LAST_ENTRY), "Domain Schedule SetStart: Invalid index.");
    return domain_start(index);
}
