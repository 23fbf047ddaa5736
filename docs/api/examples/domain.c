/* The time table of domains; this configuration has one domain and one line to write. */
#include <sel4/sel4.h>

static seL4_Error put_into_domain_0(seL4_TCB tcb) {
    return seL4_DomainSet_Set(seL4_CapDomain, 0, tcb);
}

/* Domain 0 runs for 100 ticks, then the table starts again; it begins now. */
static seL4_Error make_time_table(void) {
    seL4_Error error = seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 0, 0, 100);
    return error != seL4_NoError ? error : seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0);
}
