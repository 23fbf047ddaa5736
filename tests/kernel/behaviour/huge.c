/* Frames of 1 GiB, of RAM above 4 GiB.
 * Machine: pc
 * Memory: 6144
 *
 * One case: looking through a gigabyte for what is not zero takes a second.
 */
#include "check.h"

#define A          0x10000000000ul
#define GIB        (1ul << 30)
#define WORDS_IN   (GIB / sizeof(word))
#define READ_WRITE 3
#define READ_ONLY  2
#define LEVEL_PD   30
#define LEVEL_PDPT 39

static word high_memory(void) {
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        if (!u->isDevice && u->paddr >= 4 * GIB && u->sizeBits >= seL4_HugePageBits) {
            return boot_info->untyped.start + i;
        }
    }
    REQUIRE(!"a gigabyte above 4 GiB");
    return 0;
}
static struct answer map(word frame, word at, word rights) {
    return invoke(frame, X86PageMap, WORDS(at, rights, 0), WITH(OWN_VSPACE));
}
static void touch(struct thread *self) { *(volatile word *)self->arg = 1; }
/* The status of the fault that a write there meets; 0 if it meets none. */
static word write_status(word at) {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 1);
    start(touch, at, HIGH);
    struct message m = poll(handler);
    return m.cap ? m.mr[3] : 0;
}

BEHAVIOUR("huge: a gigabyte of RAM above 4 GiB is one frame: zeros, shared, read-only, revoked") {
    word memory = high_memory(), frame = slot();
    EXPECT(retype(memory, seL4_X64_HugePageObject, 0, frame, 1), DONE);
    struct answer address = invoke(frame, X86PageGetAddress, WORDS(), WITH());
    CHECK(address.mr[0] >= 4 * GIB && address.mr[0] % GIB == 0);
    EXPECT(map(frame, A, READ_WRITE), MISSING(0, LEVEL_PDPT));
    REQUIRE(invoke(make(seL4_X86_PDPTObject, 0), X86PDPTMap, WORDS(A, 0), WITH(OWN_VSPACE)).label ==
            0);
    EXPECT(map(frame, A + 0x200000, READ_WRITE), MISALIGNED);
    EXPECT(map(frame, A + GIB, READ_WRITE), DONE);
    volatile word *first = (word *)(A + GIB), *second = (word *)(A + 3 * GIB);
    EQUAL(first[0] | first[WORDS_IN / 2] | first[WORDS_IN - 1], 0);
    first[0] = 0x1111;
    first[WORDS_IN - 1] = 0x2222;
    word other = copy(frame);
    EXPECT(map(other, A + 3 * GIB, READ_ONLY), DONE);
    EQUAL(second[0], 0x1111);
    EQUAL(second[WORDS_IN - 1], 0x2222);
    EQUAL(write_status(A + 3 * GIB), 7);
    EQUAL(write_status(A + 2 * GIB), 6);
    EXPECT(map(make(seL4_X86_4K, 0), A + GIB, READ_WRITE), MISSING(0, LEVEL_PD));
    EXPECT(map(make(seL4_X86_LargePageObject, 0), A + GIB, READ_WRITE), MISSING(0, LEVEL_PD));
    EXPECT(invoke(make(seL4_X86_PageTableObject, 0), X86PageTableMap, WORDS(A + GIB, 0),
                  WITH(OWN_VSPACE)),
           MISSING(0, LEVEL_PD));
    EXPECT(invoke(make(seL4_X86_PageDirectoryObject, 0), X86PageDirectoryMap, WORDS(A + GIB, 0),
                  WITH(OWN_VSPACE)),
           DELETE_FIRST);
    EXPECT(revoke(memory), DONE);
    EQUAL(type_of(other), 0);
    EQUAL(write_status(A + GIB), 6);
    EQUAL(write_status(A + 3 * GIB), 6);
}
