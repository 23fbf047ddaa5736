/* ASIDs: numbers that stand for address spaces, handed out from pools of 512.
 *
 * A capability to a frame or table remembers where it is mapped by ASID, not by address of the
 * PML4: when the PML4 goes, the number stands for nothing and the memory of all these capabilities
 * is harmless. Invariants: an entry of a pool is a live PML4 object or NULL; ASID 0 is never given,
 * so that 0 can mean "none"; the free pool or entry with the lowest number is taken first.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "object/vspace.h"

#define POOL_COUNT      8
#define POOL_INDEX_BITS 9

struct asid_pool {
    pte_t *vspace[BIT(POOL_INDEX_BITS)];
};
static_assert(sizeof(struct asid_pool) == BIT(TABLE_BITS), "ABI");
static_assert(POOL_COUNT << POOL_INDEX_BITS == 1 << ASID_BITS, "capabilities hold an ASID");

static struct asid_pool no_pool; /* always empty: spares every lookup a test */
static HOT_DATA struct asid_pool *pools[POOL_COUNT];

pte_t *asid_lookup(word_t asid) {
    return pools[asid >> POOL_INDEX_BITS]->vspace[asid & MASK(POOL_INDEX_BITS)];
}

void asid_boot(void *pool, pte_t *pml4) {
    for (unsigned i = 1; i < POOL_COUNT; i++)
        pools[i] = &no_pool;
    pools[0] = pool;
    pools[0]->vspace[1] = pml4;
}

static int free_pool(void) {
    for (int i = 0; i < POOL_COUNT; i++)
        if (pools[i] == &no_pool)
            return i;
    return -1;
}

outcome_t asid_make_pool(struct invocation *inv) {
    slot_t *untyped = inv->extra[0];
    struct resolved dest;
    int number = free_pool();
    if (number < 0)
        return refuse(fail_delete_first(), "ASIDControlMakePool: No unallocated pools found.");
    if (cap_type(untyped->cap) != cap_untyped || cap_untyped_bits(untyped->cap) != TABLE_BITS ||
        cap_untyped_is_device(untyped->cap))
        return refuse(fail_capability(1), "ASIDControlMakePool: Invalid untyped cap.");
    TRY(slot_require_childless(untyped));
    TRY(slot_arg(inv, cap_arg(inv, 1), 0, false, &dest));
    TRY(slot_require_empty(dest.slot));
    struct asid_pool *pool = cap_object(untyped->cap);
    __builtin_memset(pool, 0, sizeof *pool);
    untyped->cap = cap_untyped_new(pool, TABLE_BITS, false, sizeof *pool); /* all handed out */
    pools[number] = pool;
    cap_t cap = cap_new(cap_asid_pool, pool, 0, (word_t)number << POOL_INDEX_BITS);
    slot_insert_child(dest.slot, cap, untyped);
    trace(asid, "pool", pool);
    return DONE;
}

/* Lowest ASID of the pool that stands for nothing, 0 if there is none. */
static word_t free_asid(const struct asid_pool *pool, word_t base) {
    for (word_t i = base == 0; i < BIT(POOL_INDEX_BITS); i++)
        if (pool->vspace[i] == NULL)
            return base + i;
    return 0;
}

outcome_t asid_assign(struct invocation *inv) {
    struct asid_pool *pool = cap_object(inv->cap);
    word_t base = cap_asid_pool_base(inv->cap);
    slot_t *slot = inv->extra[0];
    kassert(pools[base >> POOL_INDEX_BITS] == pool); /* a pool lives as long as its capabilities */
    if (cap_type(slot->cap) != cap_pml4 || cap_pml4_asid(slot->cap) != 0)
        return refuse(fail_capability(1), "X86ASIDPool: Invalid vspace root.");
    word_t asid = free_asid(pool, base);
    if (asid == 0)
        return refuse(fail_delete_first(), "X86ASIDPool: No free ASID in the pool.");
    pte_t *pml4 = cap_object(slot->cap);
    pool->vspace[asid - base] = pml4;
    slot->cap = cap_new(cap_pml4, pml4, 0, asid);
    trace(asid, "assign", pml4);
    return DONE;
}

void pml4_finalise(cap_t cap) {
    word_t asid = cap_pml4_asid(cap);
    if (asid != 0 && asid_lookup(asid) == cap_object(cap)) {
        pools[asid >> POOL_INDEX_BITS]->vspace[asid & MASK(POOL_INDEX_BITS)] = NULL;
        vspace_leave(cap_object(cap));
    }
}

void asid_pool_finalise(cap_t cap) {
    const struct asid_pool *pool = cap_object(cap);
    for (unsigned i = 0; i < ARRAY_SIZE(pool->vspace); i++)
        if (pool->vspace[i] != NULL)
            vspace_leave(pool->vspace[i]);
    pools[cap_asid_pool_base(cap) >> POOL_INDEX_BITS] = &no_pool;
}
