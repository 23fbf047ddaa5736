/* Untyped memory: the only source of kernel objects.
 *
 * An untyped capability stands for a block of memory and counts how much of it, from the bottom, is
 * handed out. Invariants: the objects made from it are its children in the derivation tree; memory
 * above the count is zero if it is RAM; so the count only falls, clearing what it uncovers, when
 * there are no children.
 */
#include "api/api.h"

#include "debug/debug.h"
#include "object/object.h"

unsigned object_size_bits(enum object_type type, word_t size_bits) {
    switch (type) {
    case object_untyped:
        return size_bits;
    case object_tcb:
        return TCB_OBJECT_BITS;
    case object_endpoint:
        return ENDPOINT_BITS;
    case object_notification:
        return NOTIFICATION_BITS;
    case object_cnode:
        return size_bits + SLOT_BITS;
    case object_frame_4k:
        return PAGE_BITS;
    case object_frame_2m:
        return PAGE_BITS + 9;
    case object_frame_1g:
        return PAGE_BITS + 18;
    default:
        return TABLE_BITS;
    }
}

static cap_t pml4_create(void *base) {
    pml4_init(base);
    return cap_new(cap_pml4, base, 0, 0);
}

cap_t object_create(enum object_type type, void *base, word_t size_bits, bool device) {
    switch (type) {
    case object_untyped:
        return cap_untyped_new(base, size_bits, device, 0);
    case object_tcb:
        return cap_thread_new(tcb_create(base));
    case object_endpoint:
        return cap_endpoint_new(base, 0, RIGHTS_ALL);
    case object_notification:
        return cap_notification_new(base, 0, RIGHT_READ | RIGHT_WRITE);
    case object_cnode:
        return cap_cnode_new(base, size_bits, 0);
    case object_pdpt:
        return cap_new(cap_pdpt, base, 0, 0);
    case object_pml4:
        return pml4_create(base);
    case object_frame_1g:
        return cap_frame_new(base, frame_1g, RIGHT_READ | RIGHT_WRITE, device);
    case object_frame_4k:
        return cap_frame_new(base, frame_4k, RIGHT_READ | RIGHT_WRITE, device);
    case object_frame_2m:
        return cap_frame_new(base, frame_2m, RIGHT_READ | RIGHT_WRITE, device);
    case object_page_table:
        return cap_new(cap_page_table, base, 0, 0);
    case object_page_directory:
        return cap_new(cap_page_directory, base, 0, 0);
    default:
        panic("no such object type");
    }
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
    if (type >= object_type_count) {
        user_error("Untyped Retype: Invalid object type.");
        return fail_argument(0);
    }
    if (size_bits >= WORD_BITS || object_size_bits(type, size_bits) > MAX_UNTYPED_BITS) {
        user_error("Untyped Retype: Invalid object size.");
        return fail_range(0, MAX_UNTYPED_BITS);
    }
    if (type == object_cnode && size_bits == 0) {
        user_error("Untyped Retype: Requested CapTable size too small.");
        return fail_argument(1);
    }
    if (type == object_untyped && size_bits < MIN_UNTYPED_BITS) {
        user_error("Untyped Retype: Requested UntypedItem size too small.");
        return fail_argument(1);
    }
    retype->object_bits = object_size_bits(type, size_bits);
    return DONE;
}

static outcome_t decode_destination(const struct invocation *inv, struct retype *retype) {
    word_t index = word_arg(inv, 2), depth = word_arg(inv, 3);
    retype->cnode = cap_arg(inv, 0);
    if (depth != 0) {
        struct resolved place;
        if (lookup_operation(retype->cnode, index, depth, false, &place) != DONE) {
            user_error("Untyped Retype: Invalid destination address.");
            return FAILED;
        }
        retype->cnode = place.slot->cap;
    }
    if (cap_type(retype->cnode) != cap_cnode) {
        user_error("Untyped Retype: Destination cap invalid or read-only.");
        return fail_lookup_missing(false, depth);
    }
    return DONE;
}

static outcome_t decode_window(const struct invocation *inv, struct retype *retype) {
    word_t offset = retype->offset = word_arg(inv, 4);
    word_t count = retype->count = word_arg(inv, 5);
    word_t slots = BIT(cap_cnode_radix(retype->cnode));
    if (offset > slots - 1) {
        user_error("Untyped Retype: Destination node offset #%d too large.", (int)offset);
        return fail_range(0, slots - 1);
    }
    if (count < 1 || count > CONFIG_RETYPE_FAN_OUT_LIMIT) {
        user_error("Untyped Retype: Number of requested objects (%d) too small or large.",
                   (int)count);
        return fail_range(1, CONFIG_RETYPE_FAN_OUT_LIMIT);
    }
    if (count > slots - offset) {
        user_error("Untyped Retype: Requested destination window overruns size of node.");
        return fail_range(1, slots - offset);
    }
    const slot_t *first = (slot_t *)cap_object(retype->cnode) + offset;
    for (word_t i = 0; i < count; i++) {
        if (slot_require_empty(first + i) != DONE) {
            user_error("Untyped Retype: Slot #%d in destination window non-empty.",
                       (int)(offset + i));
            return FAILED;
        }
    }
    return DONE;
}

static outcome_t check_memory(const slot_t *slot, struct retype *retype) {
    cap_t cap = slot->cap;
    retype->afresh = !slot_has_children(slot);
    word_t used = retype->afresh ? 0 : cap_untyped_free_index(cap);
    word_t left = BIT(cap_untyped_bits(cap)) - used;
    if (left >> retype->object_bits < retype->count) {
        user_error("Untyped Retype: Insufficient memory (%lu * %lu bytes needed, %lu bytes "
                   "available).",
                   retype->count, BIT(retype->object_bits), left);
        return fail_no_memory(left);
    }
    bool is_plain = retype->type == object_untyped || retype->type == object_frame_4k ||
                    retype->type == object_frame_2m || retype->type == object_frame_1g;
    if (cap_untyped_is_device(cap) && !is_plain) {
        user_error("Untyped Retype: Creating kernel objects with device untyped");
        return fail_argument(1);
    }
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
 * tells how far a preempted reset has come. */
static outcome_t reset(slot_t *slot) {
    char *base = cap_object(slot->cap);
    word_t index = cap_untyped_free_index(slot->cap);
    if (cap_untyped_is_device(slot->cap)) {
        set_free_index(slot, 0);
        return DONE;
    }
    while (index > 0) {
        word_t chunk = ALIGN_DOWN(index - 1, CONFIG_RESET_CHUNK_BITS);
        clear_words((word_t *)(base + chunk), (word_t *)(base + index));
        index = chunk;
        set_free_index(slot, index);
        if (index > 0 && preemption_point() == PREEMPTED)
            return PREEMPTED;
    }
    return DONE;
}

static void create_objects(slot_t *untyped, const struct retype *retype) {
    cap_t cap = untyped->cap;
    word_t base = (word_t)cap_object(cap);
    word_t start = ALIGN_UP(base + cap_untyped_free_index(cap), retype->object_bits);
    slot_t *first = (slot_t *)cap_object(retype->cnode) + retype->offset;
    set_free_index(untyped, start + (retype->count << retype->object_bits) - base);
    for (word_t i = 0; i < retype->count; i++) {
        void *object = (void *)(start + (i << retype->object_bits));
        cap_t made =
            object_create(retype->type, object, retype->size_bits, cap_untyped_is_device(cap));
        slot_insert_child(first + i, made, untyped);
    }
    trace(retype, cap_object(cap), retype->type, retype->object_bits, retype->count,
          cap_untyped_is_device(cap), first, cap_object(retype->cnode), retype->offset);
}

outcome_t untyped_retype(struct invocation *inv) {
    struct retype retype = {0};
    slot_t *slot = inv->slot;
    if (decode_object(inv, &retype) != DONE || decode_destination(inv, &retype) != DONE ||
        decode_window(inv, &retype) != DONE || check_memory(slot, &retype) != DONE)
        return FAILED;
    if (retype.afresh && reset(slot) == PREEMPTED)
        return PREEMPTED;
    create_objects(slot, &retype);
    return DONE;
}
