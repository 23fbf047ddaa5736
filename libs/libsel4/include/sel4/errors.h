/* What an invocation answers when it does not do its work, and why a lookup found nothing.
 *
 * The error is the label of the reply; some errors carry words, which the stubs leave in message
 * registers 0 and up.
 *
 * seL4 Reference Manual, 10.1 and 3.4; ABI sheet 4.7, 4.8. */
#pragma once
#include <sel4/macros.h>

typedef enum {
    seL4_NoError = 0,
    seL4_InvalidArgument,   /**< MR0: number of the argument, from 0 */
    seL4_InvalidCapability, /**< MR0: number of the capability, 0 = the invoked one */
    seL4_IllegalOperation,  /**< not possible with this capability, or not in its present state */
    seL4_RangeError,        /**< MR0, MR1: lowest and highest value allowed */
    seL4_AlignmentError,    /**< an address is not a multiple of what it must be */
    seL4_FailedLookup, /**< MR0: 1 = source, 0 = else; MR1: seL4_LookupFailureType; then words */
    seL4_TruncatedMessage, /**< message registers or capabilities are missing */
    seL4_DeleteFirst,      /**< the place is taken */
    seL4_RevokeFirst,      /**< the object has children or copies */
    seL4_NotEnoughMemory,  /**< MR0: bytes left in the untyped */
    seL4_NumErrors
} seL4_Error;

typedef enum {
    seL4_NoFailure = 0,
    seL4_InvalidRoot,       /**< the root of the lookup is not a CNode (or no address space) */
    seL4_MissingCapability, /**< empty slot; MR2: bits left */
    seL4_DepthMismatch,     /**< MR2: bits left, MR3: bits that the CNode resolves */
    seL4_GuardMismatch,     /**< MR2: bits left, MR3: guard of the CNode, MR4: its size in bits */
    SEL4_FORCE_LONG_ENUM(seL4_LookupFailureType)
} seL4_LookupFailureType;
