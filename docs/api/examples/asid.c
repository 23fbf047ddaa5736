/* Address spaces need a number before anything can be mapped in them. */
#include <sel4/sel4.h>

/* Makes a PML4 an address space, with a number of the root task's own pool. */
static seL4_Error make_address_space(seL4_X64_PML4 pml4) {
    return seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, pml4);
}

/* A further pool for 512 more; `untyped` is RAM of exactly 4 KiB. */
static seL4_Error make_pool(seL4_Untyped untyped, seL4_CPtr slot) {
    return seL4_X86_ASIDControl_MakePool(seL4_CapASIDControl, untyped, seL4_CapInitThreadCNode,
                                         slot, seL4_WordBits);
}
