/*
 * The loader's memory: objects straight from the untypeds of the BootInfo, nothing is ever freed.
 *
 * `used` mirrors each untyped's watermark, so that the loader knows before a call whether it will
 * fit. The kernel clears an untyped whole at its first use: one that is in use already is taken
 * first, else the smallest that will do.
 */
#include "loader.h"

static const seL4_BootInfo *boot;
static seL4_CPtr next_slot;
static seL4_Word used[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS];

void loader_memory_init(const seL4_BootInfo *info) {
    boot = info;
    next_slot = info->empty.start;
}

static seL4_Word object_bits(seL4_Word type, seL4_Word size_bits) {
    switch (type) {
    case seL4_UntypedObject:
        return size_bits;
    case seL4_CapTableObject:
        return size_bits + seL4_SlotBits;
    case seL4_TCBObject:
        return seL4_TCBBits;
    case seL4_EndpointObject:
        return seL4_EndpointBits;
    case seL4_NotificationObject:
        return seL4_NotificationBits;
    case seL4_X86_LargePageObject:
        return seL4_LargePageBits;
    default:
        return seL4_PageBits;
    }
}

static seL4_Word aligned(seL4_Word value, seL4_Word bits) {
    return (value + (1ul << bits) - 1) & ~((1ul << bits) - 1);
}

/* Whether untyped a is the better place than b: one in use before one untouched, then the size. */
static int better(seL4_Word a, seL4_Word b) {
    if ((used[a] != 0) != (used[b] != 0)) {
        return used[a] != 0;
    }
    return boot->untypedList[a].sizeBits < boot->untypedList[b].sizeBits;
}

static seL4_Word find_untyped(seL4_Word bits, seL4_Word bytes, const char *whose) {
    seL4_Word count = boot->untyped.end - boot->untyped.start, found = count;

    for (seL4_Word i = 0; i < count; i++) {
        const seL4_UntypedDesc *untyped = &boot->untypedList[i];
        if (!untyped->isDevice && aligned(used[i], bits) + bytes <= 1ul << untyped->sizeBits &&
            (found == count || better(i, found))) {
            found = i;
        }
    }
    if (found == count) {
        loader_fail(whose, "no memory is left", seL4_NoError);
    }
    return found;
}

seL4_CPtr loader_make(seL4_Word type, seL4_Word size_bits, seL4_Word count, const char *whose) {
    seL4_Word bits = object_bits(type, size_bits), bytes = count << bits;
    seL4_Word untyped = find_untyped(bits, bytes, whose);
    seL4_CPtr first = next_slot;

    used[untyped] = aligned(used[untyped], bits) + bytes;
    next_slot += count;
    loader_check(seL4_Untyped_Retype(boot->untyped.start + untyped, type, size_bits,
                                     seL4_CapInitThreadCNode, 0, 0, first, count),
                 whose, "cannot make an object");
    return first;
}
