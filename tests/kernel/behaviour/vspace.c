/* Address spaces: the four levels, three frame sizes, rights, remapping, unmapping, ASID pools. */
#include "check.h"

#define A          0x10000000000ul /* far from the program: PML4 entry 2 */
#define SPAN_512G  (1ul << 39)
#define SPAN_1G    (1ul << 30)
#define SPAN_2M    (1ul << 21)
#define READ_WRITE 3
#define READ_ONLY  2
#define TOP        0x7fffffffffff
#define LEVEL_PDPT 39
#define LEVEL_PD   30
#define LEVEL_PT   21

static struct answer map_pdpt(word table, word at) {
    return invoke(table, X86PDPTMap, WORDS(at, 0), WITH(OWN_VSPACE));
}
static struct answer map_pd(word table, word at) {
    return invoke(table, X86PageDirectoryMap, WORDS(at, 0), WITH(OWN_VSPACE));
}
static struct answer map_pt(word table, word at) {
    return invoke(table, X86PageTableMap, WORDS(at, 0), WITH(OWN_VSPACE));
}
static struct answer map(word frame, word at, word rights) {
    return invoke(frame, X86PageMap, WORDS(at, rights, 0), WITH(OWN_VSPACE));
}
static struct answer unmap(word frame) { return invoke(frame, X86PageUnmap, WORDS(), WITH()); }
static word new_pdpt(void) { return make(seL4_X86_PDPTObject, 0); }
static word new_pd(void) { return make(seL4_X86_PageDirectoryObject, 0); }
static word new_pt(void) { return make(seL4_X86_PageTableObject, 0); }
static word new_frame(void) { return make(seL4_X86_4K, 0); }
static word new_large(void) { return make(seL4_X86_LargePageObject, 0); }
/* The tables for 4 KiB frames at A. */
static void tables(void) {
    REQUIRE(map_pdpt(new_pdpt(), A).label == 0);
    REQUIRE(map_pd(new_pd(), A).label == 0);
    REQUIRE(map_pt(new_pt(), A).label == 0);
}

/* ---- what a thread that touches memory sees ---- */

static void touch(struct thread *self) {
    volatile word *p = (volatile word *)self->arg;
    if (self->seen[0]) {
        *p = self->seen[1];
    } else {
        self->seen[2] = *p;
    }
}
/* 0 if the access works, else the fault message's status word with bit 32 set. */
static word access(word at, bool write, word value, word *read) {
    word handler = endpoint();
    thread_fault_handler = badged(handler, 1);
    struct thread *t = thread(touch, at, HIGH);
    t->seen[0] = write;
    t->seen[1] = value;
    resume(t);
    struct message m = poll(handler);
    if (read) {
        *read = t->seen[2];
    }
    if (m.cap == 0) {
        REQUIRE(t->done);
        return 0;
    }
    REQUIRE(LABEL(m.info) == seL4_Fault_VMFault && m.mr[1] == at);
    return 1ul << 32 | m.mr[3];
}
#define FAULTS(status) (1ul << 32 | (status))

BEHAVIOUR("vspace: mapping a frame asks for PDPT, page directory and page table in turn") {
    word frame = new_frame();
    EXPECT(map(frame, A, READ_WRITE), MISSING(0, LEVEL_PDPT));
    EXPECT(map_pdpt(new_pdpt(), A), DONE);
    EXPECT(map(frame, A, READ_WRITE), MISSING(0, LEVEL_PD));
    EXPECT(map_pd(new_pd(), A), DONE);
    EXPECT(map(frame, A, READ_WRITE), MISSING(0, LEVEL_PT));
    EXPECT(map_pt(new_pt(), A), DONE);
    EXPECT(map(frame, A, READ_WRITE), DONE);
}

BEHAVIOUR("vspace: tables need the level above them") {
    EXPECT(map_pd(new_pd(), A), MISSING(0, LEVEL_PDPT));
    EXPECT(map_pt(new_pt(), A), MISSING(0, LEVEL_PDPT));
    REQUIRE(map_pdpt(new_pdpt(), A).label == 0);
    EXPECT(map_pt(new_pt(), A), MISSING(0, LEVEL_PD));
}

BEHAVIOUR("vspace: a second table at one place says DeleteFirst") {
    tables();
    EXPECT(map_pdpt(new_pdpt(), A), DELETE_FIRST);
    EXPECT(map_pd(new_pd(), A), DELETE_FIRST);
    EXPECT(map_pt(new_pt(), A), DELETE_FIRST);
}

BEHAVIOUR("vspace: a table that is mapped cannot be mapped again") {
    word table = new_pdpt();
    REQUIRE(map_pdpt(table, A).label == 0);
    EXPECT(map_pdpt(table, A + SPAN_512G), INVALID_CAP(0));
}

BEHAVIOUR("vspace: what is written to a mapped frame is read back, and at a second mapping too") {
    word frame = new_frame(), second = copy(frame), value = 0;
    tables();
    REQUIRE(map(frame, A, READ_WRITE).label == 0);
    REQUIRE(map(second, A + 0x5000, READ_WRITE).label == 0);
    EQUAL(access(A + 8, true, 0xabcd, NULL), 0);
    EQUAL(access(A + 0x5008, false, 0, &value), 0);
    EQUAL(value, 0xabcd);
}

BEHAVIOUR("vspace: reading where nothing is mapped is a VM fault with status 4") {
    EQUAL(access(A, false, 0, NULL), FAULTS(4));
    tables();
    EQUAL(access(A, true, 0, NULL), FAULTS(6));
}

BEHAVIOUR("vspace: writing to a read-only mapping is a VM fault with status 7") {
    tables();
    REQUIRE(map(new_frame(), A, READ_ONLY).label == 0);
    EQUAL(access(A, false, 0, NULL), 0);
    EQUAL(access(A, true, 1, NULL), FAULTS(7));
}

BEHAVIOUR("vspace: a frame capability without write right maps read-only whatever is asked") {
    word read_only = mint(new_frame(), READ_ONLY, 0);
    tables();
    REQUIRE(map(read_only, A, READ_WRITE).label == 0);
    EQUAL(access(A, true, 1, NULL), FAULTS(7));
}

BEHAVIOUR("vspace: mapping without rights succeeds, and every access faults with bit 0 set") {
    tables();
    EXPECT(map(new_frame(), A, 0), DONE);
    EQUAL(access(A, false, 0, NULL), FAULTS(5));
}

BEHAVIOUR("vspace: mapping again at the same address changes the rights") {
    word frame = new_frame();
    tables();
    REQUIRE(map(frame, A, READ_ONLY).label == 0);
    EXPECT(map(frame, A, READ_WRITE), DONE);
    EQUAL(access(A, true, 1, NULL), 0);
    EXPECT(map(frame, A, READ_ONLY), DONE);
    EQUAL(access(A, true, 1, NULL), FAULTS(7));
}

BEHAVIOUR("vspace: mapping a mapped frame at another address is invalid argument 0") {
    word frame = new_frame();
    tables();
    REQUIRE(map(frame, A, READ_WRITE).label == 0);
    EXPECT(map(frame, A + 0x1000, READ_WRITE), INVALID_ARGUMENT(0));
}

BEHAVIOUR("vspace: a different frame at a used address replaces the entry") {
    word first = new_frame(), second = new_frame(), value = 0;
    tables();
    REQUIRE(map(first, A, READ_WRITE).label == 0);
    EQUAL(access(A, true, 0x1111, NULL), 0);
    EXPECT(map(second, A, READ_WRITE), DONE);
    EQUAL(access(A, false, 0, &value), 0);
    EQUAL(value, 0);
    EXPECT(unmap(first), DONE); /* its mapping is gone already: nothing happens */
    EQUAL(access(A, false, 0, NULL), 0);
}

BEHAVIOUR("vspace: an unmapped frame cannot be touched and may be mapped elsewhere") {
    word frame = new_frame();
    tables();
    REQUIRE(map(frame, A, READ_WRITE).label == 0);
    EQUAL(access(A, true, 7, NULL), 0);
    EXPECT(unmap(frame), DONE);
    EXPECT(unmap(frame), DONE);
    EQUAL(access(A, false, 0, NULL), FAULTS(4));
    EXPECT(map(frame, A + 0x3000, READ_WRITE), DONE);
}

BEHAVIOUR("vspace: deleting a mapped frame capability unmaps it") {
    word frame = new_frame();
    tables();
    REQUIRE(map(frame, A, READ_WRITE).label == 0);
    EQUAL(access(A, false, 0, NULL), 0);
    EXPECT(delete (frame), DONE);
    EQUAL(access(A, false, 0, NULL), FAULTS(4));
}

BEHAVIOUR("vspace: deleting an unmapped copy leaves the mapping alone") {
    word frame = new_frame(), c = copy(frame);
    tables();
    REQUIRE(map(frame, A, READ_WRITE).label == 0);
    EXPECT(delete (c), DONE);
    EQUAL(access(A, false, 0, NULL), 0);
}

BEHAVIOUR("vspace: unmapping a page table takes its frames out of sight") {
    word table = new_pt(), frame = new_frame();
    REQUIRE(map_pdpt(new_pdpt(), A).label == 0 && map_pd(new_pd(), A).label == 0);
    REQUIRE(map_pt(table, A).label == 0 && map(frame, A, READ_WRITE).label == 0);
    EQUAL(access(A, false, 0, NULL), 0);
    EXPECT(invoke(table, X86PageTableUnmap, WORDS(), WITH()), DONE);
    EQUAL(access(A, false, 0, NULL), FAULTS(4));
    EXPECT(map(frame, A, READ_WRITE), MISSING(0, LEVEL_PT));
    EXPECT(map_pt(table, A), DONE);
    EQUAL(access(A, false, 0, NULL), FAULTS(4)); /* the table came back empty */
    EXPECT(map(frame, A, READ_WRITE), DONE);
    EQUAL(access(A, false, 0, NULL), 0);
}

BEHAVIOUR("vspace: deleting a table takes its frames out of sight, whichever level it is") {
    word frame = new_frame();
    for (unsigned level = 0; level < 3; level++) {
        word all[] = {new_pt(), new_pd(), new_pdpt()};
        REQUIRE(map_pdpt(all[2], A).label == 0 && map_pd(all[1], A).label == 0);
        REQUIRE(map_pt(all[0], A).label == 0 && map(frame, A, READ_WRITE).label == 0);
        EQUAL(access(A, false, 0, NULL), 0);
        EXPECT(delete (all[level]), DONE);
        EQUAL(access(A, false, 0, NULL), FAULTS(4));
        EXPECT(unmap(frame), DONE);
        for (unsigned i = 3; i-- > 0;) { /* what hung below it is mapped no more, or not there */
            EXPECT(delete (all[i]), DONE);
        }
    }
}

BEHAVIOUR("vspace: a table with a second capability cannot be unmapped") {
    word table = new_pdpt();
    REQUIRE(map_pdpt(table, A).label == 0);
    word c = copy(table);
    EXPECT(invoke(table, X86PDPTUnmap, WORDS(), WITH()), REVOKE_FIRST);
    EXPECT(delete (c), DONE);
    EXPECT(invoke(table, X86PDPTUnmap, WORDS(), WITH()), DONE);
}

BEHAVIOUR("vspace: a 2 MiB frame needs a page directory and a 2 MiB boundary") {
    word large = new_large();
    EXPECT(map(large, A, READ_WRITE), MISSING(0, LEVEL_PDPT));
    REQUIRE(map_pdpt(new_pdpt(), A).label == 0);
    EXPECT(map(large, A, READ_WRITE), MISSING(0, LEVEL_PD));
    REQUIRE(map_pd(new_pd(), A).label == 0);
    EXPECT(map(large, A + 0x1000, READ_WRITE), MISALIGNED);
    EXPECT(map(large, A + SPAN_2M, READ_WRITE), DONE);
    EQUAL(access(A + 2 * SPAN_2M - 8, true, 1, NULL), 0);
    EQUAL(access(A + 2 * SPAN_2M, true, 1, NULL), FAULTS(6));
}

BEHAVIOUR("vspace: a 2 MiB frame and a page table exclude each other") {
    REQUIRE(map_pdpt(new_pdpt(), A).label == 0 && map_pd(new_pd(), A).label == 0);
    REQUIRE(map(new_large(), A, READ_WRITE).label == 0);
    EXPECT(map_pt(new_pt(), A), DELETE_FIRST);
    EXPECT(map(new_frame(), A, READ_WRITE), MISSING(0, LEVEL_PT));
    REQUIRE(map_pt(new_pt(), A + SPAN_2M).label == 0);
    EXPECT(map(new_large(), A + SPAN_2M, READ_WRITE), DELETE_FIRST);
}

BEHAVIOUR("vspace: a 1 GiB device frame maps below a PDPT and excludes a page directory") {
    word device = device_untyped(30), huge = slot();
    REQUIRE(retype(device, seL4_X64_HugePageObject, 0, huge, 1).label == 0);
    REQUIRE(map_pdpt(new_pdpt(), A).label == 0);
    struct answer mapped = map(huge, A, READ_WRITE), below = map_pd(new_pd(), A);
    struct answer small = map(new_frame(), A, READ_WRITE);
    REQUIRE(revoke(device).label == 0);
    EXPECT(mapped, DONE);
    EXPECT(below, DELETE_FIRST);
    EXPECT(small, MISSING(0, LEVEL_PD));
}

BEHAVIOUR("vspace: addresses above user space are invalid argument 0") {
    EXPECT(map(new_frame(), TOP + 1, READ_WRITE), INVALID_ARGUMENT(0));
    EXPECT(map(new_frame(), ~0xffful, READ_WRITE), INVALID_ARGUMENT(0));
    EXPECT(map(new_frame(), 0x7ffffffff000, READ_WRITE), INVALID_ARGUMENT(0));
    EXPECT(map(new_frame(), 0x7fffffffe000, READ_WRITE), MISSING(0, LEVEL_PDPT));
    EXPECT(map_pdpt(new_pdpt(), TOP + 1), INVALID_ARGUMENT(0));
    EXPECT(map_pd(new_pd(), 0xffffffff80000000), INVALID_ARGUMENT(0));
}

BEHAVIOUR("vspace: a misaligned address is an alignment error once the tables are there or not") {
    EXPECT(map(new_frame(), A + 8, READ_WRITE), MISALIGNED);
    tables();
    EXPECT(map(new_frame(), A + 8, READ_WRITE), MISALIGNED);
    EXPECT(map_pdpt(new_pdpt(), A + SPAN_512G + 12345), DONE);
}

BEHAVIOUR("vspace: the destination must be an address space") {
    EXPECT(invoke(new_frame(), X86PageMap, WORDS(A, 3, 0), WITH(endpoint())), INVALID_CAP(1));
    EXPECT(invoke(new_frame(), X86PageMap, WORDS(A, 3), WITH(OWN_VSPACE)), TRUNCATED);
    EXPECT(invoke(new_frame(), X86PageMap, WORDS(A, 3, 0), WITH()), TRUNCATED);
    EXPECT(invoke(new_pt(), X86PageTableMap, WORDS(A), WITH(OWN_VSPACE)), TRUNCATED);
    EXPECT(invoke(new_pt(), X86PageTableMap, WORDS(A, 0), WITH(OWN_CNODE)), INVALID_CAP(1));
}

BEHAVIOUR("vspace: every label is illegal on an address space, foreign ones on frames and tables") {
    EXPECT(invoke(OWN_VSPACE, X86PageMap, WORDS(A, 3, 0), WITH(OWN_VSPACE)), ILLEGAL);
    EXPECT(invoke(new_frame(), X86PageTableMap, WORDS(A, 0), WITH(OWN_VSPACE)), ILLEGAL);
    EXPECT(invoke(new_pt(), X86PageMap, WORDS(A, 3, 0), WITH(OWN_VSPACE)), ILLEGAL);
}
