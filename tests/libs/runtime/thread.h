/* Makes threads by hand, as a lab does. */
#pragma once
#include <sel4runtime.h>
#include <stdio.h>

#define ROOT seL4_CapInitThreadCNode

static seL4_CPtr next_slot;

/** A new object in a new slot. */
static inline seL4_CPtr make(seL4_Word type) {
    seL4_BootInfo *bi = sel4runtime_bootinfo();
    next_slot = next_slot ? next_slot : bi->empty.start;
    for (seL4_Word i = 0; i < bi->untyped.end - bi->untyped.start; i++) {
        if (!bi->untypedList[i].isDevice && bi->untypedList[i].sizeBits > 16) {
            seL4_Untyped_Retype(bi->untyped.start + i, type, 0, ROOT, 0, 0, next_slot, 1);
            return next_slot++;
        }
    }
    return 0;
}

/** A thread in the root task's spaces that begins at `entry`; not yet started. */
static inline seL4_CPtr make_thread(void (*entry)(void), void *stack_pointer, seL4_Word priority) {
    seL4_CPtr tcb = make(seL4_TCBObject);
    seL4_UserContext regs = {.rip = (seL4_Word)entry, .rsp = (seL4_Word)stack_pointer};
    int error = seL4_TCB_Configure(tcb, 0, ROOT, 0, seL4_CapInitThreadVSpace, 0, 0, 0);
    error |= seL4_TCB_SetPriority(tcb, seL4_CapInitThreadTCB, priority);
    error |= seL4_TCB_WriteRegisters(tcb, 0, 0, 2, &regs);
    if (error) {
        printf("cannot make a thread: %d\n", error);
    }
    return tcb;
}
