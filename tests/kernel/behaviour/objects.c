/* Invocations and objects for the cases of check.h.
 *
 * Invariant: slots are handed out in ascending order and never twice in one case.
 */
#include "check.h"
#include "internal.h"

struct answer invoke(word cap, word label, unsigned words, const word *mr, unsigned caps,
                     const word *cap_list) {
    struct message m = {cap, INFO(label, caps, words), {0}};
    for (unsigned i = 0; i < words; i++) {
        if (i < 4) {
            m.mr[i] = mr[i];
        } else {
            seL4_SetMR(i, mr[i]);
        }
    }
    for (unsigned i = 0; i < caps && i < seL4_MsgMaxExtraCaps; i++) {
        seL4_SetCap(i, cap_list[i]);
    }
    system_call(seL4_SysCall, &m);
    return (struct answer){
        LABEL(m.info), LENGTH(m.info), {m.mr[0], m.mr[1], m.mr[2], m.mr[3], seL4_GetMR(4)}};
}

word slots(unsigned count) {
    word first = next_slot;
    next_slot += count;
    REQUIRE(next_slot <= boot_info->empty.end);
    return first;
}

word slot(void) { return slots(1); }

struct answer retype(word untyped, word type, word size_bits, word destination, word count) {
    return invoke(untyped, UntypedRetype, WORDS(type, size_bits, 0, 0, destination, count),
                  WITH(OWN_CNODE));
}

word make_from(word untyped, word type, word size_bits) {
    word s = slot();
    struct answer a = retype(untyped, type, size_bits, s, 1);
    if (a.label) {
        fail(__FILE__, __LINE__, "cannot make type %lu of %lu bits: error %lu", type, size_bits,
             a.label);
    }
    return s;
}

word make(word type, word size_bits) { return make_from(pool, type, size_bits); }

word endpoint(void) { return make(seL4_EndpointObject, 0); }

word notification(void) { return make(seL4_NotificationObject, 0); }

word cspace(word radix) {
    word cnode = make(seL4_CapTableObject, radix);
    return mint(cnode, seL4_AllRights.words[0], 64 - radix);
}

word mint(word source, word rights, word data) {
    word s = slot();
    struct answer a =
        invoke(OWN_CNODE, CNodeMint, WORDS(s, DEPTH, source, DEPTH, rights, data), WITH(OWN_CNODE));
    REQUIRE(a.label == 0);
    return s;
}

word badged(word source, word badge) { return mint(source, 15, badge); }

word copy(word source) {
    word s = slot();
    struct answer a = copy_to(OWN_CNODE, s, DEPTH, source);
    REQUIRE(a.label == 0);
    return s;
}

struct answer copy_to(word cnode, word index, word depth, word source) {
    return invoke(cnode, CNodeCopy, WORDS(index, depth, source, DEPTH, 15), WITH(OWN_CNODE));
}

struct answer delete (word s) {
    return invoke(OWN_CNODE, CNodeDelete, WORDS(s, DEPTH), WITH());
}

struct answer revoke(word s) {
    return invoke(OWN_CNODE, CNodeRevoke, WORDS(s, DEPTH), WITH());
}

word type_of(word s) { return sys(seL4_SysDebugCapIdentify, s, 0, 0).cap; }

word device_untyped(word size_bits) {
    int count = boot_info->untyped.end - boot_info->untyped.start;
    for (int i = 0; i < count; i++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        if (u->isDevice && u->sizeBits >= size_bits && u->paddr < 1ul << 39) {
            return boot_info->untyped.start + i;
        }
    }
    REQUIRE(!"a device untyped of that size");
    return 0;
}

word image_frame(const volatile void *address) {
    word count = boot_info->userImageFrames.end - boot_info->userImageFrames.start;
    word base = (word)boot_info->ipcBuffer - count * 4096;
    return boot_info->userImageFrames.start + ((word)address - base) / 4096;
}
