"""Allocators that are none (untyped, task 7): another trial, or other memory than the pool."""

from corpus.making import Entry, region, replaced, worked
from grader import states
from grader.score import Verdict as V

# A trial in place of the kit's, which asks as that one does but keeps one object only.
FEWER = """
#include <exam/exam.h>
static seL4_Uint32 numbers;
static seL4_Word rolled(seL4_Word sides)
{ numbers = numbers * 1664525u + 1013904223u; return (numbers >> 16) % sides; }
static int fewer(void)
{
    static const seL4_Word types[] = {seL4_TCBObject, seL4_EndpointObject, seL4_NotificationObject,
                                      seL4_X86_4K};
    seL4_CPtr object = seL4_CapNull;
    for (int done = 0; done < ALLOCATIONS; done++) {
        if (done % 125 == 0 && exam_next(seL4_CapInitThreadTCB, done) != 0) {
            numbers = seL4_GetMR(0);
        }
        if (object) { object_free(object); }
        rolled(16);
        object = object_alloc(types[rolled(4)]);
    }
    object_free(object);
    exam_next(seL4_CapInitThreadTCB, ALLOCATIONS);
    return ALLOCATIONS;
}
#define try_allocator(pool, init, alloc, free) (init(pool, pool + 1), fewer())
"""

# A trial that asks nobody.
NO_TRIAL = """
static int none(void)
{
    for (int done = 0; done < ALLOCATIONS; done++) {
        object_free(object_alloc(seL4_EndpointObject));
    }
    return ALLOCATIONS;
}
#define try_allocator(pool, init, alloc, free) (init(pool, pool + 1), none())
"""

# The same by another name for the linker, without a macro.
LABELLED = FEWER.replace(
    "#define try_allocator(pool, init, alloc, free) (init(pool, pool + 1), fewer())", """
int try_allocator(seL4_CPtr, void (*)(seL4_CPtr, seL4_CPtr), seL4_CPtr (*)(seL4_Word),
                  void (*)(seL4_CPtr)) __asm__("mine");
int mine(seL4_CPtr pool);
int mine(seL4_CPtr pool) { allocator_init(pool, pool + 1); return fewer(); }""")

# All questions answered before the trial, and no memory ever given back after it.
TRIAL_FORESTALLED = """
#include <exam/exam.h>
static seL4_CPtr memory, next;
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{
    memory = pool; next = first_slot;
    for (int done = 0; exam_next(seL4_CapInitThreadTCB, done) != 0; done += 125) { }
}
static seL4_CPtr object_alloc(seL4_Word type)
{ return retype(memory, type, 0, next, 1) ? seL4_CapNull : next++; }
static void object_free(seL4_CPtr object)
{ seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""

# Memory enough to need no pool.
OTHER_MEMORY = """
static seL4_CPtr memory, place;
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ memory = find_untyped(platsupport_get_bootinfo(), 26); place = first_slot; }
static seL4_CPtr object_alloc(seL4_Word type)
{
    seL4_CPtr slot = place;
    while (seL4_DebugCapIdentify(slot) != 0) { slot++; }
    return retype(memory, type, 0, slot, 1) ? seL4_CapNull : slot;
}
static void object_free(seL4_CPtr object)
{ seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""

# A right allocator that once takes back everything, long after the beginning.
REVOKED_ONCE = """
static seL4_CPtr memory, cells;
static bool used[LIVE_OBJECTS];
static int made;
static void cut(void) { retype(memory, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS); }
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ memory = pool; cells = first_slot; cut(); }
static seL4_CPtr object_alloc(seL4_Word type)
{
    int cell = 0;
    if (made++ == 5000) { seL4_CNode_Revoke(seL4_CapInitThreadCNode, memory, seL4_WordBits); cut(); }
    while (used[cell]) { cell++; }
    used[cell] = true;
    retype(cells + cell, type, 0, cells + LIVE_OBJECTS + cell, 1);
    return cells + LIVE_OBJECTS + cell;
}
static void object_free(seL4_CPtr object)
{
    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
    used[object - cells - LIVE_OBJECTS] = false;
}"""

# No allocator: all that there is goes when one object is freed, so it needs a trial that keeps one.
ONE_OBJECT = """
static seL4_CPtr memory, slot;
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ memory = pool; slot = first_slot; }
static seL4_CPtr object_alloc(seL4_Word type)
{ return retype(memory, type, 0, slot, 1) ? seL4_CapNull : slot; }
static void object_free(seL4_CPtr object)
{ seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""

# The same, but going round in its memory, where most objects stay for as long as they must.
ROUND_AND_ROUND = """
static seL4_CPtr memory, slots;
static int made;
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ memory = pool; slots = first_slot; }
static seL4_CPtr object_alloc(seL4_Word type)
{
    if (made % 15 == 0) {
        seL4_CNode_Revoke(seL4_CapInitThreadCNode, memory, seL4_WordBits);
        retype(memory, seL4_EndpointObject, 0, slots, 1);
    }
    seL4_CPtr slot = slots + 1 + made++ % 2;
    return retype(memory, type, 0, slot, 1) ? seL4_CapNull : slot;
}
static void object_free(seL4_CPtr object)
{ seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""

# Rings, in which nothing is known to be free, and objects that nobody asked for after each.
IDLE_ONES = """
static seL4_CPtr frames, tcbs, small, idle, keep, thing, spare;
static int f, t, s, made;
static void allocator_init(seL4_CPtr pool, seL4_CPtr slot)
{
    frames = slot; tcbs = slot + 10; small = slot + 20; idle = slot + 21;
    keep = slot + 22; thing = slot + 23; spare = slot + 24;
    retype(pool, seL4_UntypedObject, 12, frames, 10);
    retype(pool, seL4_UntypedObject, 11, tcbs, 10);
    retype(pool, seL4_UntypedObject, 11, small, 1);
    retype(pool, seL4_UntypedObject, 4, idle, 1);
    retype(small, seL4_EndpointObject, 0, keep, 1);
}
static seL4_CPtr object_alloc(seL4_Word type)
{
    seL4_CPtr from = type == seL4_X86_4K ? frames + f++ % 10
                     : type == seL4_TCBObject ? tcbs + t++ % 10 : small;
    if (from == small && s++ % 60 == 59) {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, keep, seL4_WordBits);
        retype(small, seL4_EndpointObject, 0, keep, 1);
    }
    if (retype(from, type, 0, thing, 1)) { return seL4_CapNull; }
    for (int i = 0; made < 310 && i < 2; i++) {
        retype(idle, seL4_EndpointObject, 0, spare, 1);
        seL4_CNode_Delete(seL4_CapInitThreadCNode, spare, seL4_WordBits);
    }
    made++;
    return thing;
}
static void object_free(seL4_CPtr object)
{ seL4_CNode_Delete(seL4_CapInitThreadCNode, thing, seL4_WordBits); }"""

# The frozen trial's own system call, made a way to ask and answer in its name: no check on who asks
# holds against a program that writes to its own instructions.
GATE = """
static unsigned char *gate;
static void open_gate(void)
{
    gate = (unsigned char *)(try_allocator);
    while (gate[0] != 0x0f || gate[1] != 0x05) { gate++; }
    __builtin_memcpy(gate + 2, "\\x48\\x89\\xdc\\xc3", 4); /* mov %rbx, %rsp; ret */
}
static seL4_Word in_its_name(seL4_Word done)
{
    register seL4_Word r10 __asm__("r10") = 0, r8 __asm__("r8") = done;
    register seL4_Word r9 __asm__("r9") = 0, r15 __asm__("r15") = 0;
    seL4_Word cap = seL4_CapInitThreadTCB, info = 0x6578616dull << 12 | 2, call = (seL4_Word)-1;
    __asm__ volatile("sub $256, %%rsp; lea -8(%%rsp), %%rbx; call *%%rax; add $256, %%rsp"
                     : "+D"(cap), "+S"(info), "+d"(call), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "a"(gate) : "rcx", "r11", "rbx", "r12", "r13", "r14", "memory");
    numbers = r10;
    return r9;
}
"""
FORGED_ONE = ONE_OBJECT + replaced(
    FEWER, ("static seL4_Word rolled", GATE + "static seL4_Word rolled"),
    ("    for (int done", "    open_gate();\n    for (int done"),
    ("""done % 125 == 0 && exam_next(seL4_CapInitThreadTCB, done) != 0) {
            numbers = seL4_GetMR(0);""", "done % 125 == 0) {\n            in_its_name(done);"),
    ("exam_next(seL4_CapInitThreadTCB, ALLOCATIONS);", "in_its_name(ALLOCATIONS);"))
FORGED_NOTHING = replaced(FORGED_ONE, ("    for (int done = 0; done < ALLOCATIONS; done++) {",
                                       "    for (int done = 0; done < ALLOCATIONS; done += 125) {"),
                          ("        object = object_alloc(types[rolled(4)]);\n", ""))
# Forged as well, and all that are alive are made anew once in a while, so that none needs a place.
FORGED_ANEW = replaced(FORGED_ONE, ("    seL4_CPtr object = seL4_CapNull;\n", """
    seL4_Word alive[LIVE_OBJECTS];
    int places = 0;
"""), ("if (object) { object_free(object); }\n        rolled(16);", """
        int place = rolled(16);
        if (done >= 16 || place < places) {
            seL4_CNode_Delete(seL4_CapInitThreadCNode, slot + place, seL4_WordBits);
        }"""), ("object = object_alloc(types[rolled(4)]);", """
        places = place >= places ? place + 1 : places;
        alive[place] = types[rolled(4)];
        if (retype(memory, alive[place], 0, slot + place, 1)) {
            seL4_CNode_Revoke(seL4_CapInitThreadCNode, memory, seL4_WordBits);
            for (int i = 0; i < places; i++) { retype(memory, alive[i], 0, slot + i, 1); }
        }"""), ("    object_free(object);\n", """
    for (int i = 0; i < LIVE_OBJECTS; i++) {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, slot + i, seL4_WordBits);
    }
"""))

ENTRIES = [
    Entry("questions_answered_in_the_trials_name", "untyped", region("untyped", 7, FORGED_NOTHING),
          V.SUSPICIOUS, 7, "others gone"),
    Entry("trial_of_one_object_in_the_trials_name", "untyped", region("untyped", 7, FORGED_ONE),
          V.SUSPICIOUS, 7, "others gone"),
    Entry("objects_made_anew_in_the_trials_name", "untyped", region("untyped", 7, FORGED_ANEW),
          V.SUSPICIOUS, 7, "others gone"),
    Entry("one_object_for_all", "untyped", region("untyped", 7, ONE_OBJECT), V.FAILED, 7),
    Entry("trial_of_one_object", "untyped", region("untyped", 7, ONE_OBJECT + FEWER), V.SUSPICIOUS,
          7, "a trial that stopped"),
    Entry("trial_of_one_object_alone", "untyped",
          states.put(worked("untyped", 0), region("untyped", 7, ONE_OBJECT + FEWER), {7}),
          V.FAILED, 0),
    Entry("trial_by_another_name", "untyped", region("untyped", 7, ONE_OBJECT + LABELLED),
          V.SUSPICIOUS, 7, "a trial that stopped"),
    Entry("trial_of_one_object_round_and_round", "untyped",
          region("untyped", 7, ROUND_AND_ROUND + FEWER), V.SUSPICIOUS, 7),
    Entry("trial_of_one_object_beside_idle_ones", "untyped",
          region("untyped", 7, IDLE_ONES + FEWER), V.SUSPICIOUS, 7),
    Entry("trial_that_asks_nobody", "untyped", region("untyped", 7, ONE_OBJECT + NO_TRIAL),
          V.SUSPICIOUS, 7),
    Entry("trial_forestalled", "untyped", region("untyped", 7, TRIAL_FORESTALLED), V.FAILED, 7),
    Entry("other_memory_than_the_pool", "untyped", region("untyped", 7, OTHER_MEMORY), V.FAILED, 7,
          "The pool is all the memory"),
    Entry("objects_in_use_taken_back_once", "untyped", region("untyped", 7, REVOKED_ONCE),
          V.FAILED, 7, "still in use was taken back"),
]
