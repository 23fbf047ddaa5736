/* How an invocation stub talks to a kernel object: one seL4_Call with the method's label.
 *
 * A stub first puts capabilities in place with seL4_SetCap and message registers from 4 on with
 * seL4_SetMR, then calls sel4_invoke with the first four.  When the kernel answers with an error,
 * the first four words of the answer go to the IPC buffer, where seL4_GetMR finds them; on success
 * the buffer is left alone. */
#pragma once
#include <sel4/invocation.h>
#include <sel4/syscalls.h>

/** Result of sel4_invoke_result: error and the answer's first four words. */
typedef struct {
    seL4_Error error;
    seL4_Word mr[4];
} sel4_result_t;

/** Invokes a method that answers with words.
 * @param service capability of the object
 * @param label   the method
 * @param caps    number of capabilities put in place
 * @param length  number of message registers, those in the buffer included
 * @param mr0     message registers 0 to 3; 0 where there are fewer */
LIBSEL4_ALWAYS_INLINE sel4_result_t sel4_invoke_result(seL4_CPtr service, seL4_Word label,
                                                       seL4_Word caps, seL4_Word length,
                                                       seL4_Word mr0, seL4_Word mr1, seL4_Word mr2,
                                                       seL4_Word mr3) {
    seL4_MessageInfo_t info = seL4_MessageInfo_new(label, 0, caps, length);
    sel4_regs_t m = {service, info.words[0], {mr0, mr1, mr2, mr3}};
    m = sel4_trap_exchange(seL4_SysCall, m);
    info.words[0] = m.info;
    sel4_result_t result = {(seL4_Error)seL4_MessageInfo_get_label(info),
                            {m.mr[0], m.mr[1], m.mr[2], m.mr[3]}};
    if (result.error != seL4_NoError) {
        sel4_store(m, seL4_Null);
    }
    return result;
}

/** Invokes a method that answers with nothing but success or an error. */
LIBSEL4_ALWAYS_INLINE seL4_Error sel4_invoke(seL4_CPtr service, seL4_Word label, seL4_Word caps,
                                             seL4_Word length, seL4_Word mr0, seL4_Word mr1,
                                             seL4_Word mr2, seL4_Word mr3) {
    return sel4_invoke_result(service, label, caps, length, mr0, mr1, mr2, mr3).error;
}
