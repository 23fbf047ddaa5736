/*
 * A model of the kernel's capability and memory rules, enough to run an allocator on the host.
 *
 * One CNode of 2^13 slots; untypeds with watermark and derivation tree; paging structures as a set
 * of (level, address). It aborts when an object would overlap a living one: that must not happen
 * whatever the allocator does.
 */
#pragma once

#include <sel4/sel4.h>

#define FAKE_SLOTS      (1ul << CONFIG_ROOT_CNODE_SIZE_BITS)
#define FAKE_FIRST_FREE 64ul

/** Forget everything; slots below FAKE_FIRST_FREE are for what the tests put there. */
void fake_reset(void);

/** Put an untouched untyped into a slot. */
void fake_untyped(seL4_CPtr slot, seL4_Word paddr, int size_bits, int device);

/** A BootInfo that lists the untypeds put in so far, as slots 16, 17, ... */
seL4_BootInfo *fake_bootinfo(void);

/** @return whether a slot holds a capability */
int fake_is_used(seL4_CPtr slot);

/** @return how many slots from FAKE_FIRST_FREE on hold one */
int fake_num_caps(void);

/** @return the physical address of what is in a slot */
seL4_Word fake_paddr(seL4_CPtr slot);

/** Count of invocations with a label since fake_reset(). */
extern int fake_calls[64];
