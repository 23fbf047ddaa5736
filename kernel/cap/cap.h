/* Capabilities: the two-word value, the slot that holds it, and the tree of what came from what.
 *
 * Word 0 of every capability has one shape: the type in its topmost byte, small fields in the byte
 * below, and the kernel address of the object in bits 0..47 (sign extended). Word 1 belongs to the
 * type. An all-zero capability is the null capability. A slot adds two links: all slots with
 * capabilities form one list in which the descendants of a capability directly follow it (the
 * derivation tree, see tree.c).
 */
#pragma once

#include "api/error.h"
#include "types.h"

enum cap_type { /* the numbers that DebugCapIdentify shows; odd ones belong to the architecture */
                cap_null = 0,
                cap_frame = 1,
                cap_untyped = 2,
                cap_page_table = 3,
                cap_endpoint = 4,
                cap_page_directory = 5,
                cap_notification = 6,
                cap_pdpt = 7,
                cap_reply = 8,
                cap_pml4 = 9,
                cap_cnode = 10,
                cap_asid_control = 11,
                cap_thread = 12,
                cap_asid_pool = 13,
                cap_irq_control = 14,
                cap_irq_handler = 16,
                cap_zombie = 18,
                cap_io_port = 19,
                cap_domain = 20,
                cap_io_port_control = 31,
};

typedef struct cap {
    word_t word[2];
} cap_t;

#define SLOT_BITS 5 /* 32 bytes */
typedef struct slot {
    cap_t cap;
    word_t prev;      /* address of the slot before this one, or 0 */
    word_t next_bits; /* address of the slot after this one, or 0, and SLOT_FLAGS */
} slot_t;
static_assert(sizeof(slot_t) == BIT(SLOT_BITS), "the ABI fixes the size of a slot");

/* Rights as the ABI encodes them. */
#define RIGHT_WRITE       1ul
#define RIGHT_READ        2ul
#define RIGHT_GRANT       4ul
#define RIGHT_GRANT_REPLY 8ul
#define RIGHTS_RW         (RIGHT_READ | RIGHT_WRITE)
#define RIGHTS_ALL        15ul

/* ---- fields: type of the value, word, first and last bit ---- */

#define CAP_FIELD(name, value_type, n, first, last)                                                \
    static inline value_type cap_##name(cap_t cap) {                                               \
        return (value_type)(cap.word[n] >> (first) & ~0ul >> (63 - (last) + (first)));             \
    }

enum frame_size { frame_4k = 0, frame_2m = 1, frame_1g = 2 };

CAP_FIELD(type, enum cap_type, 0, 56, 63)
CAP_FIELD(rights, unsigned, 0, 48, 51) /* endpoint, notification, reply, frame (0: kernel only) */
CAP_FIELD(untyped_bits, unsigned, 0, 48, 53)
CAP_FIELD(untyped_is_device, bool, 0, 54, 54)
CAP_FIELD(untyped_free_index, word_t, 1, 0, 63) /* bytes handed out since the last reset */
CAP_FIELD(badge, word_t, 1, 0, 63)              /* endpoint, notification */
CAP_FIELD(reply_is_master, bool, 0, 52, 52)     /* the object is the TCB of the caller */
CAP_FIELD(cnode_radix, unsigned, 0, 48, 53)
CAP_FIELD(cnode_guard_size, unsigned, 1, 0, 5) /* the guard word is that of the ABI: */
CAP_FIELD(cnode_guard, word_t, 1, 6, 63)       /* bits above the guard size are 0 */
CAP_FIELD(zombie_radix, unsigned, 0, 48, 53)   /* a CNode or TCB while its slots are deleted */
CAP_FIELD(zombie_is_tcb, bool, 0, 54, 54)
CAP_FIELD(zombie_remaining, word_t, 1, 0, 63) /* slots from this number up are empty */
CAP_FIELD(frame_size, enum frame_size, 0, 52, 53)
CAP_FIELD(frame_is_device, bool, 0, 54, 54)
CAP_FIELD(mapped_asid, word_t, 1, 0, 11) /* frame, page table, directory, PDPT; 0: not mapped */
CAP_FIELD(pml4_asid, word_t, 1, 0, 63)   /* 0: none assigned */
CAP_FIELD(asid_pool_base, word_t, 1, 0, 63)
CAP_FIELD(irq, word_t, 1, 0, 63)
CAP_FIELD(io_port_first, uint16_t, 1, 0, 15)
CAP_FIELD(io_port_last, uint16_t, 1, 16, 31)

static inline void *cap_object(cap_t cap) { return (void *)canonical(cap.word[0]); }
static inline unsigned cap_frame_bits(cap_t cap) { return PAGE_BITS + 9 * cap_frame_size(cap); }
static inline bool cap_is_badged(cap_t cap) {
    return cap_type(cap) == cap_endpoint || cap_type(cap) == cap_notification;
}

#define ASID_BITS 12 /* so that a mapping is a word: a page-aligned address and these */
static inline vaddr_t cap_mapped_vaddr(cap_t cap) { return ALIGN_DOWN(cap.word[1], ASID_BITS); }
static inline cap_t cap_set_mapping(cap_t cap, word_t asid, vaddr_t vaddr) {
    cap.word[1] = ALIGN_DOWN(vaddr, ASID_BITS) | asid;
    return cap;
}
static inline cap_t cap_clear_mapping(cap_t cap) { return (cap_t){{cap.word[0], 0}}; }

#define CAP_SMALL_SHIFT 48
#define CAP_TYPE_SMALL  8 /* the type, seen as part of the small fields */

/** True for a capability of this type that has all of @p rights: one comparison for both. */
static inline bool cap_allows(cap_t cap, enum cap_type type, word_t rights) {
    word_t wanted = ((word_t)type << CAP_TYPE_SMALL) | rights;
    return (cap.word[0] >> CAP_SMALL_SHIFT & (0xff00 | rights)) == wanted;
}
/** True for a CNode that takes all bits of an address, those above its radix as a guard of zeros:
 *  type, radix and guard word in one comparison. */
static inline bool cap_is_whole_cspace(cap_t cap) {
    word_t type = (word_t)cap_cnode << CAP_TYPE_SMALL;
    return (cap.word[0] >> CAP_SMALL_SHIFT) + cap.word[1] == type + WORD_BITS;
}

/* ---- making capabilities: the object of a thread is its tcb_t, not the TCB object ---- */

static inline cap_t cap_new(enum cap_type type, const void *object, word_t small, word_t word1) {
    word_t upper = ((word_t)type << CAP_TYPE_SMALL) | small;
    return (cap_t){{upper << CAP_SMALL_SHIFT | ((word_t)object & MASK(48)), word1}};
}
static inline cap_t cap_null_new(void) { return (cap_t){{0, 0}}; }
static inline cap_t cap_untyped_new(const void *base, unsigned bits, bool device, word_t index) {
    return cap_new(cap_untyped, base, bits | ((word_t)device << 6), index);
}
static inline cap_t cap_reply_new(const void *tcb, bool master, word_t rights) {
    return cap_new(cap_reply, tcb, (rights & RIGHT_GRANT) | ((word_t)master << 4), 0);
}
static inline cap_t cap_cnode_new(const void *slots, unsigned radix, word_t guard_word) {
    return cap_new(cap_cnode, slots, radix, guard_word);
}
static inline cap_t cap_zombie_new(const void *base, bool is_tcb, unsigned radix,
                                   word_t remaining) {
    return cap_new(cap_zombie, base, radix | ((word_t)is_tcb << 6), remaining);
}

/* ---- what follows from the type (type.c) ---- */

/** Word for a type, as the trace spells it ("endpoint", "page_table"). */
const char *cap_type_name(enum cap_type type);
/** True for capabilities of memory objects: those that live inside an untyped's block. */
bool cap_is_physical(cap_t cap);
/** log2 of the bytes of a physical capability's object. */
unsigned cap_object_bits(cap_t cap);

/* ---- slots ---- */

#define SLOT_REVOCABLE    1ul
#define SLOT_FIRST_BADGED 2ul
#define SLOT_FLAGS        (SLOT_REVOCABLE | SLOT_FIRST_BADGED)

static inline bool slot_is_empty(const slot_t *slot) { return slot->cap.word[0] == 0; }
static inline slot_t *slot_prev(const slot_t *s) { return (slot_t *)s->prev; }
static inline slot_t *slot_next(const slot_t *s) { return (slot_t *)(s->next_bits & ~SLOT_FLAGS); }

/* ---- tree.c: the derivation tree (sheet 8.4) ---- */

/** Puts @p cap into the empty @p dest as a copy or child of @p source, as the badge rule says. */
void slot_insert(slot_t *dest, cap_t cap, slot_t *source);
/** As a child of @p parent: the capability of a new object (retype, IRQ, port, ASID pool). */
void slot_insert_child(slot_t *dest, cap_t cap, slot_t *parent);
/** As the root of a tree of its own: an initial capability. */
void slot_insert_root(slot_t *dest, cap_t cap);
/** Moves @p source's place in the tree to the empty @p dest, holding @p cap there. */
void slot_move(slot_t *dest, cap_t cap, slot_t *source);
/** Exchanges the places of two slots, which then hold @p cap_for_a and @p cap_for_b. */
void slot_swap(slot_t *a, cap_t cap_for_a, slot_t *b, cap_t cap_for_b);
/** Takes a slot out of the tree and empties it; its children, if any, become its parent's. */
void slot_unlink(slot_t *slot);
/** True if @p b is derived from @p a, given that b follows a in the list. */
bool slot_is_parent(const slot_t *a, const slot_t *b);
bool slot_has_children(const slot_t *slot);
/** True if no other slot holds a capability to the same object. */
bool slot_is_final(const slot_t *slot);
/** True if deleting @p slot would destroy a CNode, TCB or zombie, which can take long. */
bool slot_is_long_delete(const slot_t *slot);
/** True if both name the same object (what "final" means). */
bool cap_same_object(cap_t a, cap_t b);
/** @retval FAILED (RevokeFirst, DeleteFirst) */
outcome_t slot_require_childless(const slot_t *slot);
outcome_t slot_require_empty(const slot_t *slot);

/* ---- derive.c: what a copy of a capability looks like (sheet 8.6, 6.5) ---- */

/** The copy that Copy, Mint, IPC and Configure make of @p cap, which lies in @p slot.
 *  @retval FAILED with the derive error; DONE with a null capability where none is possible. */
outcome_t cap_derive(const slot_t *slot, cap_t cap, cap_t *copy);
/** @p cap with its rights reduced to @p rights. */
cap_t cap_mask_rights(cap_t cap, word_t rights);
/** @p cap with badge or guard taken from @p data; @p preserve: an existing badge may not change.
 *  Null if that is not allowed. */
cap_t cap_update_data(cap_t cap, word_t data, bool preserve);

/* ---- lookup.c: capability addresses (sheet 8.1 to 8.3) ---- */

struct resolved {
    slot_t *slot;
    unsigned bits_left;
    const slot_t *cnode; /* first slot of the CNode that the slot is in */
};
static inline word_t resolved_index(const struct resolved *r) { return r->slot - r->cnode; }

/** Walks @p cptr, of @p depth bits, from @p root.
 *  @retval FAILED the lookup failure is in current_lookup_failure (not yet a syscall error). */
outcome_t resolve_address(cap_t root, cptr_t cptr, unsigned depth, struct resolved *result);
struct tcb;
/** Slot that @p cptr names in the CSpace of @p thread, 64 bits deep; leftover bits are ignored.
 *  NULL if there is none: the lookup failure is in current_lookup_failure. */
slot_t *lookup_slot(const struct tcb *thread, cptr_t cptr);
/** Slot (index, depth) below @p root for a CNode operation.
 *  @retval FAILED as sheet 8.3 says: a syscall error. */
outcome_t lookup_operation(cap_t root, word_t index, word_t depth, bool is_source,
                           struct resolved *result);

/* ---- delete.c: deleting and revoking, with preemption (sheet 8.5) ---- */

/** Deletes the capability in @p slot and, if it is the last, its object.
 *  @retval PREEMPTED an interrupt waits; call again to go on. */
outcome_t slot_delete(slot_t *slot);
/** Deletes all that was derived from @p slot. @retval PREEMPTED as above. */
outcome_t slot_revoke(slot_t *slot);
/** Deletes a capability that needs no long deletion (see slot_is_long_delete). */
void slot_delete_now(slot_t *slot);
/** Counts one unit of work of a long operation.
 *  @retval PREEMPTED enough was done and an interrupt waits: leave things consistent, return. */
outcome_t preemption_point(void);
