/*
 * The full name of a capability slot, in every form that some invocation asks for.
 *
 * Two forms describe the same slot and always agree:
 *  - (root, capPtr, capDepth): an address resolved from root down to the slot itself, as the CNode
 *    invocations take it;
 *  - (root, dest, destDepth) names the CNode, offset the slot in it and window how many slots from
 *    there are meant, as Untyped_Retype takes it. destDepth 0 means the CNode `root` itself.
 */
#pragma once

#include <sel4/sel4.h>

typedef struct _cspacepath_t {
    seL4_CPtr capPtr;
    seL4_Word capDepth;
    seL4_CNode root;
    seL4_Word dest;
    seL4_Word destDepth;
    seL4_Word offset;
    seL4_Word window;
} cspacepath_t;
