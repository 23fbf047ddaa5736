/* Retype: what fits where, the watermark, device memory, reset, and each refusal in its order. */
#include "check.h"

#define UT seL4_UntypedObject
#define EP seL4_EndpointObject

static struct answer retype_to(word untyped, word root, word index, word depth, word offset,
                               word count) {
    return invoke(untyped, UntypedRetype, WORDS(EP, 0, index, depth, offset, count), WITH(root));
}
static word address_of(word frame) {
    struct answer a = invoke(frame, X86PageGetAddress, WORDS(), WITH());
    REQUIRE(a.label == 0);
    return a.mr[0];
}
/* A 4 KiB frame mapped at a free address of a page table of its own. */
static volatile word *mapped(word frame) {
    static const word at = 0x10000000000;
    word tables[3] = {make(seL4_X86_PDPTObject, 0), make(seL4_X86_PageDirectoryObject, 0),
                      make(seL4_X86_PageTableObject, 0)};
    REQUIRE(invoke(tables[0], X86PDPTMap, WORDS(at, 0), WITH(OWN_VSPACE)).label == 0);
    REQUIRE(invoke(tables[1], X86PageDirectoryMap, WORDS(at, 0), WITH(OWN_VSPACE)).label == 0);
    REQUIRE(invoke(tables[2], X86PageTableMap, WORDS(at, 0), WITH(OWN_VSPACE)).label == 0);
    REQUIRE(invoke(frame, X86PageMap, WORDS(at, 3, 0), WITH(OWN_VSPACE)).label == 0);
    return (volatile word *)at;
}

BEHAVIOUR("untyped: every object type can be made and has its capability type") {
    static const struct {
        word type, bits, cap;
    } kinds[] = {{UT, 12, 2}, {1, 0, 12}, {2, 0, 4}, {3, 0, 6},  {4, 4, 10}, {5, 0, 7},
                 {6, 0, 9},   {8, 0, 1},  {9, 0, 1}, {10, 0, 3}, {11, 0, 5}};
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        EQUAL(type_of(make(kinds[i].type, kinds[i].bits)), kinds[i].cap);
    }
}

BEHAVIOUR("untyped: a label other than Retype is illegal") {
    EXPECT(invoke(pool, CNodeCopy, WORDS(EP, 0, 0, 0, slot(), 1), WITH(OWN_CNODE)), ILLEGAL);
}

BEHAVIOUR("untyped: five words or no root are a truncated message") {
    EXPECT(invoke(pool, UntypedRetype, WORDS(EP, 0, 0, 0, slot()), WITH(OWN_CNODE)), TRUNCATED);
    EXPECT(invoke(pool, UntypedRetype, WORDS(EP, 0, 0, 0, slot(), 1), WITH()), TRUNCATED);
}

BEHAVIOUR("untyped: an unknown object type is invalid argument 0") {
    EXPECT(retype(pool, 12, 0, slot(), 1), INVALID_ARGUMENT(0));
    EXPECT(retype(pool, ~0ul, 0, slot(), 1), INVALID_ARGUMENT(0));
}

BEHAVIOUR("untyped: an object size above 47 bits is out of range") {
    EXPECT(retype(pool, UT, 48, slot(), 1), OUT_OF_RANGE(0, 47));
    EXPECT(retype(pool, UT, ~0ul, slot(), 1), OUT_OF_RANGE(0, 47));
    EXPECT(retype(pool, seL4_CapTableObject, 43, slot(), 1), OUT_OF_RANGE(0, 47));
    EXPECT(retype(pool, EP, 64, slot(), 1), OUT_OF_RANGE(0, 47));
}

BEHAVIOUR("untyped: a CNode of one slot and an untyped below 16 bytes are invalid argument 1") {
    EXPECT(retype(pool, seL4_CapTableObject, 0, slot(), 1), INVALID_ARGUMENT(1));
    EXPECT(retype(pool, UT, 3, slot(), 1), INVALID_ARGUMENT(1));
    EXPECT(retype(pool, UT, 4, slot(), 1), DONE);
}

BEHAVIOUR("untyped: objects of fixed size ignore the size argument below 64") {
    EXPECT(retype(pool, EP, 63, slot(), 1), DONE);
}

BEHAVIOUR("untyped: retype into an occupied slot says DeleteFirst") {
    EXPECT(retype(pool, EP, 0, endpoint(), 1), DELETE_FIRST);
}

BEHAVIOUR("untyped: one occupied slot in the middle of a window is enough to make nothing") {
    word s = slots(3);
    REQUIRE(copy_to(OWN_CNODE, s + 1, DEPTH, endpoint()).label == 0);
    EXPECT(retype(pool, EP, 0, s, 3), DELETE_FIRST);
    EQUAL(type_of(s), 0);
    EQUAL(type_of(s + 2), 0);
}

BEHAVIOUR("untyped: a window makes its objects in ascending slots") {
    word s = slots(4);
    EXPECT(retype(pool, seL4_X86_4K, 0, s, 4), DONE);
    for (word i = 1; i < 4; i++) {
        EQUAL(address_of(s + i), address_of(s) + i * 4096);
    }
}

BEHAVIOUR("untyped: no objects and more than 256 are out of range") {
    word s = slots(256);
    EXPECT(retype(pool, EP, 0, s, 0), OUT_OF_RANGE(1, 256));
    EXPECT(retype(pool, EP, 0, s, 257), OUT_OF_RANGE(1, 256));
    EXPECT(retype(pool, EP, 0, s, 256), DONE);
}

BEHAVIOUR("untyped: an offset past the destination CNode is out of range") {
    word cnode = make(seL4_CapTableObject, 2);
    EXPECT(retype_to(pool, cnode, 0, 0, 4, 1), OUT_OF_RANGE(0, 3));
    EXPECT(retype_to(pool, cnode, 0, 0, ~0ul, 1), OUT_OF_RANGE(0, 3));
}

BEHAVIOUR("untyped: a window that runs past the end of the CNode says how many would fit") {
    word cnode = make(seL4_CapTableObject, 2);
    EXPECT(retype_to(pool, cnode, 0, 0, 2, 3), OUT_OF_RANGE(1, 2));
    EXPECT(retype_to(pool, cnode, 0, 0, 2, 2), DONE);
}

BEHAVIOUR("untyped: with a depth, the destination CNode is looked up below the root") {
    word cnode = make(seL4_CapTableObject, 2);
    EXPECT(retype_to(pool, OWN_CNODE, cnode, DEPTH, 3, 1), DONE);
    EXPECT(copy_to(cnode, 3, 2, cnode), DELETE_FIRST);
}

BEHAVIOUR("untyped: a destination that is no CNode is a missing capability of depth bits") {
    EXPECT(retype_to(pool, OWN_CNODE, endpoint(), DEPTH, 0, 1), MISSING(0, 64));
    EXPECT(retype_to(pool, OWN_CNODE, slot(), DEPTH, 0, 1), MISSING(0, 64));
    EXPECT(retype_to(pool, endpoint(), 0, 0, 0, 1), MISSING(0, 0));
}

BEHAVIOUR("untyped: a destination depth above 64 is out of range") {
    EXPECT(retype_to(pool, OWN_CNODE, 0, 65, 0, 1), OUT_OF_RANGE(1, 64));
}

BEHAVIOUR("untyped: too little memory says how many bytes are free") {
    word memory = make(UT, 12);
    EXPECT(retype(memory, UT, 13, slot(), 1), NO_MEMORY(4096));
    make_from(memory, EP, 0);
    EXPECT(retype(memory, UT, 12, slot(), 1), NO_MEMORY(4080));
    EXPECT(retype(memory, seL4_TCBObject, 0, slot(), 2), NO_MEMORY(4080));
}

BEHAVIOUR("untyped: objects are aligned to their size, and the gap before them is lost") {
    word memory = make(UT, 14), before = make_from(memory, EP, 0);
    word frame = make_from(memory, seL4_X86_4K, 0);
    EQUAL(type_of(before), 4);
    EQUAL(address_of(frame) % 4096, 0);
    EXPECT(retype(memory, UT, 13, slot(), 1), DONE);
    EXPECT(retype(memory, EP, 0, slot(), 1), NO_MEMORY(0));
}

BEHAVIOUR("untyped: deleting all children makes the whole block free again") {
    word memory = make(UT, 12), child = make_from(memory, UT, 12);
    EXPECT(retype(memory, EP, 0, slot(), 1), NO_MEMORY(0));
    EXPECT(delete (child), DONE);
    EXPECT(retype(memory, UT, 12, slot(), 1), DONE);
}

BEHAVIOUR("untyped: deleting one of two children frees nothing") {
    word memory = make(UT, 12), first = make_from(memory, UT, 11);
    make_from(memory, UT, 11);
    EXPECT(delete (first), DONE);
    EXPECT(retype(memory, UT, 11, slot(), 1), NO_MEMORY(0));
}

BEHAVIOUR("untyped: a frame from memory that was used before holds zeros") {
    word memory = make(UT, 12), first = make_from(memory, seL4_X86_4K, 0);
    volatile word *p = mapped(first);
    for (word i = 0; i < 512; i++) {
        p[i] = ~i;
    }
    EXPECT(delete (first), DONE);
    word second = make_from(memory, seL4_X86_4K, 0);
    REQUIRE(invoke(second, X86PageMap, WORDS((word)p, 3, 0), WITH(OWN_VSPACE)).label == 0);
    word sum = 0;
    for (word i = 0; i < 512; i++) {
        sum |= p[i];
    }
    EQUAL(sum, 0);
}

BEHAVIOUR("untyped: a thread from memory that was used before starts with clean registers") {
    word memory = make(UT, 12), frame = make_from(memory, seL4_X86_4K, 0);
    volatile word *p = mapped(frame);
    for (word i = 0; i < 512; i++) {
        p[i] = 0xdeadbeef;
    }
    EXPECT(delete (frame), DONE);
    seL4_UserContext r = registers_of(make_from(memory, seL4_TCBObject, 0));
    EQUAL(r.rflags, 0x202);
    EQUAL(r.rip | r.rsp | r.rax | r.rbx | r.rcx | r.rdx | r.rsi | r.rdi | r.rbp | r.r8 | r.r9 |
              r.r10 | r.r11 | r.r12 | r.r13 | r.r14 | r.r15 | r.fs_base | r.gs_base,
          0);
}

BEHAVIOUR("untyped: device memory makes frames and untypeds, no kernel objects") {
    word device = device_untyped(25);
    EXPECT(retype(device, EP, 0, slot(), 1), INVALID_ARGUMENT(1));
    EXPECT(retype(device, seL4_TCBObject, 0, slot(), 1), INVALID_ARGUMENT(1));
    word part = slot(), frame = slot();
    EXPECT(retype(device, UT, 22, part, 1), DONE);
    EXPECT(retype(device, seL4_X86_4K, 0, frame, 1), DONE);
    EXPECT(retype(part, EP, 0, slot(), 1), INVALID_ARGUMENT(1));
    word wrong = type_of(frame) != 1 || type_of(part) != 2;
    REQUIRE(revoke(device).label == 0);
    EQUAL(wrong, 0);
}

BEHAVIOUR("untyped: too little device memory is reported before the wrong object type") {
    word device = device_untyped(25), part = slot();
    REQUIRE(retype(device, UT, 12, part, 1).label == 0);
    EXPECT(retype(part, seL4_CapTableObject, 8, slot(), 1), NO_MEMORY(4096));
    REQUIRE(revoke(device).label == 0);
}

BEHAVIOUR("untyped: the initial untypeds are free although they have never been used") {
    word small = 0;
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits == 12) {
            small = boot_info->untyped.start + i;
        }
    }
    if (small) {
        word s = slot();
        EXPECT(retype(small, UT, 12, s, 1), DONE);
        EXPECT(delete (s), DONE);
    }
    word memory = make(UT, 5);
    EXPECT(retype(memory, EP, 0, slots(2), 2), DONE);
}

BEHAVIOUR("untyped: a failed retype leaves no capability and takes no memory") {
    word memory = make(UT, 5), s = slots(3);
    EXPECT(retype(memory, EP, 0, s, 3), NO_MEMORY(32));
    EXPECT(retype(memory, EP, 0, s, 2), DONE);
    EQUAL(type_of(s + 2), 0);
}
