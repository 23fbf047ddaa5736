/* Sizes and limits that the kernel fixes.
 *
 * ABI sheet 5.2, 4.5. */
#pragma once
#include <sel4/config.h>
#include <sel4/shared_types.h>
#include <sel4/x86/constants.h>

#define seL4_WordBits     64
#define seL4_WordSizeBits 3
#define seL4_BadgeBits    64

/* Sizes of kernel objects: an object of n bits takes 2^n bytes of its untyped. */
#define seL4_SlotBits          5 /**< one slot of a CNode */
#define seL4_TCBBits           11
#define seL4_EndpointBits      4
#define seL4_NotificationBits  5
#define seL4_MinUntypedBits    4
#define seL4_MaxUntypedBits    47
#define seL4_IPCBufferSizeBits 10

#define seL4_UntypedRetypeMaxObjects CONFIG_RETYPE_FAN_OUT_LIMIT

#define seL4_InvalidPrio -1
#define seL4_MinPrio     0
#define seL4_MaxPrio     (CONFIG_NUM_PRIORITIES - 1)

/** Flags of a thread, see seL4_TCB_SetFlags. */
typedef enum {
    seL4_TCBFlag_NoFlag = 0,
    seL4_TCBFlag_fpuDisabled = 1, /**< any use of the FPU is exception 7 */
    seL4_TCBFlag_MASK = 1,
    SEL4_FORCE_LONG_ENUM(seL4_TCBFlag)
} seL4_TCBFlag;

enum { seL4_DataFault = 0, seL4_InstructionFault = 1 };
