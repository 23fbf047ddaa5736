"""The usual mistakes in untyped: the task that each one costs, and the advice that it gets."""

from cases import CELLS, FRAME_AT, Case

# Frees an endpoint by putting it where the next one is taken from.
KEEPING = """static seL4_CPtr cells; static enum { FREE, TAKEN, KEPT } is[LIVE_OBJECTS];
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ cells = first_slot; retype(pool, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS); }
static void move(seL4_CPtr from, seL4_CPtr to)
{ seL4_CNode_Move(seL4_CapInitThreadCNode, to, seL4_WordBits, seL4_CapInitThreadCNode, from,
                  seL4_WordBits); }
static int find(int what)
{
    int cell = 0;
    while (cell < LIVE_OBJECTS && is[cell] != what) { cell++; }
    return cell;
}
static seL4_CPtr object_alloc(seL4_Word type)
{
    int cell = find(KEPT);
    if (type == seL4_EndpointObject && cell < LIVE_OBJECTS) {
        is[cell] = TAKEN;
        move(cells + 32 + cell, cells + 16 + cell);
        return cells + 16 + cell;
    }
    if (find(FREE) < LIVE_OBJECTS) {
        cell = find(FREE);
    } else {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, cells + 32 + cell, seL4_WordBits);
    }
    is[cell] = TAKEN;
    return retype(cells + cell, type, 0, cells + 16 + cell, 1) ? seL4_CapNull : cells + 16 + cell;
}
static void object_free(seL4_CPtr object)
{
    int cell = object - cells - 16;
    is[cell] = FREE;
    if (seL4_DebugCapIdentify(object) == 4) {
        is[cell] = KEPT;
        move(object, cells + 32 + cell);
    } else {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
    }
}"""

MISTAKES = [
    Case("untyped", "just the TCB", {1: "seL4_Word untyped_size_bits = seL4_TCBBits;"},
         1, "The TCB alone"),
    Case("untyped", "bits added up",
         {1: "seL4_Word untyped_size_bits = seL4_TCBBits + seL4_EndpointBits"
             " + seL4_NotificationBits;"}, 1, "larger than"),
    Case("untyped", "from the parent",
         {2: "error = retype(parent_untyped, objects[0], 0, child_tcb, 1);"}, 2, "child_untyped"),
    Case("untyped", "occupied slot",
         {3: "error = retype(child_untyped, objects[1], 0, child_tcb, 1);"}, 3, "not empty"),
    Case("untyped", "second endpoint",
         {4: "error = retype(child_untyped, objects[1], 0, child_ntfn, 1);"},
         4, "seL4_NotificationObject"),
    Case("untyped", "child deleted",
         {5: "seL4_CNode_Delete(seL4_CapInitThreadCNode, child_untyped, seL4_WordBits);"},
         5, "itself was deleted"),
    Case("untyped", "no filler",
         {6: "return retype(find_untyped(info, 24), seL4_X86_4K, seL4_PageBits, frame_slot, 1);"},
         6, "watermark"),
    Case("untyped", "the smallest filler forgotten",
         {6: FRAME_AT.replace(">= seL4_PageBits", "> seL4_PageBits")}, 6, "2^12"),
    Case("untyped", "the smallest filler first",
         {6: FRAME_AT.replace("int bits = desc->sizeBits - 1; bits >= seL4_PageBits; bits--",
                              "int bits = seL4_PageBits; bits < desc->sizeBits; bits++")},
         6, "too high"),
    Case("untyped", "straight from the pool",
         {7: """static seL4_CPtr memory, next;
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; next = first_slot; }
                static seL4_CPtr object_alloc(seL4_Word type)
                { return retype(memory, type, 0, next, 1) ? seL4_CapNull : next++; }
                static void object_free(seL4_CPtr object)
                { seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""},
         7, "ran out of memory"),
    Case("untyped", "cells too small", {7: CELLS.replace("LARGEST_BITS", "LARGEST_BITS - 1")}, 7,
         "too small for them"),
    Case("untyped", "pool not cut", {7: CELLS.replace("LARGEST_BITS", "POOL_BITS")}, 7,
         "it cuts the pool"),
    Case("untyped", "never marked as used", {7: CELLS.replace("used[cell] = true;", "")}, 7,
         "Mark both as used"),
    Case("untyped", "number for slot", {7: CELLS.replace("seL4_CapNull : slot", "seL4_CapNull : cell")},
         7, "returns its slot"),
    Case("untyped", "another type", {7: CELLS.replace("cell, type, 0", "cell, seL4_TCBObject, 0")}, 7,
         "of the type that it is asked for"),
    Case("untyped", "depth 0", {7: CELLS.replace("object, seL4_WordBits", "object, 0")}, 7,
         "refused a deletion"),
    Case("untyped", "prints", {7: CELLS.replace("int cell = 0;", 'int cell = 0; printf("asked\\n");')},
         7, "take prints of your own out"),
    Case("untyped", "all revoked when the pool is full",
         {7: """static seL4_CPtr memory, first, next;
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; first = next = first_slot; }
                static seL4_CPtr object_alloc(seL4_Word type)
                {
                    if (next == first + POOL_SLOTS || retype(memory, type, 0, next, 1)) {
                        seL4_CNode_Revoke(seL4_CapInitThreadCNode, memory, seL4_WordBits);
                        next = first;
                        retype(memory, type, 0, next, 1);
                    }
                    return next++;
                }
                static void object_free(seL4_CPtr object)
                { seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""},
         7, "still in use was taken back"),
    Case("untyped", "nothing deleted",
         {7: """static seL4_CPtr memory, next;
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; next = first_slot; }
                static seL4_CPtr object_alloc(seL4_Word type)
                { return retype(memory, type, 0, next, 1) ? seL4_CapNull : next++; }
                static void object_free(seL4_CPtr object) {}"""}, 7, "never deleted"),
    Case("untyped", "endpoint for TCB",
         {2: "error = retype(child_untyped, objects[1], 0, child_tcb, 1);"}, 2, "objects[0]"),
    Case("untyped", "from the TCB",
         {3: "error = retype(child_tcb, objects[1], 0, child_ep, 1);"}, 3, "is no untyped"),
    Case("untyped", "notification for endpoint",
         {3: "error = retype(child_untyped, objects[2], 0, child_ep, 1);"}, 3, "objects[1]"),
    Case("untyped", "notification from the endpoint",
         {4: "error = retype(child_ep, objects[2], 0, child_ntfn, 1);"}, 4, "is no untyped"),
    Case("untyped", "parent revoked",
         {5: "seL4_CNode_Revoke(seL4_CapInitThreadCNode, parent_untyped, seL4_WordBits);"},
         5, "Another capability was revoked"),
    Case("untyped", "TCB revoked",
         {5: "seL4_CNode_Revoke(seL4_CapInitThreadCNode, child_tcb, seL4_WordBits);"},
         5, "Another capability was revoked"),
    Case("untyped", "no depth",
         {5: "seL4_CNode_Revoke(seL4_CapInitThreadCNode, child_untyped, 0);"},
         5, "seL4_WordBits"),
    Case("untyped", "first untyped of all",
         {6: "return retype(info->untyped.start, seL4_X86_4K, 0, frame_slot, 1);"},
         6, "device"),
    Case("untyped", "two notifications",
         {4: "error = retype(child_untyped, objects[2], 0, child_ntfn, 2);"}, 4, "just one"),
    Case("untyped", "too large a child, nothing taken back",
         {1: "seL4_Word untyped_size_bits = 20;", 5: ""}, 1, "smallest", frozenset({5})),
    Case("untyped", "two endpoints at once",
         {3: "error = retype(child_untyped, objects[1], 0, child_ep, 2);"}, 3, "just one is"),
    Case("untyped", "three TCBs",
         {2: "error = retype(child_untyped, objects[0], 0, child_tcb, 3);"}, 2, "no room"),
    *(Case("untyped", f"slot as node_index in task {number}",
           {number: f"error = seL4_Untyped_Retype(child_untyped, objects[{number - 2}], 0,"
                    f" seL4_CapInitThreadCNode, {slot}, seL4_WordBits, 0, 1);"}, number, "depth 0")
      for number, slot in ((3, "child_ep"), (4, "child_ntfn"))),
    *(Case("untyped", was + " turned into " + now, {6: FRAME_AT.replace(was, now)}, 6, advice)
      for was, now, advice in (
          ("spare_slot++", "spare_slot", "not empty"),
          ("|| paddr < desc->paddr || paddr - desc->paddr >= BIT(desc->sizeBits)",
           "|| paddr > desc->paddr", "does not contain"),
          ("offset & BIT", "offset && BIT", "is not set"),
          ("(offset & BIT(bits))", "(offset >= BIT(bits))", "is not set"),
          ("(untyped, seL4_X86_4K", "(spare_slot - 1, seL4_X86_4K", "one of the blocks"),
          ("frame_slot", "spare_slot", "not in frame_slot"),
          ("seL4_UntypedObject, bits", "seL4_UntypedObject, BIT(bits)", "number of bytes"),
          ("= paddr -", "= 0x1234000 -", "lesson's address"))),
    Case("untyped", "no size", {1: "seL4_Word untyped_size_bits = 0;"}, 1, "at least 2^4 bytes"),
    Case("untyped", "bytes for bits", {1: "seL4_Word untyped_size_bits = 4096;"}, 1,
         "not a number of bytes"),
    Case("untyped", "depth without an index",
         {2: "error = seL4_Untyped_Retype(child_untyped, objects[0], 0, seL4_CapInitThreadCNode, 0,"
             " seL4_WordBits, child_tcb, 1);"}, 2, "With node_depth 0"),
    Case("untyped", "more than there is room for",
         {3: "error = retype(child_untyped, objects[1], 0, child_ep, 256);"}, 3, "no room left"),
    Case("untyped", "only one object deleted",
         {5: "error = seL4_CNode_Delete(seL4_CapInitThreadCNode, child_tcb, seL4_WordBits);"},
         5, "still there"),
    Case("untyped", "endpoints kept for later", {7: KEEPING}, 7, "in another slot, keeps it"),
    Case("untyped", "objects revoked", {7: CELLS.replace("CNode_Delete", "CNode_Revoke")}, 7,
         "but not the object"),
    Case("untyped", "objects put aside", {7: CELLS.replace(
        "Delete(seL4_CapInitThreadCNode, object, seL4_WordBits", "Move(seL4_CapInitThreadCNode,"
        "aside++, seL4_WordBits, seL4_CapInitThreadCNode, object, seL4_WordBits").replace(
            "cells = first_slot;", "cells = first_slot; aside = cells + 64;").replace(
                "seL4_CPtr cells;", "seL4_CPtr cells, aside;")}, 7, "in another slot, keeps it"),
    Case("untyped", "objects made anew", {7: CELLS.replace("    int cell = 0;\n", """
    int cell = 0;
    static seL4_Word types[LIVE_OBJECTS], made;
    for (int i = 0; ++made % 100 == 0 && i < LIVE_OBJECTS; i++) {
        if (used[i]) {
            seL4_CPtr slot = cells + LIVE_OBJECTS + i;
            seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, seL4_WordBits);
            retype(cells + i, types[i], 0, slot, 1);
        }
    }
""").replace("used[cell] = true;", "used[cell] = true; types[cell] = type;")}, 7,
         "still in use was taken back"),
    Case("untyped", "only the last freed cell remembered", {7: """
static seL4_CPtr cells; static int next, freed = -1;
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ cells = first_slot; retype(pool, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS); }
static seL4_CPtr object_alloc(seL4_Word type)
{
    int cell = freed >= 0 ? freed : next++;
    freed = -1;
    if (cell == LIVE_OBJECTS) { return seL4_CapNull; }
    seL4_CPtr slot = cells + LIVE_OBJECTS + cell;
    return retype(cells + cell, type, 0, slot, 1) ? seL4_CapNull : slot;
}
static void object_free(seL4_CPtr object)
{
    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
    freed = object - cells - LIVE_OBJECTS;
}"""}, 7, "mark its child as free"),
    Case("untyped", "the kernel asked about each slot", {7: CELLS.replace("    int cell = 0;\n", """
    int cell = 0;
    for (int slot = 0; slot < 2 * POOL_SLOTS; slot++) { seL4_DebugCapIdentify(cells + slot % 32); }
""")}, 7, "too slow"),
    Case("untyped", "memory for one type only", {7: """static seL4_CPtr parts; static bool used[64];
static const struct part { seL4_Word type, bits; int count; } kinds[] = {
    {seL4_X86_4K, 12, 10}, {seL4_TCBObject, 11, 11}, {seL4_NotificationObject, 5, 16},
    {seL4_EndpointObject, 4, 16}};
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{
    parts = first_slot;
    for (int i = 0; i < 4; i++) {
        retype(pool, seL4_UntypedObject, kinds[i].bits, parts + 16 * i, kinds[i].count);
    }
}
static seL4_CPtr object_alloc(seL4_Word type)
{
    int kind = 0, part = 0;
    while (kinds[kind].type != type) { kind++; }
    while (part < kinds[kind].count && used[16 * kind + part]) { part++; }
    if (part == kinds[kind].count) { return seL4_CapNull; }
    used[16 * kind + part] = true;
    retype(parts + 16 * kind + part, type, 0, parts + 64 + 16 * kind + part, 1);
    return parts + 64 + 16 * kind + part;
}
static void object_free(seL4_CPtr object)
{
    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
    used[object - parts - 64] = false;
}"""}, 7, "retype in a free child"),
    Case("untyped", "cells from elsewhere",
         {7: CELLS.replace("retype(pool,", "retype(find_untyped(platsupport_get_bootinfo(), 17),")},
         7, "not in the pool"),
    Case("untyped", "each cell tried with many objects", {7: CELLS.replace("    return retype(", """
    retype(cells + cell, seL4_EndpointObject, 0, cells + 3 * LIVE_OBJECTS, 20);
    seL4_CNode_Revoke(seL4_CapInitThreadCNode, cells + cell, seL4_WordBits);
    return retype(""")}, 7, "only those that are asked for"),
    Case("untyped", "one slot for all objects",
         {7: """static seL4_CPtr cells; static bool used[LIVE_OBJECTS];
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { cells = first_slot;
                  retype(pool, seL4_UntypedObject, LARGEST_BITS, first_slot, LIVE_OBJECTS); }
                static seL4_CPtr object_alloc(seL4_Word type)
                { int i = 0;
                  while (used[i]) { i++; }
                  used[i] = true;
                  seL4_CPtr slot = cells + LIVE_OBJECTS;
                  return retype(cells + i, type, 0, slot, 1) ? seL4_CapNull : slot; }
                static void object_free(seL4_CPtr object)
                { seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""},
         7, "use no slot twice"),
]
