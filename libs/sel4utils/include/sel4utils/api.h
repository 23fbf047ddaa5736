/*
 * Kernel calls under names that hide how kernels with and without scheduling contexts differ.
 *
 * Parameters that only the other kind of kernel has are taken and not used.
 */
#pragma once

#include <sel4/sel4.h>
#include <sel4utils/sched.h>

/** @return the guard of a CNode capability that first skips `bits` zero bits of an address */
static inline seL4_Word api_make_guard_skip_word(seL4_Word bits) {
    return seL4_CNode_CapData_new(0, bits).words[0];
}

/** @return a guard word: `guard` expected in `bits` bits */
static inline seL4_Word api_make_guard_word(seL4_Word guard, seL4_Word bits) {
    return seL4_CNode_CapData_new(guard, bits).words[0];
}

/**
 * Give a thread its CSpace, address space, IPC buffer and fault handler.
 * @param fault_endpoint     found in the thread's own CSpace at the time of a fault
 * @param timeout_endpoint   not used by this kernel
 * @param sched_context      not used by this kernel
 * @retval seL4_NoError             configured
 * @retval seL4_IllegalOperation    not a CNode, page table root or frame for a buffer
 * @retval seL4_AlignmentError      the buffer's address is not a multiple of 1024
 */
static inline seL4_Error api_tcb_configure(seL4_CPtr tcb, seL4_CPtr fault_endpoint,
                                           seL4_CPtr timeout_endpoint, seL4_CPtr sched_context,
                                           seL4_CPtr cspace, seL4_Word cspace_data,
                                           seL4_CPtr vspace, seL4_Word vspace_data,
                                           seL4_Word ipc_buffer_addr, seL4_CPtr ipc_buffer) {
    (void)timeout_endpoint;
    (void)sched_context;
    return seL4_TCB_Configure(tcb, fault_endpoint, cspace, cspace_data, vspace, vspace_data,
                              ipc_buffer_addr, ipc_buffer);
}

/** As api_tcb_configure(), without the IPC buffer. */
static inline seL4_Error api_tcb_set_space(seL4_CPtr tcb, seL4_CPtr fault_endpoint,
                                           seL4_CPtr cspace, seL4_Word cspace_data,
                                           seL4_CPtr vspace, seL4_Word vspace_data) {
    return seL4_TCB_SetSpace(tcb, fault_endpoint, cspace, cspace_data, vspace, vspace_data);
}

/** Set priority and maximum controlled priority. */
static inline seL4_Error api_tcb_set_sched_params(seL4_CPtr tcb, seL4_CPtr authority,
                                                  seL4_Word priority, seL4_Word mcp,
                                                  seL4_CPtr sched_context,
                                                  seL4_CPtr fault_endpoint) {
    (void)sched_context;
    (void)fault_endpoint;
    return seL4_TCB_SetSchedParams(tcb, authority, mcp, priority);
}

/** Wait for a message; `reply` is not used by this kernel. */
static inline seL4_MessageInfo_t api_recv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply) {
    (void)reply;
    return seL4_Recv(src, sender);
}

/** Look for a message without waiting; `reply` is not used by this kernel. */
static inline seL4_MessageInfo_t api_nbrecv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply) {
    (void)reply;
    return seL4_NBRecv(src, sender);
}

/** Reply to the last caller and wait for the next; `reply` is not used by this kernel. */
static inline seL4_MessageInfo_t api_reply_recv(seL4_CPtr src, seL4_MessageInfo_t info,
                                                seL4_Word *sender, seL4_CPtr reply) {
    (void)reply;
    return seL4_ReplyRecv(src, info, sender);
}

/** Reply to the last caller; `reply` is not used by this kernel. */
static inline void api_reply(seL4_CPtr reply, seL4_MessageInfo_t info) {
    (void)reply;
    seL4_Reply(info);
}

/** Wait for a signal. */
static inline seL4_MessageInfo_t api_wait(seL4_CPtr src, seL4_Word *badge) {
    seL4_Wait(src, badge);
    return seL4_MessageInfo_new(0, 0, 0, 0);
}
