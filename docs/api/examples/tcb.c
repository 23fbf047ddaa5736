/* Making threads run, and looking after them. */
#include <sel4/sel4.h>

/* Runs `entry` as a thread of this address space, without IPC buffer and fault handler. */
static seL4_Error start_thread(seL4_TCB tcb, void (*entry)(void), seL4_Word stack_top) {
    seL4_Error error = seL4_TCB_Configure(tcb, seL4_CapNull, seL4_CapInitThreadCNode, seL4_NilData,
                                          seL4_CapInitThreadVSpace, seL4_NilData, 0, seL4_CapNull);
    if (error != seL4_NoError) {
        return error;
    }
    error = seL4_TCB_SetSchedParams(tcb, seL4_CapInitThreadTCB, seL4_MinPrio, 100);
    if (error != seL4_NoError) {
        return error;
    }
    /* A function expects its stack to be off by eight, as if it had been called. */
    seL4_UserContext registers = {.rip = (seL4_Word)entry, .rsp = stack_top - 8};
    return seL4_TCB_WriteRegisters(tcb, 1, 0, 2, &registers);
}

/* Lets a thread make others of up to priority 50, and run itself at 40. */
static seL4_Error allow_up_to_50(seL4_TCB tcb) {
    seL4_Error error = seL4_TCB_SetMCPriority(tcb, seL4_CapInitThreadTCB, 50);
    return error != seL4_NoError ? error : seL4_TCB_SetPriority(tcb, seL4_CapInitThreadTCB, 40);
}

/* Faults of the thread go to `fault_ep`, an address in its own CSpace. */
static seL4_Error give_space(seL4_TCB tcb, seL4_CNode cspace, seL4_CPtr vspace,
                             seL4_CPtr fault_ep) {
    return seL4_TCB_SetSpace(tcb, fault_ep, cspace, seL4_NilData, vspace, seL4_NilData);
}

/* `frame` is mapped at `buffer` in the thread's address space, readable and writable. */
static seL4_Error give_buffer(seL4_TCB tcb, seL4_Word buffer, seL4_CPtr frame) {
    return seL4_TCB_SetIPCBuffer(tcb, buffer, frame);
}

/* Where a thread is; it goes on running. */
static seL4_Word instruction_pointer(seL4_TCB tcb) {
    seL4_UserContext registers = {0};
    seL4_TCB_ReadRegisters(tcb, 0, 0, 1, &registers);
    return registers.rip;
}

/* Makes `copy` stand where `original` stands, both stopped. */
static seL4_Error copy_thread_state(seL4_TCB copy, seL4_TCB original) {
    return seL4_TCB_CopyRegisters(copy, original, 1, 0, 1, 1, 0);
}

/* Stops a thread, does something, and lets it go on. */
static seL4_Error with_thread_stopped(seL4_TCB tcb, void (*something)(void)) {
    seL4_Error error = seL4_TCB_Suspend(tcb);
    if (error != seL4_NoError) {
        return error;
    }
    something();
    return seL4_TCB_Resume(tcb);
}

/* While bound, a signal also wakes the thread from a wait on an endpoint. */
static seL4_Error bind(seL4_TCB tcb, seL4_CPtr notification) {
    return seL4_TCB_BindNotification(tcb, notification);
}

static seL4_Error unbind(seL4_TCB tcb) { return seL4_TCB_UnbindNotification(tcb); }

/* `tls_base` is what sel4runtime_write_tls_image() returned for this thread's memory. */
static seL4_Error give_thread_locals(seL4_TCB tcb, seL4_Word tls_base) {
    return seL4_TCB_SetTLSBase(tcb, tls_base);
}

/* From now on the FPU is out of bounds for a thread; true if the kernel says so too. */
static seL4_Bool forbid_fpu(seL4_TCB tcb) {
    seL4_TCB_SetFlags_t answer = seL4_TCB_SetFlags(tcb, 0, seL4_TCBFlag_fpuDisabled);
    return answer.error == seL4_NoError && (answer.flags & seL4_TCBFlag_fpuDisabled) != 0;
}
