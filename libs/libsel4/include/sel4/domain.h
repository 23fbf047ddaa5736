/* Scheduling domains: groups of threads that get the processor by a fixed time table.
 *
 * seL4 Reference Manual, 6.3; ABI sheet 6.7, 9.5. */
#pragma once
#include <sel4/invoke.h>

/** Puts a thread into a domain.
 *
 * @param _service the domain capability
 * @param domain   0 to CONFIG_NUM_DOMAINS - 1
 * @param thread   the thread
 * @retval seL4_NoError
 * @retval seL4_InvalidArgument  no such domain (0), or thread is no TCB (1)
 * @retval seL4_TruncatedMessage no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_Set(seL4_DomainSet _service, seL4_Uint8 domain,
                                             seL4_TCB thread) {
    seL4_SetCap(0, thread);
    return sel4_invoke(_service, DomainSetSet, 1, 1, domain, 0, 0, 0);
}

/** Writes one line of the time table.
 *
 * @param _service the domain capability
 * @param index    number of the line; the last one cannot be written
 * @param domain   which domain runs
 * @param duration for how many timer ticks; 0 with domain 0: the table ends here
 * @retval seL4_NoError
 * @retval seL4_RangeError      index or domain; MR0 and MR1 tell what is allowed
 * @retval seL4_InvalidArgument duration 0 with another domain (1); duration too long, or 0 at the
 *                              line where the table starts (2) */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_ScheduleConfigure(seL4_DomainSet _service, seL4_Word index,
                                                           seL4_Uint8 domain, seL4_Time duration) {
    return sel4_invoke(_service, DomainScheduleConfigure, 0, 3, index, domain, duration, 0);
}

/** Chooses the line at which the time table starts, and goes there at once.
 *
 * @param _service the domain capability
 * @param index    number of the line
 * @retval seL4_NoError
 * @retval seL4_RangeError      index; MR0 and MR1 tell what is allowed
 * @retval seL4_InvalidArgument that line is an end of the table (0) */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_ScheduleSetStart(seL4_DomainSet _service,
                                                          seL4_Word index) {
    return sel4_invoke(_service, DomainScheduleSetStart, 0, 1, index, 0, 0, 0);
}
