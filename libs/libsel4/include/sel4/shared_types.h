/* The IPC buffer: the page through which a thread and the kernel exchange what does not fit in
 * registers.  The layout is the kernel's.
 *
 * seL4 Reference Manual, 4.1; ABI sheet 4.2. */
#pragma once
#include <sel4/message_info.h>
#include <sel4/rights.h>

enum seL4_MsgLimits { seL4_MsgLengthBits = 7, seL4_MsgExtraCapBits = 2, seL4_MsgMaxLength = 120 };
#define seL4_MsgMaxExtraCaps ((1ul << seL4_MsgExtraCapBits) - 1)
#define seL4_CapRightsBits   4

/** How many message registers travel in processor registers. */
#define seL4_FastMessageRegisters 4

typedef struct seL4_IPCBuffer_ {
    seL4_MessageInfo_t tag;                         /**< for user programs; the kernel ignores it */
    seL4_Word msg[seL4_MsgMaxLength];               /**< message registers */
    seL4_Word userData;                             /**< for user programs */
    seL4_Word caps_or_badges[seL4_MsgMaxExtraCaps]; /**< capabilities to send; badges received */
    seL4_CPtr receiveCNode;                         /**< where a received capability is put */
    seL4_CPtr receiveIndex;
    seL4_Word receiveDepth;
} __attribute__((aligned(1024))) seL4_IPCBuffer;
