/* The kernel's invariants, as a program that looks at all objects and stops at the first that is
 * wrong.
 *
 * With the word check=N on the command line, a debug kernel comes here after every N entries. The
 * walk starts at the slots of all threads and interrupt lines, goes from a slot to its whole
 * derivation list, and from a CNode in a list to its slots: so it sees every slot that is still
 * good for anything. Two marks stand in bits that nobody else uses, "seen" in the links of a slot
 * and "backed by a capability" in an entry of a page table; both are gone again at the end. Threads
 * and their queues are looked at in check_threads.c.
 */
#include "check.h"

#include "boot/boot.h"
#include "debug/debug.h"
#include "object/vspace.h"
#include "sched/sched.h"
#include "x86/x86.h"

void check_failed(const char *invariant, const void *where) {
    kprintf("\nNot so: %s (%p)\n", invariant, where);
    panic("an invariant of the kernel does not hold");
}

/* ---- regions: who was made from whose memory ---- */

/* The untypeds around the capability now looked at, outermost first, from 1 up; 0 is the world.
 * What comes later in a list lies deeper or further down: `low` is where the last one began. */
static struct {
    cap_t untyped;
    word_t low_last; /* last byte that the next one in here may have */
} around[WORD_BITS];
static unsigned depth;

static word_t first_byte(cap_t cap) { return ALIGN_DOWN(cap_object(cap), cap_object_bits(cap)); }
static word_t last_byte(cap_t cap) { return first_byte(cap) + MASK(cap_object_bits(cap)); }

static bool is_inside(cap_t cap, cap_t untyped) {
    return first_byte(cap) >= first_byte(untyped) && last_byte(cap) <= last_byte(untyped);
}

static void enter(const slot_t *slot) {
    cap_t cap = slot->cap;
    word_t used = cap_untyped_free_index(cap);
    must(slot->next_bits & SLOT_REVOCABLE, "an untyped can revoke its children", slot);
    must(used <= BIT(cap_untyped_bits(cap)), "a free index is within its untyped", slot);
    depth++;
    must(depth < WORD_BITS, "untypeds within each other get smaller", slot);
    around[depth].untyped = cap;
    around[depth].low_last = first_byte(cap) + used - 1;
}

/* One rule shows three things: objects lie within their untyped and below its free index, and no
 * byte belongs to two of them. For every new child becomes the first, and lies above the others. */
static void check_region(const slot_t *slot, const slot_t *before) {
    cap_t cap = slot->cap;
    while (depth > 0 && !is_inside(cap, around[depth].untyped))
        depth--;
    bool is_copy = before != NULL && cap_same_object(before->cap, cap);
    bool nests = is_copy && cap_type(cap) == cap_untyped;
    if (!is_copy || nests) {
        must(last_byte(cap) <= around[depth].low_last,
             "objects lie below the free index of their untyped, and apart", slot);
        around[depth].low_last = first_byte(cap) - 1;
    }
    depth -= nests; /* a copy takes the place of its source, which is used up */
    if (cap_type(cap) == cap_untyped)
        enter(slot);
}

/* Word by word: only for small blocks. */
static void check_unused_memory(cap_t cap) {
    word_t *at = (word_t *)((char *)cap_object(cap) + cap_untyped_free_index(cap));
    const word_t *end = (word_t *)((char *)cap_object(cap) + BIT(cap_untyped_bits(cap)));
    for (; at < end; at++)
        must(*at == 0, "memory above the free index is zero", at);
}

/* ---- address spaces ---- */

#define PTE_BACKED BIT(9)

static unsigned spaces; /* PML4s that an ASID stands for */

/* The level of the entry that shows a mapped frame or table. */
static unsigned entry_level(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_frame:
        return cap_frame_size(cap);
    case cap_page_table:
        return 1;
    case cap_page_directory:
        return 2;
    default:
        return PML4_LEVEL;
    }
}

static bool entry_shows(pte_t entry, unsigned level, cap_t cap) {
    bool is_frame = cap_type(cap) == cap_frame;
    bool shows_page = level == 0 || (entry & PTE_PAGE);
    pte_t address = entry & PTE_ADDRESS & (is_frame ? ~MASK(LEVEL_BITS(level)) : ~0ul);
    return (entry & PTE_PRESENT) && is_frame == shows_page && address == paddr_of(cap_object(cap));
}

static bool allows(cap_t cap, pte_t entry) {
    return cap_type(cap) != cap_frame ||
           ((!(entry & PTE_USER) || (cap_rights(cap) & RIGHT_READ)) &&
            (!(entry & PTE_WRITE) || (cap_rights(cap) & RIGHT_WRITE)));
}

/* A capability may remember a mapping that is gone, so this is no check: it marks what is there. */
static void mark_mapping(cap_t cap) {
    pte_t *pml4 = asid_lookup(cap_mapped_asid(cap));
    unsigned missing, level = entry_level(cap);
    pte_t *entry = pml4 != NULL ? vspace_walk(pml4, cap_mapped_vaddr(cap), level, &missing) : NULL;
    if (entry != NULL && entry_shows(*entry, level, cap) && allows(cap, *entry))
        *entry |= PTE_BACKED;
}

static void check_table(pte_t *table, unsigned level) {
    unsigned count = level == PML4_LEVEL ? TABLE_ENTRIES / 2 : TABLE_ENTRIES;
    for (unsigned i = 0; i < count; i++) {
        if (table[i] != 0) {
            must(table[i] & PTE_PRESENT, "entries of page tables are present or zero", &table[i]);
            must(table[i] & PTE_BACKED, "whatever is mapped, a capability says so", &table[i]);
            table[i] &= ~PTE_BACKED;
            if (level > 0 && !(table[i] & PTE_PAGE))
                check_table(kptr_of(table[i] & PTE_ADDRESS), level - 1);
        }
    }
}

static void check_spaces(void) {
    bool is_loaded = cpu_cr3() == (word_t)kernel_pml4 - KERNEL_IMAGE_BASE;
    for (word_t asid = 0; asid < BIT(ASID_BITS); asid++) {
        pte_t *pml4 = asid_lookup(asid);
        if (pml4 != NULL) {
            must(pml4[KERNEL_ENTRY] == kernel_entry_of_users(), "the kernel is in it", pml4);
            check_table(pml4, PML4_LEVEL);
            is_loaded |= cpu_cr3() == paddr_of(pml4);
            spaces--;
        }
    }
    must(spaces == 0, "an ASID stands for a PML4 that says so", NULL);
    must(is_loaded, "the CPU uses the kernel's tables or those of an ASID", NULL);
}

/* ---- single capabilities ---- */

static void check_reply(const slot_t *slot) {
    const tcb_t *caller = cap_object(slot->cap);
    const slot_t *master = tcb_slot(caller, tcb_reply);
    if (cap_reply_is_master(slot->cap)) {
        must(slot == master && slot_prev(slot) == NULL, "a master reply is its thread's", slot);
    } else {
        must(slot_prev(slot) == master, "a reply capability is the only child of a master", slot);
        must(caller->state == state_blocked_on_reply, "who can be answered waits", caller);
    }
}

static void check_badge(const slot_t *slot, const slot_t *before) {
    bool follows = before != NULL && cap_same_object(before->cap, slot->cap) &&
                   cap_badge(before->cap) == cap_badge(slot->cap);
    must(cap_badge(slot->cap) == 0 || follows || (slot->next_bits & SLOT_FIRST_BADGED),
         "a badged capability begins its family or follows one of it", slot);
}

static unsigned handlers;

static void check_lines(void) {
    for (unsigned irq = 0; irq < IRQ_COUNT; irq++) {
        handlers -= irq_in_use(irq);
        must(irq_in_use(irq) || slot_is_empty(irq_notification(irq)),
             "only a line in use has a notification", irq_notification(irq));
    }
    must(handlers == 0, "interrupt lines in use are those with a handler", NULL);
}

/* CNodes and zombies that were found and whose slots are still to be looked at. */
#define MOST_WAITING 4096
static const slot_t *waiting[MOST_WAITING];
static unsigned waiting_count;

static void remember(const slot_t *slot) {
    must(waiting_count < MOST_WAITING, "there are few enough CNodes to check", slot);
    waiting[waiting_count++] = slot;
}

/* Once for every object: what its first capability stands for. */
static void check_object(const slot_t *slot) {
    cap_t cap = slot->cap;
    switch (cap_type(cap)) {
    case cap_endpoint:
        check_endpoint(cap_object(cap));
        break;
    case cap_notification:
        check_notification(cap_object(cap));
        break;
    case cap_thread:
        check_is_thread(cap_object(cap));
        break;
    case cap_cnode:
    case cap_zombie:
        remember(slot);
        break;
    case cap_pml4:
        spaces += asid_lookup(cap_pml4_asid(cap)) == cap_object(cap);
        break;
    case cap_irq_handler:
        handlers++;
        break;
    default:
        break;
    }
}

static void check_cap(const slot_t *slot, const slot_t *before) {
    cap_t cap = slot->cap;
    if (cap_is_physical(cap))
        check_region(slot, before);
    switch (cap_type(cap)) {
    case cap_untyped:
        if (cap_untyped_bits(cap) <= PAGE_BITS && !cap_untyped_is_device(cap))
            check_unused_memory(cap);
        break;
    case cap_reply:
        check_reply(slot);
        break;
    case cap_endpoint:
    case cap_notification:
        check_badge(slot, before);
        break;
    case cap_frame:
    case cap_page_table:
    case cap_page_directory:
    case cap_pdpt:
        mark_mapping(cap);
        break;
    default:
        break;
    }
    if (before == NULL || !cap_same_object(before->cap, cap))
        check_object(slot);
}

/* ---- slots and lists ---- */

#define SLOT_SEEN BIT(2)

static slot_t *next_of(const slot_t *slot) {
    return (slot_t *)(slot->next_bits & ~MASK(SLOT_BITS));
}

static slot_t *first_of_list(slot_t *slot) {
    slot_t *at = slot;
    for (slot_t *prev; (prev = slot_prev(at)) != NULL; at = prev) {
        must(next_of(prev) == at, "the slot before agrees who follows it", at);
        must(prev != slot, "a derivation list has a beginning", slot);
    }
    return at;
}

static void check_list(slot_t *first) {
    depth = 0;
    around[0].low_last = ~0ul;
    const slot_t *before = NULL;
    for (slot_t *at = first; at != NULL; before = at, at = next_of(at)) {
        must(slot_prev(at) == before, "the slot after agrees whom it follows", at);
        must(!slot_is_empty(at), "slots in lists have a capability", at);
        check_cap(at, before);
        at->next_bits |= SLOT_SEEN;
    }
}

static void unmark_list(slot_t *first) {
    for (slot_t *at = first; at != NULL; at = next_of(at)) {
        if ((cap_type(at->cap) == cap_cnode || cap_type(at->cap) == cap_zombie) &&
            (slot_prev(at) == NULL || !cap_same_object(slot_prev(at)->cap, at->cap)))
            remember(at);
        at->next_bits &= ~SLOT_SEEN;
    }
}

static void visit(slot_t *slot, bool checking) {
    if (slot_is_empty(slot)) {
        must(slot->prev == 0 && next_of(slot) == NULL, "an empty slot is in no list", slot);
    } else if (!(slot->next_bits & SLOT_SEEN) == checking) {
        slot_t *first = first_of_list(slot);
        checking ? check_list(first) : unmark_list(first);
    }
}

static void visit_slots_of(cap_t cap, bool checking) {
    bool is_zombie = cap_type(cap) == cap_zombie;
    word_t count = !is_zombie               ? BIT(cap_cnode_radix(cap))
                   : cap_zombie_is_tcb(cap) ? tcb_slot_count
                                            : BIT(cap_zombie_radix(cap));
    slot_t *slots = cap_object(cap);
    for (word_t i = 0; i < count; i++) {
        must(!is_zombie || i < cap_zombie_remaining(cap) || slot_is_empty(&slots[i]),
             "a zombie's slots are empty from the first that it does not count", &slots[i]);
        visit(&slots[i], checking);
    }
}

static void visit_all(bool checking) {
    for (const tcb_t *tcb = debug_threads(); tcb != NULL; tcb = tcb->all_next)
        for (unsigned i = 0; i < tcb_slot_count; i++)
            visit(tcb_slot(tcb, i), checking);
    for (unsigned irq = 0; irq < IRQ_COUNT; irq++)
        visit(irq_notification(irq), checking);
    while (waiting_count > 0)
        visit_slots_of(waiting[--waiting_count]->cap, checking);
}

void check_invariants(void) {
    check_threads();
    visit_all(true);
    check_threads_objects();
    check_spaces();
    check_lines();
    visit_all(false);
}
