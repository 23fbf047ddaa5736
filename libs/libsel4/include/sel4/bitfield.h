/* Accessors of one field of a word, for the words that the kernel packs several values into.
 *
 * SEL4_FIELD(type, field, word, shift, bits) defines, for a struct with a words[] array,
 *   seL4_Word TYPE_get_FIELD(TYPE_t)              the field
 *   TYPE_t    TYPE_set_FIELD(TYPE_t, seL4_Word)   the struct with the field replaced
 *   and the same two with ptr_get_ and ptr_set_ on a pointer.
 * A value that is too wide loses its upper bits: a field never spills into its neighbour. */
#pragma once
#include <sel4/simple_types.h>

#define SEL4_FIELD_MASK(bits) ((bits) >= 64 ? ~0ul : (1ul << ((bits)&63)) - 1)

/** The field of `bits` bits at `shift` in a word. */
LIBSEL4_ALWAYS_INLINE CONST seL4_Word sel4_field_get(seL4_Word word, int shift, int bits) {
    return (word >> shift) & SEL4_FIELD_MASK(bits);
}

/** The word with that field replaced by `value`. */
LIBSEL4_ALWAYS_INLINE CONST seL4_Word sel4_field_set(seL4_Word word, int shift, int bits,
                                                     seL4_Word value) {
    seL4_Word mask = SEL4_FIELD_MASK(bits);
    return (word & ~(mask << shift)) | ((value & mask) << shift);
}

#define SEL4_FIELD(type, field, word, shift, bits)                                                 \
    LIBSEL4_INLINE_FUNC CONST seL4_Word type##_get_##field(type##_t value) {                       \
        return sel4_field_get(value.words[word], shift, bits);                                     \
    }                                                                                              \
    LIBSEL4_INLINE_FUNC CONST type##_t type##_set_##field(type##_t value, seL4_Word to) {          \
        value.words[word] = sel4_field_set(value.words[word], shift, bits, to);                    \
        return value;                                                                              \
    }                                                                                              \
    LIBSEL4_INLINE_FUNC PURE seL4_Word type##_ptr_get_##field(const type##_t *value) {             \
        return sel4_field_get(value->words[word], shift, bits);                                    \
    }                                                                                              \
    LIBSEL4_INLINE_FUNC void type##_ptr_set_##field(type##_t *value, seL4_Word to) {               \
        value->words[word] = sel4_field_set(value->words[word], shift, bits, to);                  \
    }
