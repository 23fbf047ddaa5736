/* What the root task finds when it starts: boot info, initial capabilities, the shape of memory.
 *
 * Registers at the first instruction are shown by programs/entry.c: main() cannot see them.
 */
#include "check.h"

#define COUNT(region) ((region).end - (region).start)

BEHAVIOUR("boot: the fixed slots hold the initial capabilities") {
    static const uint8_t types[seL4_NumInitialCaps] = {0, 12, 10, 9,  14, 11, 13, 31,
                                                       0, 1,  1,  20, 0,  0,  0,  0};
    for (word s = 0; s < seL4_NumInitialCaps; s++) {
        EQUAL(type_of(s), types[s]);
    }
}

BEHAVIOUR("boot: the regions of the root CNode follow each other from slot 16") {
    EQUAL(boot_info->userImagePaging.start, seL4_NumInitialCaps);
    EQUAL(boot_info->extraBIPages.start, boot_info->userImagePaging.end);
    EQUAL(boot_info->userImageFrames.start, boot_info->extraBIPages.end);
    EQUAL(boot_info->untyped.start, boot_info->userImageFrames.end);
    EQUAL(boot_info->empty.start, boot_info->untyped.end);
}

BEHAVIOUR("boot: the root CNode has 2^13 slots, and the empty region ends with it") {
    EQUAL(boot_info->initThreadCNodeSizeBits, 13);
    EQUAL(boot_info->empty.end, 1 << 13);
}

BEHAVIOUR("boot: one node, one domain, no shared frames, no IO spaces") {
    EQUAL(boot_info->nodeID, 0);
    EQUAL(boot_info->numNodes, 1);
    EQUAL(boot_info->initThreadDomain, 0);
    EQUAL(boot_info->numIOPTLevels, ~0ul);
    EQUAL(COUNT(boot_info->sharedFrames), 0);
    EQUAL(COUNT(boot_info->ioSpaceCaps), 0);
}

BEHAVIOUR("boot: image, IPC buffer, boot info and extra boot info follow each other") {
    word buffer = (word)boot_info->ipcBuffer;
    EQUAL(buffer % 4096, 0);
    EQUAL((word)boot_info, buffer + 4096);
    EQUAL(*(const word *)((word)boot_info + 4096), SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP);
}

BEHAVIOUR("boot: the image lies in one piece of physical memory, a frame capability a page") {
    word first = 0;
    for (word s = boot_info->userImageFrames.start; s < boot_info->userImageFrames.end; s++) {
        struct answer a = invoke(s, X86PageGetAddress, WORDS(), WITH());
        EQUAL(a.label, 0);
        if (s == boot_info->userImageFrames.start) {
            first = a.mr[0];
        }
        EQUAL(a.mr[0], first + (s - boot_info->userImageFrames.start) * 4096);
    }
}

BEHAVIOUR("boot: the paging region holds PDPT, page directory and page table in this order") {
    word s = boot_info->userImagePaging.start;
    EQUAL(COUNT(boot_info->userImagePaging), 3);
    EQUAL(type_of(s), 7);
    EQUAL(type_of(s + 1), 5);
    EQUAL(type_of(s + 2), 3);
}

BEHAVIOUR("boot: every untyped slot holds an untyped, device memory first, each kind ascending") {
    bool ram_seen = false;
    word last = 0;
    for (word i = 0; i < COUNT(boot_info->untyped); i++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        EQUAL(type_of(boot_info->untyped.start + i), 2);
        if (!u->isDevice && !ram_seen) {
            ram_seen = true;
            last = 0;
        }
        CHECK(u->isDevice == !ram_seen);
        CHECK(u->paddr >= last);
        CHECK(u->sizeBits >= seL4_MinUntypedBits && u->sizeBits <= seL4_MaxUntypedBits);
        last = u->paddr + (1ul << u->sizeBits);
    }
}

BEHAVIOUR("boot: nearly all of the 512 MiB is there as untyped RAM") {
    word bytes = 0;
    for (word i = 0; i < COUNT(boot_info->untyped); i++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        bytes += u->isDevice ? 0 : 1ul << u->sizeBits;
    }
    CHECK(bytes > 500ul << 20);
    CHECK(bytes < 512ul << 20);
}

BEHAVIOUR("boot: no untyped covers the local APIC, whose page stays with the kernel") {
    for (word i = 0; i < COUNT(boot_info->untyped); i++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        CHECK(u->paddr > 0xfee00fff || u->paddr + (1ul << u->sizeBits) <= 0xfee00000);
    }
}

BEHAVIOUR("boot: extra boot info holds RSDP, memory map and TSC frequency, packed") {
    const char *p = (const char *)boot_info + 4096;
    static const struct { word id, length; } expected[] = {{3, 52}, {2, 1220}, {5, 20}};
    EQUAL(boot_info->extraLen, 1292);
    for (unsigned i = 0; i < 3; i++) {
        EQUAL(((const word *)p)[0], expected[i].id);
        EQUAL(((const word *)p)[1], expected[i].length);
        p += expected[i].length;
    }
}

BEHAVIOUR("boot: the RSDP in extra boot info carries its signature") {
    const char *signature = (const char *)boot_info + 4096 + 16;
    EQUAL(__builtin_memcmp(signature, "RSD PTR ", 8), 0);
}

BEHAVIOUR("boot: the TSC frequency is given in plausible megahertz") {
    uint32_t mhz = *(const uint32_t *)((const char *)boot_info + 4096 + 52 + 1220 + 16);
    CHECK(mhz >= 100 && mhz <= 10000);
}

BEHAVIOUR("boot: an initial capability is the parent of its copies") {
    word c = copy(seL4_CapBootInfoFrame);
    EQUAL(type_of(c), 1);
    EXPECT(revoke(seL4_CapBootInfoFrame), DONE);
    EQUAL(type_of(c), 0);
    EQUAL(type_of(seL4_CapBootInfoFrame), 1);
}

BEHAVIOUR("boot: the root task may set priorities up to 255") {
    word tcb = make(seL4_TCBObject, 0);
    EXPECT(invoke(tcb, TCBSetPriority, WORDS(255), WITH(OWN_TCB)), DONE);
    EXPECT(invoke(tcb, TCBSetPriority, WORDS(256), WITH(OWN_TCB)), OUT_OF_RANGE(0, 255));
}

BEHAVIOUR("boot: slots of the root CNode are named with all 64 bits") {
    EXPECT(invoke(OWN_CNODE, CNodeDelete, WORDS(slot(), 13), WITH()), GUARD_MISMATCH(0, 13, 0, 51));
    EXPECT(invoke(OWN_CNODE, CNodeDelete, WORDS(slot(), 64), WITH()), DONE);
}
