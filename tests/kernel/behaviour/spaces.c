/* As many address spaces as there can be: eight pools of 512, all used up, freed and used again.
 * Unchecked: a look at 4,095 address spaces at every entry takes minutes.
 *
 * ASID 0 means "none" and the root task has one, so 4,094 are left.
 */
#include "check.h"

#define POOLS      7
#define IN_A_POOL  512
#define SPACES     (8 * IN_A_POOL - 2)
#define OWN_POOL   seL4_CapInitThreadASIDPool
#define OUTER_BITS 25

static word memory, first_space, pools[POOLS];

/* RAM apart from the pool of the cases, which is too small. */
static word other_memory(void) {
    for (word i = boot_info->untyped.end - boot_info->untyped.start; i-- > 0;) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        if (!u->isDevice && u->sizeBits > OUTER_BITS) {
            return make_from(boot_info->untyped.start + i, seL4_UntypedObject, OUTER_BITS);
        }
    }
    REQUIRE(!"32 MiB of RAM");
    return 0;
}
static struct answer assign(word asid_pool, word space) {
    return invoke(asid_pool, X86ASIDPoolAssign, WORDS(), WITH(space));
}
static void make_pools(void) {
    for (int i = 0; i < POOLS; i++) {
        word untyped = make_from(memory, seL4_UntypedObject, 12);
        pools[i] = slot();
        REQUIRE(invoke(seL4_CapASIDControl, X86ASIDControlMakePool, WORDS(pools[i], DEPTH),
                       WITH(untyped, OWN_CNODE))
                    .label == 0);
    }
}
static word space(word i) { return first_space + i; }
static word pool_of(word i) {
    return i < IN_A_POOL - 2 ? OWN_POOL : pools[(i - (IN_A_POOL - 2)) / IN_A_POOL];
}
static void make_spaces(void) {
    for (word i = 0; i < SPACES; i += 256) {
        word count = SPACES - i < 256 ? SPACES - i : 256;
        REQUIRE(retype(memory, seL4_X64_PML4Object, 0, space(i), count).label == 0);
    }
}
static struct answer map_pdpt(word table, word in) {
    return invoke(table, X86PDPTMap, WORDS(0, 0), WITH(in));
}

BEHAVIOUR("spaces: 4,094 more can be assigned, not one more, and each is one of its own") {
    memory = other_memory();
    first_space = slots(SPACES);
    make_pools();
    make_spaces();
    for (word i = 0; i < SPACES; i++) {
        EXPECT(assign(pool_of(i), space(i)), DONE);
    }
    word last = make_from(memory, seL4_X64_PML4Object, 0);
    EXPECT(assign(OWN_POOL, last), DELETE_FIRST);
    for (int i = 0; i < POOLS; i++) {
        EXPECT(assign(pools[i], last), DELETE_FIRST);
    }
    word table = make_from(memory, seL4_X86_PDPTObject, 0);
    for (word i = 0; i < SPACES; i += 409) {
        EXPECT(map_pdpt(table, space(i)), DONE);
        EXPECT(map_pdpt(table, space(i + 1)), INVALID_CAP(0));
        EXPECT(invoke(table, X86PDPTUnmap, WORDS(), WITH()), DONE);
    }
    REQUIRE(revoke(memory).label == 0);
}

BEHAVIOUR("spaces: a freed one makes room for one, wherever it was") {
    memory = other_memory();
    first_space = slots(SPACES);
    make_pools();
    make_spaces();
    for (word i = 0; i < SPACES; i++) {
        REQUIRE(assign(pool_of(i), space(i)).label == 0);
    }
    for (word i = 0; i < SPACES; i += 511) {
        word next = make_from(memory, seL4_X64_PML4Object, 0);
        EXPECT(delete (space(i)), DONE);
        EXPECT(assign(pool_of(i), next), DONE);
        EXPECT(assign(pool_of(i), make_from(memory, seL4_X64_PML4Object, 0)), DELETE_FIRST);
    }
    REQUIRE(revoke(memory).label == 0);
}

BEHAVIOUR("spaces: all pools and all address spaces come back from a revoke of their memory") {
    memory = other_memory();
    first_space = slots(SPACES);
    for (int round = 0; round < 3; round++) {
        make_pools();
        make_spaces();
        for (word i = 0; i < SPACES; i++) {
            REQUIRE(assign(pool_of(i), space(i)).label == 0);
        }
        EXPECT(revoke(memory), DONE);
        EQUAL(type_of(space(0)) | type_of(space(SPACES - 1)) | type_of(pools[POOLS - 1]), 0);
    }
    REQUIRE(delete (memory).label == 0);
}
