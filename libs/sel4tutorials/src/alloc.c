/* Tries the untypeds in order; the kernel knows which has room. A slot is used up only then. */
#include <sel4tutorials/alloc.h>

static seL4_CPtr slots_taken;

seL4_CPtr alloc_slot(seL4_BootInfo *info) {
    seL4_CPtr slot = info->empty.start + slots_taken;

    if (slot >= info->empty.end) {
        return seL4_CapNull;
    }
    slots_taken++;
    return slot;
}

seL4_CPtr alloc_object(seL4_BootInfo *info, seL4_Word type, seL4_Word size_bits) {
    seL4_CPtr slot = alloc_slot(info);

    if (slot == seL4_CapNull) {
        return seL4_CapNull;
    }
    for (seL4_CPtr untyped = info->untyped.start; untyped < info->untyped.end; untyped++) {
        if (info->untypedList[untyped - info->untyped.start].isDevice) {
            continue;
        }
        if (seL4_Untyped_Retype(untyped, type, size_bits, seL4_CapInitThreadCNode, 0, 0, slot, 1) ==
            seL4_NoError) {
            return slot;
        }
    }
    slots_taken--;
    return seL4_CapNull;
}
