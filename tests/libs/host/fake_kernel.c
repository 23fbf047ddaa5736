/* The rules that fake_kernel.h names, in the plainest form: linear searches over all slots. */
#include "fake_kernel.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vka/object.h>

struct cap {
    int used;
    seL4_Word type, size_bits, paddr;
    long parent; /* slot of the untyped it was made from, -1 for initial ones */
    int device;
    seL4_Word watermark;
    int bits; /* log2 of its bytes */
};

int fake_calls[64];
static struct cap caps[FAKE_SLOTS];
static struct { seL4_Word type, address; } tables[4096];
static int num_tables;
static seL4_BootInfo bootinfo;
static seL4_IPCBuffer buffer;
__thread seL4_IPCBuffer *__sel4_ipc_buffer;

void fake_reset(void) {
    memset(caps, 0, sizeof(caps));
    memset(fake_calls, 0, sizeof(fake_calls));
    memset(&bootinfo, 0, sizeof(bootinfo));
    num_tables = 0;
    __sel4_ipc_buffer = &buffer;
    bootinfo.initThreadCNodeSizeBits = CONFIG_ROOT_CNODE_SIZE_BITS;
    bootinfo.untyped = (seL4_SlotRegion){16, 16};
}

void fake_untyped(seL4_CPtr slot, seL4_Word paddr, int size_bits, int device) {
    caps[slot] = (struct cap){.used = 1,
                              .type = seL4_UntypedObject,
                              .size_bits = (seL4_Word)size_bits,
                              .bits = size_bits,
                              .paddr = paddr,
                              .device = device,
                              .parent = -1};
    seL4_Word n = slot - bootinfo.untyped.start;
    bootinfo.untypedList[n] = (seL4_UntypedDesc){
        .paddr = paddr, .sizeBits = (seL4_Uint8)size_bits, .isDevice = (seL4_Uint8)device};
    bootinfo.untyped.end = slot + 1;
    bootinfo.empty = (seL4_SlotRegion){FAKE_FIRST_FREE, FAKE_SLOTS};
}

seL4_BootInfo *fake_bootinfo(void) { return &bootinfo; }

int fake_is_used(seL4_CPtr slot) { return caps[slot].used; }

int fake_num_caps(void) {
    int count = 0;
    for (seL4_CPtr slot = FAKE_FIRST_FREE; slot < FAKE_SLOTS; slot++) {
        count += caps[slot].used;
    }
    return count;
}

seL4_Word fake_paddr(seL4_CPtr slot) { return caps[slot].paddr; }

static int has_children(seL4_CPtr slot) {
    for (seL4_CPtr i = 0; i < FAKE_SLOTS; i++) {
        if (caps[i].used && caps[i].parent == (long)slot) {
            return 1;
        }
    }
    return 0;
}

static void delete (seL4_CPtr slot) {
    for (seL4_CPtr i = 0; i < FAKE_SLOTS; i++) {
        if (caps[i].used && caps[i].parent == (long)slot) {
            caps[i].parent = caps[slot].parent;
        }
    }
    caps[slot].used = 0;
}

static void revoke(seL4_CPtr slot) {
    for (seL4_CPtr i = 0; i < FAKE_SLOTS; i++) {
        if (caps[i].used && caps[i].parent == (long)slot) {
            revoke(i);
            caps[i].used = 0;
        }
    }
}

static void check_no_overlap(seL4_Word paddr, seL4_Word bytes) {
    for (seL4_CPtr i = 0; i < FAKE_SLOTS; i++) {
        if (caps[i].used && caps[i].type != seL4_UntypedObject &&
            paddr < caps[i].paddr + (1ul << caps[i].bits) && caps[i].paddr < paddr + bytes) {
            fprintf(stderr, "object at %#lx overlaps the one in slot %lu\n", paddr, i);
            abort();
        }
    }
}

static int retype(seL4_CPtr slot, const seL4_Word *mr) {
    struct cap *untyped = &caps[slot];
    seL4_Word type = mr[0], offset = mr[4], count = mr[5];
    int bits = (int)vka_get_object_size(type, mr[1]);

    if (!untyped->used || untyped->type != seL4_UntypedObject) {
        return seL4_InvalidCapability;
    }
    if (offset + count > FAKE_SLOTS || mr[3] != 0) {
        return seL4_RangeError;
    }
    for (seL4_Word i = 0; i < count; i++) {
        if (caps[offset + i].used) {
            return seL4_DeleteFirst;
        }
    }
    if (!has_children(slot)) {
        untyped->watermark = 0;
    }
    seL4_Word start = (untyped->watermark + (1ul << bits) - 1) & ~((1ul << bits) - 1);
    if (start + (count << bits) > 1ul << untyped->bits) {
        return seL4_NotEnoughMemory;
    }
    if (untyped->device && type != seL4_UntypedObject && type != seL4_X86_4K &&
        type != seL4_X86_LargePageObject) {
        return seL4_InvalidArgument;
    }
    for (seL4_Word i = 0; i < count; i++) {
        seL4_Word paddr = untyped->paddr + start + (i << bits);
        check_no_overlap(paddr, 1ul << bits);
        caps[offset + i] = (struct cap){.used = 1,
                                        .type = type,
                                        .size_bits = mr[1],
                                        .bits = bits,
                                        .paddr = paddr,
                                        .device = untyped->device,
                                        .parent = (long)slot};
    }
    untyped->watermark = start + (count << bits);
    return 0;
}

/* A copy of an object's capability stands beside the original: child of the same untyped. */
static int copy(const seL4_Word *mr) {
    if (caps[mr[0]].used) {
        return seL4_DeleteFirst;
    }
    if (!caps[mr[2]].used) {
        return seL4_FailedLookup;
    }
    caps[mr[0]] = caps[mr[2]];
    return 0;
}

static int has_table(seL4_Word type, seL4_Word address, int span) {
    for (int i = 0; i < num_tables; i++) {
        if (tables[i].type == type && tables[i].address >> span == address >> span) {
            return 1;
        }
    }
    return 0;
}

static int missing(seL4_Word address, int down_to) {
    static const struct {
        seL4_Word type;
        int span;
    } levels[] = {{seL4_X86_PDPTObject, 39},
                  {seL4_X86_PageDirectoryObject, 30},
                  {seL4_X86_PageTableObject, 21}};
    for (int i = 0; i < 3 && levels[i].span > down_to; i++) {
        if (!has_table(levels[i].type, address, levels[i].span)) {
            buffer.msg[2] = (seL4_Word)levels[i].span;
            return seL4_FailedLookup;
        }
    }
    return 0;
}

static int map_table(seL4_Word type, seL4_Word address, int span) {
    int error = missing(address, span);
    if (error == 0 && has_table(type, address, span)) {
        return seL4_DeleteFirst;
    }
    if (error == 0) {
        tables[num_tables].type = type;
        tables[num_tables++].address = address;
    }
    return error;
}

static int invoke(seL4_CPtr service, seL4_Word label, const seL4_Word *mr) {
    switch (label) {
    case UntypedRetype:
        return retype(service, mr);
    case CNodeDelete:
        delete (mr[0]);
        return 0;
    case CNodeRevoke:
        revoke(mr[0]);
        return 0;
    case CNodeCopy:
    case CNodeMint:
        return copy(mr);
    case X86PDPTMap:
        return map_table(seL4_X86_PDPTObject, mr[0], 39);
    case X86PageDirectoryMap:
        return map_table(seL4_X86_PageDirectoryObject, mr[0], 30);
    case X86PageTableMap:
        return map_table(seL4_X86_PageTableObject, mr[0], 21);
    case X86PageMap:
        return missing(mr[0], 12);
    default:
        fprintf(stderr, "the fake kernel has no label %lu\n", label);
        abort();
    }
}

sel4_regs_t fake_exchange(seL4_Syscall_ID number, sel4_regs_t m) {
    seL4_MessageInfo_t info = {{m.info}};
    seL4_Word mr[8], label = seL4_MessageInfo_get_label(info);
    (void)number;
    for (int i = 0; i < 8; i++) {
        mr[i] = i < 4 ? m.mr[i] : buffer.msg[i];
    }
    fake_calls[label]++;
    int error = invoke(m.cap, label, mr);
    sel4_regs_t answer = {.info = seL4_MessageInfo_new((seL4_Word)error, 0, 0, 0).words[0]};
    answer.mr[2] = buffer.msg[2];
    return answer;
}

seL4_Word fake_plain(seL4_Syscall_ID number, seL4_Word arg) {
    if (number == seL4_SysDebugCapIdentify) {
        return arg < FAKE_SLOTS && caps[arg].used ? 2 : 0;
    }
    return 0;
}
