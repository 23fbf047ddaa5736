/* The forest of untyped halves; see utspace.h for the states and what holds between them. */
#include <allocman/utspace/utspace.h>
#include <string.h>
#include <utils/zf_log.h>
#include <vka/object.h>

static void push_free(struct utspace *utspace, struct ut_piece *piece) {
    struct ut_piece **head = &utspace->free[piece->kind][piece->size_bits];

    piece->state = UT_FREE;
    piece->next = *head;
    piece->previous = NULL;
    if (*head != NULL) {
        (*head)->previous = piece;
    }
    *head = piece;
}

static void remove_free(struct utspace *utspace, struct ut_piece *piece) {
    if (piece->previous != NULL) {
        piece->previous->next = piece->next;
    } else {
        utspace->free[piece->kind][piece->size_bits] = piece->next;
    }
    if (piece->next != NULL) {
        piece->next->previous = piece->previous;
    }
    piece->next = piece->previous = NULL;
}

void utspace_init(struct utspace *utspace, struct slots *slots, struct mspace *memory) {
    memset(utspace, 0, sizeof(*utspace));
    utspace->slots = slots;
    utspace->memory = memory;
}

int utspace_add(struct utspace *utspace, seL4_CPtr slot, size_t size_bits, uintptr_t paddr,
                int kind) {
    if (size_bits >= UTSPACE_SIZES || kind < 0 || kind >= ALLOCMAN_UT_KINDS) {
        return -1;
    }
    struct ut_root *root = mspace_alloc(utspace->memory, sizeof(*root));
    if (root == NULL) {
        return -1;
    }
    root->piece = (struct ut_piece){
        .paddr = paddr,
        .slot = (uint32_t)slot,
        .size_bits = (uint8_t)size_bits,
        .kind = (uint8_t)kind,
    };
    root->next = utspace->roots;
    utspace->roots = root;
    push_free(utspace, &root->piece);
    return 0;
}

static void revoke(struct utspace *utspace, struct ut_piece *piece) {
    cspacepath_t path = slots_path(utspace->slots, piece->slot);
    seL4_CNode_Revoke(path.root, path.capPtr, (seL4_Uint8)path.capDepth);
}

/*
 * A piece that is in no list goes back to one, unless the retype failed because its memory is not
 * all there: then someone else made objects from it, and it will never be whole again.
 */
static void give_back(struct utspace *utspace, struct ut_piece *piece, int error) {
    if (error == seL4_NotEnoughMemory) {
        piece->state = UT_LOST;
    } else {
        push_free(utspace, piece);
    }
}

static void init_half(struct ut_piece *parent, struct ut_piece *half, seL4_CPtr slot, int upper) {
    uint8_t size_bits = parent->size_bits - 1;

    *half = (struct ut_piece){
        .paddr = parent->paddr + (upper ? 1ul << size_bits : 0),
        .parent = parent,
        .slot = (uint32_t)slot,
        .size_bits = size_bits,
        .kind = parent->kind,
        .is_upper = (uint8_t)upper,
    };
}

static void release_pair(struct utspace *utspace, struct ut_piece *halves, seL4_CPtr slot) {
    slots_free(utspace->slots, slot);
    slots_free(utspace->slots, slot + 1);
    mspace_free(utspace->memory, halves, 2 * sizeof(*halves));
}

/* Split a piece that is in no list: both halves become free. On failure it goes back to its list.*/
static int split(struct utspace *utspace, struct ut_piece *piece) {
    seL4_CPtr slot;
    struct ut_piece *halves = mspace_alloc(utspace->memory, 2 * sizeof(*halves));

    if (halves == NULL || slots_alloc_pair(utspace->slots, &slot) != 0) {
        mspace_free(utspace->memory, halves, 2 * sizeof(*halves));
        push_free(utspace, piece);
        return -1;
    }
    cspacepath_t dest = slots_path(utspace->slots, slot);
    int error = seL4_Untyped_Retype(piece->slot, seL4_UntypedObject, piece->size_bits - 1ul,
                                    dest.root, dest.dest, dest.destDepth, dest.offset, 2);
    if (error != 0) {
        release_pair(utspace, halves, slot);
        give_back(utspace, piece, error);
        return error;
    }
    piece->state = UT_SPLIT;
    piece->halves = halves;
    for (int upper = 1; upper >= 0; upper--) {
        init_half(piece, &halves[upper], slot + (seL4_CPtr)upper, upper);
        push_free(utspace, &halves[upper]);
    }
    return 0;
}

/* Join two free halves into their parent: one revoke deletes both capabilities. */
static void join(struct utspace *utspace, struct ut_piece *parent) {
    struct ut_piece *halves = parent->halves;

    remove_free(utspace, &halves[0]);
    remove_free(utspace, &halves[1]);
    revoke(utspace, parent);
    release_pair(utspace, halves, halves[0].slot);
    push_free(utspace, parent);
}

static struct ut_piece *sibling(struct ut_piece *piece) {
    return piece->is_upper ? piece - 1 : piece + 1;
}

/* Ascending sizes: what one size joins is a candidate at the next. */
bool utspace_join(struct utspace *utspace) {
    bool any = false;

    for (int kind = 0; kind < ALLOCMAN_UT_KINDS; kind++) {
        for (int size = 0; size < UTSPACE_SIZES; size++) {
            struct ut_piece *next, *piece = utspace->free[kind][size];
            for (; piece != NULL; piece = next) {
                next = piece->next;
                if (piece->parent == NULL || sibling(piece)->state != UT_FREE) {
                    continue;
                }
                if (next == sibling(piece)) {
                    next = next->next;
                }
                join(utspace, piece->parent);
                any = true;
            }
        }
    }
    return any;
}

/* The smallest free piece of at least that size; NULL if there is none. */
static struct ut_piece *best_fit(struct utspace *utspace, size_t size_bits, int kind) {
    for (size_t size = size_bits; size < UTSPACE_SIZES; size++) {
        if (utspace->free[kind][size] != NULL) {
            return utspace->free[kind][size];
        }
    }
    return NULL;
}

/* A piece of exactly that size, in no list; NULL and an error if there is none. */
static struct ut_piece *take_size(struct utspace *utspace, size_t size_bits, int kind, int *error) {
    struct ut_piece *piece;

    *error = -1;
    while ((piece = best_fit(utspace, size_bits, kind)) != NULL) {
        remove_free(utspace, piece);
        if (piece->size_bits == size_bits) {
            return piece;
        }
        *error = split(utspace, piece);
        if (*error != 0 && piece->state == UT_FREE) {
            return NULL;
        }
    }
    return NULL;
}

static int make_object(struct utspace *utspace, struct ut_piece *piece, const cspacepath_t *dest,
                       seL4_Word type, seL4_Word size_bits) {
    int error = seL4_Untyped_Retype(piece->slot, type, size_bits, dest->root, dest->dest,
                                    dest->destDepth, dest->offset, 1);
    if (error == 0) {
        piece->state = UT_USED;
    } else {
        give_back(utspace, piece, error);
    }
    return error;
}

/*
 * Try one kind of memory. Before giving up, free halves are joined, but only once: what the second
 * try splits and has to leave unfinished would be joined and split for ever.
 */
static struct ut_piece *alloc_kind(struct utspace *utspace, const cspacepath_t *dest,
                                   seL4_Word type, seL4_Word size_bits, int kind, int *error) {
    size_t wanted = vka_get_object_size(type, size_bits);
    bool joined = false;

    for (;;) {
        struct ut_piece *piece = take_size(utspace, wanted, kind, error);
        if (piece != NULL) {
            *error = make_object(utspace, piece, dest, type, size_bits);
            if (*error == 0) {
                return piece;
            }
            if (piece->state == UT_FREE) {
                return NULL;
            }
        } else if (joined || !utspace_join(utspace)) {
            return NULL;
        } else {
            joined = true;
        }
    }
}

struct ut_piece *utspace_alloc(struct utspace *utspace, const cspacepath_t *dest, seL4_Word type,
                               seL4_Word size_bits, bool can_use_dev, int *error) {
    struct ut_piece *piece = NULL;
    size_t wanted = vka_get_object_size(type, size_bits);

    *error = -1;
    if (wanted < seL4_MinUntypedBits || wanted > seL4_MaxUntypedBits) {
        ZF_LOGE("No object has a size of %zu bits", wanted);
        return NULL;
    }
    if (can_use_dev) {
        piece = alloc_kind(utspace, dest, type, size_bits, ALLOCMAN_UT_DEV_MEM, error);
    }
    if (piece == NULL) {
        piece = alloc_kind(utspace, dest, type, size_bits, ALLOCMAN_UT_KERNEL, error);
    }
    return piece;
}

static bool covers(const struct ut_piece *piece, uintptr_t paddr, size_t size_bits) {
    return paddr >= piece->paddr && piece->size_bits >= size_bits &&
           paddr - piece->paddr <= (1ul << piece->size_bits) - (1ul << size_bits);
}

/* Walk down to the piece of that size at that address, splitting free ones; NULL if in use. */
static struct ut_piece *descend(struct utspace *utspace, struct ut_piece *piece, uintptr_t paddr,
                                size_t size_bits, int *error) {
    while (piece->size_bits > size_bits) {
        if (piece->state == UT_FREE) {
            remove_free(utspace, piece);
            *error = split(utspace, piece);
        }
        if (piece->state != UT_SPLIT) {
            return NULL;
        }
        piece = &piece->halves[paddr >= piece->halves[1].paddr];
    }
    return piece->state == UT_FREE && piece->paddr == paddr ? piece : NULL;
}

static struct ut_piece *find_at(struct utspace *utspace, uintptr_t paddr, size_t size_bits,
                                int *error) {
    *error = -1;
    for (struct ut_root *root = utspace->roots; root != NULL; root = root->next) {
        if (covers(&root->piece, paddr, size_bits)) {
            return descend(utspace, &root->piece, paddr, size_bits, error);
        }
    }
    return NULL;
}

struct ut_piece *utspace_alloc_at(struct utspace *utspace, const cspacepath_t *dest, seL4_Word type,
                                  seL4_Word size_bits, uintptr_t paddr, int *error) {
    size_t wanted = vka_get_object_size(type, size_bits);
    struct ut_piece *piece = NULL;

    *error = -1;
    if (wanted < seL4_MinUntypedBits || wanted > seL4_MaxUntypedBits) {
        ZF_LOGE("No object has a size of %zu bits", wanted);
        return NULL;
    }
    piece = find_at(utspace, paddr, wanted, error);
    if (piece == NULL && utspace_join(utspace)) {
        piece = find_at(utspace, paddr, wanted, error);
    }
    if (piece == NULL) {
        *error = *error != 0 ? *error : -1;
        return NULL;
    }
    remove_free(utspace, piece);
    *error = make_object(utspace, piece, dest, type, size_bits);
    return *error == 0 ? piece : NULL;
}

void utspace_free(struct utspace *utspace, struct ut_piece *piece) {
    if (piece->state != UT_USED) {
        ZF_LOGE("Memory at %p is freed but not in use", (void *)piece->paddr);
        return;
    }
    revoke(utspace, piece);
    push_free(utspace, piece);
}
