/* Making objects out of untyped memory. */
#include <sel4/sel4.h>

/* Makes an endpoint; its capability goes into `slot`, an empty slot of the root task's CNode. */
static seL4_Error make_endpoint(seL4_Untyped untyped, seL4_CPtr slot) {
    return seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, seL4_CapInitThreadCNode, 0, 0, slot,
                               1);
}
