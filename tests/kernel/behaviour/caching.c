/* Cache attributes of mappings, of device memory and of RAM: which are accepted, and what is read.
 * Machine: pc
 *
 * The device memory is the firmware's ROM below 1 MiB, where the RSDP lies that boot info has too.
 */
#include "check.h"

#define A         0x10000000000ul
#define ROM_INDEX 15 /* of the 64 KiB pieces of the first megabyte */
#define ROM_BITS  16
#define ROM_PAGES (1 << (ROM_BITS - 12))

static const word attributes[] = {seL4_X86_Default_VMAttributes,
                                  seL4_X86_WriteBack,
                                  seL4_X86_WriteThrough,
                                  seL4_X86_CacheDisabled,
                                  seL4_X86_Uncacheable,
                                  seL4_X86_WriteCombining,
                                  ~0ul,
                                  0xff8};
#define ATTRIBUTES (sizeof attributes / sizeof attributes[0])

/* Gives the PDPT, whose deletion makes room for another. */
static word tables(word attribute) {
    word pdpt = make(seL4_X86_PDPTObject, 0);
    REQUIRE(invoke(pdpt, X86PDPTMap, WORDS(A, attribute), WITH(OWN_VSPACE)).label == 0);
    REQUIRE(invoke(make(seL4_X86_PageDirectoryObject, 0), X86PageDirectoryMap, WORDS(A, attribute),
                   WITH(OWN_VSPACE))
                .label == 0);
    REQUIRE(invoke(make(seL4_X86_PageTableObject, 0), X86PageTableMap, WORDS(A, attribute),
                   WITH(OWN_VSPACE))
                .label == 0);
    return pdpt;
}
static struct answer map(word frame, word at, word attribute) {
    return invoke(frame, X86PageMap, WORDS(at, 3, attribute), WITH(OWN_VSPACE));
}
static word sum(word at, word bytes) {
    word total = 0;
    for (word i = 0; i < bytes; i += sizeof(word)) {
        total = total * 31 + *(volatile word *)(at + i);
    }
    return total;
}
/* The frames of the ROM. */
static word rom_frames(void) {
    word first_megabyte = 0, pieces = slots(16), frames = slots(ROM_PAGES);
    for (word s = boot_info->untyped.start; s < boot_info->untyped.end; s++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[s - boot_info->untyped.start];
        if (u->isDevice && u->paddr == 0 && u->sizeBits == 20) {
            first_megabyte = s;
        }
    }
    REQUIRE(first_megabyte &&
            retype(first_megabyte, seL4_UntypedObject, ROM_BITS, pieces, 16).label == 0);
    REQUIRE(retype(pieces + ROM_INDEX, seL4_X86_4K, 0, frames, ROM_PAGES).label == 0);
    return frames;
}

BEHAVIOUR("caching: device memory is read the same with every attribute") {
    word frame = rom_frames(), first = 0;
    tables(0);
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        EXPECT(map(frame, A, attributes[i]), DONE);
        word seen = sum(A, 4096);
        first = i == 0 ? seen : first;
        EQUAL(seen, first);
    }
}

BEHAVIOUR("caching: the firmware's tables are readable as device memory") {
    word frames = rom_frames();
    const char *copy = (const char *)boot_info + 4096 + 16;
    bool found = false;
    tables(seL4_X86_CacheDisabled);
    for (word i = 0; i < ROM_PAGES; i++) {
        REQUIRE(map(frames + i, A + i * 4096, seL4_X86_CacheDisabled).label == 0);
    }
    for (word at = 0; at < ROM_PAGES * 4096ul - 20; at += 16) {
        found |= __builtin_memcmp((const char *)A + at, copy, 20) == 0;
    }
    CHECK(found);
}

BEHAVIOUR("caching: RAM keeps what is written under every attribute, and when it changes") {
    word frame = make(seL4_X86_4K, 0);
    tables(0);
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        EXPECT(map(frame, A, attributes[i]), DONE);
        volatile word *at = (word *)A;
        EQUAL(at[0], i == 0 ? 0 : 0x100 + i - 1);
        at[0] = 0x100 + i;
        EQUAL(at[0], 0x100 + i);
    }
}

BEHAVIOUR("caching: tables take every attribute too") {
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        word pdpt = tables(attributes[i]), frame = make(seL4_X86_4K, 0);
        EXPECT(map(frame, A, 0), DONE);
        EQUAL(*(volatile word *)A, 0);
        EXPECT(delete (pdpt), DONE);
    }
}
