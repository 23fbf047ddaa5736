/*
 * The simple interface answered from a BootInfo.
 *
 * `data` of every function is the BootInfo. The nth capability counts the groups in this order:
 * first capabilities, shared frames, image frames, paging structures, untypeds; the pages of extra
 * boot information are not counted.
 */
#include <simple-default/simple-default.h>
#include <sel4debug/debug.h>
#include <string.h>
#include <utils/util.h>

/* The first capabilities that exist in every system: slots 1 to 7 and 9 to 11. */
static const seL4_CPtr initial_caps[] = {
    seL4_CapInitThreadTCB, seL4_CapInitThreadCNode, seL4_CapInitThreadVSpace,
    seL4_CapIRQControl,    seL4_CapASIDControl,     seL4_CapInitThreadASIDPool,
    seL4_CapIOPortControl, seL4_CapBootInfoFrame,   seL4_CapInitThreadIPCBuffer,
    seL4_CapDomain,
};

#define NUM_INITIAL_CAPS ((int)(sizeof(initial_caps) / sizeof(initial_caps[0])))
#define NUM_GROUPS       4

static int region_count(seL4_SlotRegion region) { return (int)(region.end - region.start); }

static void counted_groups(const seL4_BootInfo *bi, seL4_SlotRegion groups[NUM_GROUPS]) {
    groups[0] = bi->sharedFrames;
    groups[1] = bi->userImageFrames;
    groups[2] = bi->userImagePaging;
    groups[3] = bi->untyped;
}

static int get_cap_count(void *data) {
    seL4_SlotRegion groups[NUM_GROUPS];
    int count = NUM_INITIAL_CAPS;

    counted_groups(data, groups);
    for (int i = 0; i < NUM_GROUPS; i++) {
        count += region_count(groups[i]);
    }
    return count;
}

static seL4_CPtr get_nth_cap(void *data, int n) {
    seL4_SlotRegion groups[NUM_GROUPS];

    if (n < 0) {
        return seL4_CapNull;
    }
    if (n < NUM_INITIAL_CAPS) {
        return initial_caps[n];
    }
    n -= NUM_INITIAL_CAPS;
    counted_groups(data, groups);
    for (int i = 0; i < NUM_GROUPS; i++) {
        if (n < region_count(groups[i])) {
            return groups[i].start + (seL4_Word)n;
        }
        n -= region_count(groups[i]);
    }
    return seL4_CapNull;
}

static seL4_CPtr get_init_cap(void *data, seL4_CPtr cap) {
    (void)data;
    return cap;
}

static uint8_t get_cnode_size(void *data) {
    const seL4_BootInfo *bi = data;
    return (uint8_t)bi->initThreadCNodeSizeBits;
}

static int get_untyped_count(void *data) {
    const seL4_BootInfo *bi = data;
    return region_count(bi->untyped);
}

static seL4_CPtr get_nth_untyped(void *data, int n, size_t *size_bits, uintptr_t *paddr,
                                 bool *device) {
    const seL4_BootInfo *bi = data;

    if (n < 0 || n >= region_count(bi->untyped)) {
        return seL4_CapNull;
    }
    if (size_bits != NULL) {
        *size_bits = bi->untypedList[n].sizeBits;
    }
    if (paddr != NULL) {
        *paddr = bi->untypedList[n].paddr;
    }
    if (device != NULL) {
        *device = bi->untypedList[n].isDevice;
    }
    return bi->untyped.start + (seL4_Word)n;
}

static int get_userimage_count(void *data) {
    const seL4_BootInfo *bi = data;
    return region_count(bi->userImageFrames);
}

static seL4_CPtr get_nth_userimage(void *data, int n) {
    const seL4_BootInfo *bi = data;

    if (n < 0 || n >= region_count(bi->userImageFrames)) {
        return seL4_CapNull;
    }
    return bi->userImageFrames.start + (seL4_Word)n;
}

/* A BootInfo does not say where its frames lie, so nothing is known to be mapped. */
static void *get_frame_mapping(void *data, void *paddr, int size_bits) {
    (void)data;
    (void)paddr;
    (void)size_bits;
    return NULL;
}

static void *get_frame_info(void *data, void *paddr, int size_bits, seL4_CPtr *cap,
                            seL4_Word *offset) {
    const seL4_BootInfo *bi = data;
    uintptr_t wanted = (uintptr_t)paddr;

    *cap = seL4_CapNull;
    *offset = 0;
    for (int i = 0; i < region_count(bi->untyped); i++) {
        const seL4_UntypedDesc *ut = &bi->untypedList[i];
        if (wanted >= ut->paddr && wanted - ut->paddr < BIT(ut->sizeBits) &&
            ut->sizeBits >= size_bits) {
            *cap = bi->untyped.start + (seL4_Word)i;
            *offset = wanted - ut->paddr;
        }
    }
    return NULL;
}

/*
 * A frame can be carved here only at the very start of an untyped from which nothing was made yet;
 * any other address needs the splitting of vka_alloc_frame_at().
 */
static seL4_Error get_frame_cap(void *data, void *paddr, int size_bits, cspacepath_t *path) {
    seL4_CPtr untyped;
    seL4_Word offset;
    seL4_Word type = size_bits == seL4_PageBits        ? seL4_X86_4K
                     : size_bits == seL4_LargePageBits ? seL4_X86_LargePageObject
                                                       : seL4_X64_HugePageObject;

    get_frame_info(data, paddr, size_bits, &untyped, &offset);
    if (untyped == seL4_CapNull || offset != 0) {
        ZF_LOGE("No untyped starts at %p", paddr);
        return seL4_IllegalOperation;
    }
    return seL4_Untyped_Retype(untyped, type, (seL4_Word)size_bits, path->root, path->dest,
                               path->destDepth, path->offset, 1);
}

static seL4_Error assign_asid(void *data, seL4_CPtr vspace) {
    (void)data;
    return seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace);
}

static int get_core_count(void *data) {
    const seL4_BootInfo *bi = data;
    return (int)bi->numNodes;
}

/* Scheduling contexts do not exist in this kernel. */
static seL4_CPtr get_sched_ctrl(void *data, int core) {
    (void)data;
    (void)core;
    return seL4_CapNull;
}

static void print(void *data) { debug_print_bootinfo(data); }

/* The extra blocks follow the BootInfo frame without gaps, each with its own length. */
static const seL4_BootInfoHeader *find_extended(const seL4_BootInfo *bi, seL4_Word type) {
    const char *at = (const char *)bi + BIT(seL4_BootInfoFrameBits);
    const char *end = at + bi->extraLen;

    while (at + sizeof(seL4_BootInfoHeader) <= end) {
        seL4_BootInfoHeader header;
        memcpy(&header, at, sizeof(header));
        if (header.id == type) {
            return (const void *)at;
        }
        if (header.len < sizeof(header)) {
            break;
        }
        at += header.len;
    }
    return NULL;
}

static ssize_t get_extended_bootinfo_len(void *data, seL4_Word type) {
    const seL4_BootInfoHeader *found = find_extended(data, type);
    seL4_BootInfoHeader header;

    if (found == NULL) {
        return -1;
    }
    memcpy(&header, found, sizeof(header));
    return (ssize_t)header.len;
}

static ssize_t get_extended_bootinfo(void *data, seL4_Word type, void *dest, ssize_t max_len) {
    ssize_t length = get_extended_bootinfo_len(data, type);

    if (length < 0 || max_len < 0) {
        return -1;
    }
    if (length > max_len) {
        length = max_len;
    }
    memcpy(dest, find_extended(data, type), (size_t)length);
    return length;
}

void simple_default_init_bootinfo(simple_t *simple, seL4_BootInfo *bi) {
    *simple = (simple_t){
        .data = bi,
        .frame_cap = get_frame_cap,
        .frame_mapping = get_frame_mapping,
        .frame_info = get_frame_info,
        .ASID_assign = assign_asid,
        .cap_count = get_cap_count,
        .nth_cap = get_nth_cap,
        .init_cap = get_init_cap,
        .cnode_size = get_cnode_size,
        .untyped_count = get_untyped_count,
        .nth_untyped = get_nth_untyped,
        .userimage_count = get_userimage_count,
        .nth_userimage = get_nth_userimage,
        .core_count = get_core_count,
        .print = print,
        .sched_ctrl = get_sched_ctrl,
        .extended_bootinfo_len = get_extended_bootinfo_len,
        .extended_bootinfo = get_extended_bootinfo,
    };
    simple_default_init_arch_simple(&simple->arch_simple, bi);
}
