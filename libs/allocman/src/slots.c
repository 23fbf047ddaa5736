/* Slots as a bitmap, lowest free one first; see slots.h for the invariants. */
#include <allocman/cspace/slots.h>

#define WORD_BITS 64ul

static seL4_Word num_words(const struct slots *slots) {
    return (slots->count + WORD_BITS - 1) / WORD_BITS;
}

static bool is_free(const struct slots *slots, seL4_Word n) {
    return n < slots->count && (slots->bitmap[n / WORD_BITS] >> (n % WORD_BITS) & 1) != 0;
}

static void take(struct slots *slots, seL4_Word n) {
    slots->bitmap[n / WORD_BITS] &= ~(1ul << (n % WORD_BITS));
    slots->available--;
}

seL4_Word slots_bitmap_bytes(seL4_Word count) {
    return (count + WORD_BITS - 1) / WORD_BITS * sizeof(seL4_Word);
}

void slots_init(struct slots *slots, seL4_CNode root, seL4_CPtr first, seL4_CPtr end,
                seL4_Word *bitmap) {
    *slots = (struct slots){.root = root, .first = first, .count = end - first, .bitmap = bitmap};
    for (seL4_Word i = 0; i < num_words(slots); i++) {
        bitmap[i] = ~0ul;
    }
    if (slots->count % WORD_BITS != 0) {
        bitmap[slots->count / WORD_BITS] = (1ul << (slots->count % WORD_BITS)) - 1;
    }
    slots->available = slots->count;
}

/* The hint moves up here only, over words that have just been seen empty. */
static void skip_full_words(struct slots *slots) {
    while (slots->hint < num_words(slots) && slots->bitmap[slots->hint] == 0) {
        slots->hint++;
    }
}

int slots_alloc(struct slots *slots, seL4_CPtr *slot) {
    skip_full_words(slots);
    if (slots->hint == num_words(slots)) {
        return -1;
    }
    seL4_Word bit = (seL4_Word)__builtin_ctzl(slots->bitmap[slots->hint]);
    seL4_Word n = slots->hint * WORD_BITS + bit;
    take(slots, n);
    *slot = slots->first + n;
    return 0;
}

int slots_alloc_pair(struct slots *slots, seL4_CPtr *slot) {
    skip_full_words(slots);
    for (seL4_Word i = slots->hint; i < num_words(slots); i++) {
        /* Bit b of `pairs`: slots b and b + 1 of this word are free. */
        seL4_Word word = slots->bitmap[i], pairs = word & (word >> 1);
        seL4_Word n = i * WORD_BITS;
        if (pairs != 0) {
            n += (seL4_Word)__builtin_ctzl(pairs);
        } else if (is_free(slots, n + WORD_BITS - 1) && is_free(slots, n + WORD_BITS)) {
            n += WORD_BITS - 1;
        } else {
            continue;
        }
        take(slots, n);
        take(slots, n + 1);
        *slot = slots->first + n;
        return 0;
    }
    return -1;
}

int slots_free(struct slots *slots, seL4_CPtr slot) {
    seL4_Word n = slot - slots->first;

    if (slot < slots->first || n >= slots->count || is_free(slots, n)) {
        return -1;
    }
    slots->bitmap[n / WORD_BITS] |= 1ul << (n % WORD_BITS);
    slots->available++;
    if (n / WORD_BITS < slots->hint) {
        slots->hint = n / WORD_BITS;
    }
    return 0;
}

cspacepath_t slots_path(const struct slots *slots, seL4_CPtr slot) {
    return (cspacepath_t){
        .capPtr = slot,
        .capDepth = seL4_WordBits,
        .root = slots->root,
        .dest = 0,
        .destDepth = 0,
        .offset = slot,
        .window = 1,
    };
}
