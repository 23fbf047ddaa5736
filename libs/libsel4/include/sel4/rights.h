/* Rights of a capability and the guard word of a CNode: two words that travel inside messages.
 *
 * seL4 Reference Manual, 3.1.4 (rights) and 3.3 (guards); ABI sheet 4.3, 4.4. */
#pragma once
#include <sel4/bitfield.h>

/** What the holder of a capability may do with the object. */
typedef struct seL4_CapRights {
    seL4_Word words[1];
} seL4_CapRights_t;

SEL4_FIELD(seL4_CapRights, capAllowWrite, 0, 0, 1)
SEL4_FIELD(seL4_CapRights, capAllowRead, 0, 1, 1)
SEL4_FIELD(seL4_CapRights, capAllowGrant, 0, 2, 1)
SEL4_FIELD(seL4_CapRights, capAllowGrantReply, 0, 3, 1)

/** Makes a set of rights; each argument is 1 or 0.
 * @param capAllowGrantReply send a reply capability along (what seL4_Call needs)
 * @param capAllowGrant      send capabilities along
 * @param capAllowRead       receive; read a page
 * @param capAllowWrite      send; write a page
 * @return the rights
 * @see ABI sheet 4.3 */
LIBSEL4_INLINE_FUNC CONST seL4_CapRights_t seL4_CapRights_new(seL4_Word capAllowGrantReply,
                                                              seL4_Word capAllowGrant,
                                                              seL4_Word capAllowRead,
                                                              seL4_Word capAllowWrite) {
    return (seL4_CapRights_t){{(capAllowGrantReply & 1) << 3 | (capAllowGrant & 1) << 2 |
                               (capAllowRead & 1) << 1 | (capAllowWrite & 1)}};
}

#define seL4_AllRights     seL4_CapRights_new(1, 1, 1, 1)
#define seL4_ReadWrite     seL4_CapRights_new(0, 0, 1, 1)
#define seL4_CanRead       seL4_CapRights_new(0, 0, 1, 0)
#define seL4_CanWrite      seL4_CapRights_new(0, 0, 0, 1)
#define seL4_CanGrant      seL4_CapRights_new(0, 1, 0, 0)
#define seL4_CanGrantReply seL4_CapRights_new(1, 0, 0, 0)
#define seL4_NoWrite       seL4_CapRights_new(1, 1, 1, 0)
#define seL4_NoRead        seL4_CapRights_new(1, 1, 0, 1)
#define seL4_NoRights      seL4_CapRights_new(0, 0, 0, 0)

/** The guard of a CNode capability, given as badge of Mint or Mutate, or as cspace_root_data. */
typedef struct seL4_CNode_CapData {
    seL4_Word words[1];
} seL4_CNode_CapData_t;

SEL4_FIELD(seL4_CNode_CapData, guardSize, 0, 0, 6)
SEL4_FIELD(seL4_CNode_CapData, guard, 0, 6, 58)

/** Makes a guard word.
 * @param guard     the bits that an address must begin with at this level
 * @param guardSize how many bits that are; 64 minus the CNode's own bits for a one-level CSpace
 * @return the word
 * @see ABI sheet 4.4 */
LIBSEL4_INLINE_FUNC CONST seL4_CNode_CapData_t seL4_CNode_CapData_new(seL4_Uint64 guard,
                                                                      seL4_Uint64 guardSize) {
    return (seL4_CNode_CapData_t){{guard << 6 | (guardSize & 0x3f)}};
}

/** "Keep what the capability has" where a guard or badge word is asked for. */
#define seL4_NilData 0
