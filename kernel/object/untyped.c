/* Untyped memory: the only source of kernel objects.
 *
 * An untyped capability stands for a block of memory and counts how much of it, from the bottom, is
 * handed out. Invariants: the objects made from it are its children in the derivation tree; RAM
 * above the count is zero; it only falls when there are no children, clearing what it uncovers.
 */
#include "api/api.h"
#include "debug/debug.h"

static const struct kind {
    enum cap_type cap;
    uint8_t bits;     /* log2 of its bytes, or of those of a unit if it takes a size */
    uint8_t fields;   /* the small fields of its capability, but for size and device */
    uint8_t min_size; /* least size, which its capability tells; 0: it takes none */
    bool is_memory;   /* may be a device's memory, which its capability tells */
} kinds[object_type_count] = {
    [object_untyped] = {cap_untyped, 0, 0, MIN_UNTYPED_BITS, true},
    [object_tcb] = {cap_thread, TCB_OBJECT_BITS, 0, 0, false},
    [object_endpoint] = {cap_endpoint, ENDPOINT_BITS, RIGHTS_ALL, 0, false},
    [object_notification] = {cap_notification, NOTIFICATION_BITS, RIGHTS_RW, 0, false},
    [object_cnode] = {cap_cnode, SLOT_BITS, 0, 1, false},
    [object_pdpt] = {cap_pdpt, TABLE_BITS, 0, 0, false},
    [object_pml4] = {cap_pml4, TABLE_BITS, 0, 0, false},
    [object_frame_1g] = {cap_frame, PAGE_BITS + 18, RIGHTS_RW + (frame_1g << 4), 0, true},
    [object_frame_4k] = {cap_frame, PAGE_BITS, RIGHTS_RW + (frame_4k << 4), 0, true},
    [object_frame_2m] = {cap_frame, PAGE_BITS + 9, RIGHTS_RW + (frame_2m << 4), 0, true},
    [object_page_table] = {cap_page_table, TABLE_BITS, 0, 0, false},
    [object_page_directory] = {cap_page_directory, TABLE_BITS, 0, 0, false},
};

unsigned object_size_bits(enum object_type type, word_t size_bits) {
    return kinds[type].bits + (kinds[type].min_size != 0 ? size_bits : 0);
}

cap_t object_create(enum object_type type, void *base, word_t size_bits, bool device) {
    const struct kind *kind = &kinds[type];
    word_t size = kind->min_size != 0 ? size_bits : 0;
    if (type == object_pml4)
        pml4_init(base);
    return cap_new(kind->cap, type == object_tcb ? tcb_create(base) : base,
                   kind->fields | size | (word_t)device << 6, 0);
}

/* What a Retype asks for, filled in by the checks in their order. */
struct retype {
    word_t type, size_bits;
    unsigned object_bits;
    cap_t cnode; /* where the new capabilities go: this many slots from this one on */
    word_t offset, count;
    bool afresh; /* the untyped has no children: all of its memory is to be handed out again */
};

static outcome_t decode_object(const struct invocation *inv, struct retype *retype) {
    word_t type = retype->type = word_arg(inv, 0);
    word_t size_bits = retype->size_bits = word_arg(inv, 1);
    if (type >= object_type_count)
        return refuse(fail_argument(0), "Untyped Retype: Invalid object type.");
    retype->object_bits = object_size_bits(type, size_bits);
    if (size_bits >= WORD_BITS || retype->object_bits > MAX_UNTYPED_BITS)
        return refuse(fail_range(0, MAX_UNTYPED_BITS), "Untyped Retype: Invalid object size.");
    if (size_bits < kinds[type].min_size)
        return refuse(fail_argument(1), "Untyped Retype: Requested %s size too small.",
                      type == object_cnode ? "CapTable" : "UntypedItem");
    return DONE;
}

static outcome_t decode_destination(const struct invocation *inv, struct retype *retype) {
    word_t depth = word_arg(inv, 3);
    retype->cnode = cap_arg(inv, 0);
    if (depth != 0) {
        struct resolved place;
        if (slot_arg(inv, retype->cnode, 2, false, &place) != DONE)
            return refuse(FAILED, "Untyped Retype: Invalid destination address.");
        retype->cnode = place.slot->cap;
    }
    if (cap_type(retype->cnode) != cap_cnode)
        return refuse(fail_lookup_missing(false, depth),
                      "Untyped Retype: Destination cap invalid or read-only.");
    return DONE;
}

static outcome_t decode_window(const struct invocation *inv, struct retype *retype) {
    word_t offset = retype->offset = word_arg(inv, 4), count = retype->count = word_arg(inv, 5);
    word_t slots = BIT(cap_cnode_radix(retype->cnode));
    if (offset > slots - 1)
        return refuse(fail_range(0, slots - 1),
                      "Untyped Retype: Destination node offset #%d too large.", (int)offset);
    if (count < 1 || count > CONFIG_RETYPE_FAN_OUT_LIMIT)
        return refuse(fail_range(1, CONFIG_RETYPE_FAN_OUT_LIMIT),
                      "Untyped Retype: Number of requested objects (%d) too small or large.",
                      (int)count);
    if (count > slots - offset)
        return refuse(fail_range(1, slots - offset),
                      "Untyped Retype: Requested destination window overruns size of node.");
    const slot_t *first = (slot_t *)cap_object(retype->cnode) + offset;
    for (word_t i = 0; i < count; i++)
        if (slot_require_empty(first + i) != DONE)
            return refuse(FAILED, "Untyped Retype: Slot #%d in destination window non-empty.",
                          (int)(offset + i));
    return DONE;
}

static outcome_t check_memory(const slot_t *slot, struct retype *retype) {
    retype->afresh = !slot_has_children(slot);
    cap_t cap = slot->cap;
    word_t used = retype->afresh ? 0 : cap_untyped_free_index(cap);
    word_t left = BIT(cap_untyped_bits(cap)) - used;
    if (left >> retype->object_bits < retype->count)
        return refuse(fail_no_memory(left),
                      "Untyped Retype: Insufficient memory (%lu * %lu bytes needed, %lu bytes "
                      "available).",
                      retype->count, BIT(retype->object_bits), left);
    if (cap_untyped_is_device(cap) && !kinds[retype->type].is_memory)
        return refuse(fail_argument(1),
                      "Untyped Retype: Creating kernel objects with device untyped");
    return DONE;
}

static void set_free_index(slot_t *slot, word_t free_index) { slot->cap.word[1] = free_index; }

/* Memory that was never used is zero already, and only looking leaves it untouched: a machine that
 * is emulated then takes no memory of its host for it. Word by word, as emulators are slow at
 * string instructions. Free indices are multiples of 16 bytes. */
__attribute__((optimize("no-tree-loop-distribute-patterns"))) static void
clear_words(word_t *from, const word_t *end) {
    word_t seen = 0;
    for (const word_t *at = from; at < end; at += 2)
        seen |= at[0] | at[1];
    for (; seen != 0 && from < end; from += 2) {
        from[0] = 0;
        from[1] = 0;
    }
}

/* Takes back all memory of an untyped without children, from the top down, so that the free index
 * tells how far a preempted reset has come. A device's memory is left as it is. */
static outcome_t reset(slot_t *slot) {
    char *base = cap_object(slot->cap);
    word_t index = cap_untyped_is_device(slot->cap) ? 0 : cap_untyped_free_index(slot->cap);
    while (index > 0) {
        word_t chunk = ALIGN_DOWN(index - 1, CONFIG_RESET_CHUNK_BITS);
        clear_words((word_t *)(base + chunk), (word_t *)(base + index));
        index = chunk;
        set_free_index(slot, index);
        if (index > 0)
            TRY(preemption_point());
    }
    set_free_index(slot, 0);
    return DONE;
}

static void create_objects(slot_t *untyped, const struct retype *retype) {
    cap_t cap = untyped->cap;
    bool device = cap_untyped_is_device(cap);
    word_t base = (word_t)cap_object(cap), bytes = BIT(retype->object_bits);
    word_t object = ALIGN_UP(base + cap_untyped_free_index(cap), retype->object_bits);
    set_free_index(untyped, object + retype->count * bytes - base);
    slot_t *first = (slot_t *)cap_object(retype->cnode) + retype->offset;
    for (slot_t *slot = first; slot < first + retype->count; slot++, object += bytes) {
        cap_t made = object_create(retype->type, (void *)object, retype->size_bits, device);
        slot_insert_child(slot, made, untyped);
        trace(life, made, retype->type);
    }
    trace(retype, cap_object(cap), retype->type, retype->object_bits, retype->count, device, first,
          cap_object(retype->cnode), retype->offset);
}

outcome_t untyped_retype(struct invocation *inv) {
    struct retype retype = {0};
    TRY(decode_object(inv, &retype));
    TRY(decode_destination(inv, &retype));
    TRY(decode_window(inv, &retype));
    TRY(check_memory(inv->slot, &retype));
    if (retype.afresh)
        TRY(reset(inv->slot));
    create_objects(inv->slot, &retype);
    return DONE;
}
