/* The message info word (tag): what a message consists of.
 *
 * | bits   | field         | meaning                                                     |
 * |--------|---------------|-------------------------------------------------------------|
 * | 0..6   | length        | number of message registers sent                            |
 * | 7..8   | extraCaps     | number of capabilities sent, at most 3                      |
 * | 9..11  | capsUnwrapped | set by the kernel: bit i = capability i arrived as its badge |
 * | 12..63 | label         | the sender's word for what the message is                   |
 *
 * seL4 Reference Manual, chapter 4; ABI sheet 4.1. */
#pragma once
#include <sel4/bitfield.h>

typedef struct seL4_MessageInfo {
    seL4_Word words[1];
} seL4_MessageInfo_t;

/** Makes a message info word.
 * @param label         what the message is; free for user programs, an invocation's number for
 *                      the kernel
 * @param capsUnwrapped leave 0: the kernel overwrites it
 * @param extraCaps     number of capabilities put in place with seL4_SetCap, 0 to 3
 * @param length        number of message registers put in place with seL4_SetMR, 0 to 120
 * @return the word, ready for seL4_Send, seL4_Call, seL4_Reply */
LIBSEL4_INLINE_FUNC CONST seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Uint64 label,
                                                                  seL4_Uint64 capsUnwrapped,
                                                                  seL4_Uint64 extraCaps,
                                                                  seL4_Uint64 length) {
    return (seL4_MessageInfo_t){
        {label << 12 | (capsUnwrapped & 0x7) << 9 | (extraCaps & 0x3) << 7 | (length & 0x7f)}};
}

/** Makes a message info word in place.
 * @param[out] info     where the word goes
 * @param label         as for seL4_MessageInfo_new, and so the others
 * @param capsUnwrapped leave 0
 * @param extraCaps     number of capabilities
 * @param length        number of message registers */
LIBSEL4_INLINE_FUNC void seL4_MessageInfo_ptr_new(seL4_MessageInfo_t *info, seL4_Uint64 label,
                                                  seL4_Uint64 capsUnwrapped, seL4_Uint64 extraCaps,
                                                  seL4_Uint64 length) {
    *info = seL4_MessageInfo_new(label, capsUnwrapped, extraCaps, length);
}

/* seL4_MessageInfo_get_length, _set_length, _ptr_get_length, _ptr_set_length, and so on. */
SEL4_FIELD(seL4_MessageInfo, length, 0, 0, 7)
SEL4_FIELD(seL4_MessageInfo, extraCaps, 0, 7, 2)
SEL4_FIELD(seL4_MessageInfo, capsUnwrapped, 0, 9, 3)
SEL4_FIELD(seL4_MessageInfo, label, 0, 12, 52)
