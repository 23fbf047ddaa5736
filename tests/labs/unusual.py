"""Right answers that hardly anybody would write."""

from cases import CELLS, FRAME_MAP, Case

UNUSUAL = [
    Case("dynamic-2", "by hand",
         {6: """vka_object_t memory;
                vka_alloc_untyped(&vka, seL4_PageBits, &memory);
                vka_cspace_alloc(&vka, &ep_object.cptr);
                error = seL4_Untyped_Retype(memory.cptr, seL4_EndpointObject, 0,
                                            seL4_CapInitThreadCNode, 0, 0, ep_object.cptr, 1);""",
          7: """cspacepath_t from;
                vka_cspace_make_path(&vka, ep_object.cptr, &from);
                vka_cspace_alloc_path(&vka, &ep_cap_path);
                error = vka_cnode_mint(&ep_cap_path, &from, seL4_AllRights, EP_BADGE);""",
          15: """seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
                 seL4_Recv(ep_object.cptr, &sender_badge);"""}),
    Case("dynamic-2", "frame mapped read-only, then again with all rights",
         {5: FRAME_MAP.replace("seL4_AllRights", "seL4_CanRead") + FRAME_MAP}),
    Case("dynamic-2", "a frame that is thrown away, and one that is kept",
         {1: """vka_alloc_frame(&vka, IPCBUF_FRAME_SIZE_BITS, &ipc_frame_object);
                error = vka_alloc_frame(&vka, IPCBUF_FRAME_SIZE_BITS, &ipc_frame_object);"""}),
    Case("dynamic-2", "waiting in a loop, through the badged capability",
         {15: """seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
                 for (;;) { seL4_Recv(ep_cap_path.capPtr, &sender_badge); }"""}),
    Case("dynamic-2", "words as arguments",
         {9: """seL4_Word only = seL4_GetMR(0);
                tag = seL4_CallWithMRs(ep_cap_path.capPtr, tag, &only, NULL, NULL, NULL);
                seL4_SetMR(0, only);""",
          12: "return !(seL4_MessageInfo_get_length(tag) - 1 | (sender_badge ^ EP_BADGE));"}),
    Case("untyped", "one by one, and from below",
         {5: """for (seL4_CPtr slot = child_tcb; slot <= child_ntfn; slot++) {
                    seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, seL4_WordBits);
                }""",
          6: """for (seL4_CPtr slot = info->untyped.start; slot != info->untyped.end; slot++) {
                    seL4_UntypedDesc *desc = &info->untypedList[slot - info->untyped.start];
                    if (desc->isDevice || paddr < desc->paddr ||
                        paddr >= desc->paddr + BIT(desc->sizeBits)) { continue; }
                    seL4_Word pages = (paddr - desc->paddr) / BIT(seL4_PageBits);
                    for (seL4_Word page = 0; page < pages; page++) {
                        retype(slot, seL4_X86_4K, 0, spare_slot + page, 1);
                    }
                    return retype(slot, seL4_X86_4K, 0, frame_slot, 1);
                }
                return seL4_InvalidArgument;"""}),
    Case("untyped", "cells halved until the object just fits",
         {7: """static seL4_CPtr cells;
static bool used[LIVE_OBJECTS];
static int bits_of(seL4_Word type) {
    return type == seL4_TCBObject ? seL4_TCBBits : type == seL4_EndpointObject ? seL4_EndpointBits :
           type == seL4_NotificationObject ? seL4_NotificationBits : seL4_PageBits;
}
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot) {
    cells = first_slot;
    retype(pool, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS);
}
static seL4_CPtr object_alloc(seL4_Word type) {
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        if (used[i]) { continue; }
        used[i] = true;
        seL4_CPtr from = cells + i, part = cells + 32;
        for (int bits = LARGEST_BITS - 1; bits >= bits_of(type); bits--, from = part++) {
            retype(from, seL4_UntypedObject, bits, part, 1);
        }
        retype(from, type, 0, cells + 16 + i, 1);
        while (part > cells + 32) {
            seL4_CNode_Delete(seL4_CapInitThreadCNode, --part, seL4_WordBits);
        }
        return cells + 16 + i;
    }
    return 0;
}
static void object_free(seL4_CPtr object) {
    seL4_CNode_Revoke(seL4_CapInitThreadCNode, object - 16, seL4_WordBits);
    used[object - cells - 16] = false;
}"""}),
    Case("untyped", "cells made on demand, emptied by revoke",
         {7: """static seL4_CPtr memory, cells, objects_of;
                static int made;
                static bool used[LIVE_OBJECTS];
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; cells = first_slot; objects_of = first_slot + LIVE_OBJECTS; }
                static seL4_CPtr object_alloc(seL4_Word type)
                {
                    int cell = 0;
                    while (cell < made && used[cell]) { cell++; }
                    if (cell == made) {
                        retype(memory, seL4_UntypedObject, LARGEST_BITS, cells + made++, 1);
                    }
                    used[cell] = true;
                    retype(cells + cell, type, 12, objects_of + cell, 1);
                    return objects_of + cell;
                }
                static void object_free(seL4_CPtr object)
                {
                    int cell = object - objects_of;
                    seL4_CNode_Revoke(seL4_CapInitThreadCNode, cells + cell, seL4_WordBits);
                    used[cell] = false;
                }"""}),
    Case("untyped", "one page after the other up to the wanted one",
         {6: """seL4_CPtr untyped = info->untyped.start;
                seL4_UntypedDesc *desc = info->untypedList;
                while (desc->isDevice || paddr < desc->paddr ||
                       paddr - desc->paddr >= BIT(desc->sizeBits)) { untyped++; desc++; }
                for (seL4_Word at = desc->paddr; at < paddr; at += BIT(seL4_PageBits)) {
                    seL4_Error error = retype(untyped, seL4_X86_4K, 0, spare_slot++, 1);
                    if (error) { return error; }
                }
                return retype(untyped, seL4_X86_4K, 0, frame_slot, 1);"""}),
    Case("untyped", "pages halved for small objects",
         {7: """static seL4_CPtr cells, halves, things;
                static int taken[LIVE_OBJECTS]; /* 3: both halves or the whole */
                static bool split[LIVE_OBJECTS];
                static int parts[LIVE_OBJECTS], homes[LIVE_OBJECTS]; /* of the object in a slot */
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                {
                    cells = first_slot;
                    halves = cells + LIVE_OBJECTS;
                    things = halves + 2 * LIVE_OBJECTS;
                    retype(pool, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS);
                }
                static int home_for(int part)
                {
                    int cell = 0;
                    while (part != 3 && cell < LIVE_OBJECTS && (!split[cell] || taken[cell] == 3)) {
                        cell++;
                    }
                    if (part != 3 && cell < LIVE_OBJECTS) { return cell; }
                    for (cell = 0; taken[cell] != 0; cell++) {}
                    return cell;
                }
                static seL4_CPtr object_alloc(seL4_Word type)
                {
                    int part = type == seL4_X86_4K ? 3 : 1, cell = home_for(part), thing = 0;
                    while (parts[thing] != 0) { thing++; }
                    if (part == 1 && !split[cell]) {
                        split[cell] = true;
                        retype(cells + cell, seL4_UntypedObject, 11, halves + 2 * cell, 2);
                    }
                    part = part == 3 ? 3 : taken[cell] & 1 ? 2 : 1;
                    retype(part == 3 ? cells + cell : halves + 2 * cell + part - 1, type, 0,
                           things + thing, 1);
                    taken[cell] |= parts[thing] = part;
                    homes[thing] = cell;
                    return things + thing;
                }
                static void object_free(seL4_CPtr object)
                {
                    int thing = object - things, cell = homes[thing];
                    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
                    taken[cell] &= ~parts[thing];
                    parts[thing] = 0;
                    if (split[cell] && taken[cell] == 0) {
                        split[cell] = false;
                        seL4_CNode_Revoke(seL4_CapInitThreadCNode, cells + cell, seL4_WordBits);
                    }
                }"""}),
    Case("untyped", "each object after one that only tries its cell",
         {7: """static seL4_CPtr cells;
                static bool used[LIVE_OBJECTS];
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { cells = first_slot;
                  retype(pool, seL4_UntypedObject, LARGEST_BITS, first_slot, LIVE_OBJECTS); }
                static seL4_CPtr object_alloc(seL4_Word type)
                {
                    int cell = LIVE_OBJECTS - 1;
                    while (used[cell]) { cell--; }
                    used[cell] = true;
                    seL4_CPtr slot = cells + LIVE_OBJECTS + cell;
                    retype(cells + cell, seL4_EndpointObject, 0, slot, 1);
                    seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, seL4_WordBits);
                    retype(cells + cell, type, 0, slot, 1);
                    return slot;
                }
                static void object_free(seL4_CPtr object)
                {
                    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
                    used[object - cells - LIVE_OBJECTS] = false;
                }"""}),
    Case("untyped", "an allocator whose only bookkeeping are the kernel's refusals", {7: """
static seL4_CPtr cells;
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ cells = first_slot; retype(pool, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS); }
static seL4_CPtr object_alloc(seL4_Word type)
{
    seL4_CPtr slot = cells + LIVE_OBJECTS;
    while (retype(slot - LIVE_OBJECTS, type, 0, slot, 1)) { slot++; }
    return slot;
}
static void object_free(seL4_CPtr object)
{ seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""}),
    Case("untyped", "an allocator that splits each cell down to the object's size", {7: CELLS.replace("""
    return retype(cells + cell, type, 0, slot, 1)""", """
    seL4_CPtr from = cells + cell, next = cells + 2 * LIVE_OBJECTS;
    int bits = type == seL4_TCBObject        ? seL4_TCBBits
               : type == seL4_EndpointObject ? seL4_EndpointBits
               : type == seL4_X86_4K         ? LARGEST_BITS : seL4_NotificationBits;
    for (int half = LARGEST_BITS - 1; half >= bits; half--, next += 2) {
        retype(from, seL4_UntypedObject, half, next, 1);
        retype(from, seL4_UntypedObject, half, next + 1, 1);
        from = next;
    }
    seL4_Error error = retype(from, type, 0, slot, 1);
    while (next > cells + 2 * LIVE_OBJECTS) {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, --next, seL4_WordBits);
    }
    return error""")}),
    Case("ipc", "reply and receive apart, saved capability by NBSend",
         {1: "seL4_SetCap(0, free_slot); info = seL4_MessageInfo_new(5, 0, 1, 0);",
          3: """seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));
                info = seL4_Recv(endpoint, &sender);""",
          4: """if (reply_kept) { seL4_NBSend(reply_slot, seL4_MessageInfo_new(1, 0, 0, 0)); }
                reply_kept = reply_later =
                    length > 0 &&
                    seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits) == seL4_NoError;"""}),
]
