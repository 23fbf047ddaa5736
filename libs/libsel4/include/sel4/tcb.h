/* Threads.
 *
 * Errors that all operations share: seL4_InvalidCapability (0) for an empty slot,
 * seL4_IllegalOperation for a capability that is no TCB, and seL4_TruncatedMessage where a
 * capability has to be passed and there is no IPC buffer.
 *
 * seL4 Reference Manual, chapter 6; ABI sheet 6.4, 9.4. */
#pragma once
#include <sel4/invoke.h>

/** Reads the registers of another thread.
 *
 * @param _service       the thread
 * @param suspend_source 1: suspend it first
 * @param arch_flags     0
 * @param count          how many words of *regs to read, 1 to 20
 * @param[out] regs      the registers; the first `count` words are written, whatever the answer
 * @retval seL4_NoError
 * @retval seL4_RangeError       count is not 1 to 20
 * @retval seL4_IllegalOperation the thread is the caller */
LIBSEL4_INLINE seL4_Error seL4_TCB_ReadRegisters(seL4_TCB _service, seL4_Bool suspend_source,
                                                 seL4_Uint8 arch_flags, seL4_Word count,
                                                 seL4_UserContext *regs) {
    seL4_Word flags = (seL4_Word)(suspend_source & 1) | (seL4_Word)arch_flags << 8;
    sel4_result_t result = sel4_invoke_result(_service, TCBReadRegisters, 0, 2, flags, count, 0, 0);
    seL4_Word *word = (seL4_Word *)regs;
    for (seL4_Word i = 0; i < count && i < SEL4_USER_CONTEXT_WORDS; i++) {
        word[i] = i < 4 ? result.mr[i] : seL4_GetMR((int)i);
    }
    return result.error;
}

/** Sets the registers of another thread.
 *
 * The kernel keeps dangerous values out: an address that is not canonical becomes 0, and of the
 * flags only the harmless ones are taken.
 *
 * @param _service      the thread
 * @param resume_target 1: let it run afterwards, as seL4_TCB_Resume
 * @param arch_flags    0
 * @param count         how many words of *regs to write, 0 to 20: 2 sets rip and rsp only
 * @param regs          the registers
 * @retval seL4_NoError
 * @retval seL4_TruncatedMessage count is more than the message holds
 * @retval seL4_IllegalOperation the thread is the caller */
LIBSEL4_INLINE seL4_Error seL4_TCB_WriteRegisters(seL4_TCB _service, seL4_Bool resume_target,
                                                  seL4_Uint8 arch_flags, seL4_Word count,
                                                  seL4_UserContext *regs) {
    const seL4_Word *word = (const seL4_Word *)regs;
    for (int i = 2; i < SEL4_USER_CONTEXT_WORDS; i++) {
        seL4_SetMR(2 + i, word[i]);
    }
    seL4_Word flags = (seL4_Word)(resume_target & 1) | (seL4_Word)arch_flags << 8;
    return sel4_invoke(_service, TCBWriteRegisters, 0, 2 + SEL4_USER_CONTEXT_WORDS, flags, count,
                       word[0], word[1]);
}

/** Copies registers from one thread to another.
 *
 * @param _service         the thread that gets them
 * @param source           the thread that has them
 * @param suspend_source   1: suspend the source
 * @param resume_target    1: let the target run
 * @param transfer_frame   1: copy rip to r15
 * @param transfer_integer 1: copy the bases of fs and gs
 * @param arch_flags       0
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability source is no TCB (1)
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_TCB_CopyRegisters(seL4_TCB _service, seL4_TCB source,
                                                 seL4_Bool suspend_source, seL4_Bool resume_target,
                                                 seL4_Bool transfer_frame,
                                                 seL4_Bool transfer_integer,
                                                 seL4_Uint8 arch_flags) {
    seL4_SetCap(0, source);
    seL4_Word flags = (seL4_Word)(suspend_source & 1) | (seL4_Word)(resume_target & 1) << 1 |
                      (seL4_Word)(transfer_frame & 1) << 2 |
                      (seL4_Word)(transfer_integer & 1) << 3 | (seL4_Word)arch_flags << 8;
    return sel4_invoke(_service, TCBCopyRegisters, 1, 1, flags, 0, 0, 0);
}

/** Sets up a thread: fault handler, CSpace, address space and IPC buffer in one go.
 *
 * @param _service         the thread
 * @param fault_ep         address, in the thread's own CSpace, of the endpoint that gets its
 *                         faults; 0: none
 * @param cspace_root      CNode that becomes its CSpace
 * @param cspace_root_data new guard of that CNode (seL4_CNode_CapData_new); 0: keep
 * @param vspace_root      PML4 that becomes its address space
 * @param vspace_root_data 0
 * @param buffer           address of its IPC buffer, a multiple of 1024; 0: no buffer
 * @param bufferFrame      frame that holds the buffer
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation cspace_root is no CNode or the guard does not fit, vspace_root is
 *                               no PML4 with an ASID, bufferFrame is no RAM frame, or the thread
 *                               itself holds the last capability to its present CSpace
 * @retval seL4_AlignmentError   buffer is not a multiple of 1024
 * @retval seL4_RevokeFirst      bufferFrame is an untyped with children
 * @retval seL4_TruncatedMessage no IPC buffer of one's own */
LIBSEL4_INLINE seL4_Error seL4_TCB_Configure(seL4_TCB _service, seL4_Word fault_ep,
                                             seL4_CNode cspace_root, seL4_Word cspace_root_data,
                                             seL4_CPtr vspace_root, seL4_Word vspace_root_data,
                                             seL4_Word buffer, seL4_CPtr bufferFrame) {
    seL4_SetCap(0, cspace_root);
    seL4_SetCap(1, vspace_root);
    seL4_SetCap(2, bufferFrame);
    return sel4_invoke(_service, TCBConfigure, 3, 4, fault_ep, cspace_root_data, vspace_root_data,
                       buffer);
}

/** Sets the priority of a thread.
 *
 * @param _service  the thread
 * @param authority a thread whose maximum controlled priority allows it, often the caller
 * @param priority  0 to 255; higher runs first
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability authority is no TCB (1)
 * @retval seL4_RangeError        more than the authority's maximum, which is in MR1
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetPriority(seL4_TCB _service, seL4_TCB authority,
                                               seL4_Word priority) {
    seL4_SetCap(0, authority);
    return sel4_invoke(_service, TCBSetPriority, 1, 1, priority, 0, 0, 0);
}

/** Sets the maximum controlled priority of a thread: the highest it may give to others.
 *
 * @param _service  the thread
 * @param authority a thread whose own maximum allows it
 * @param mcp       0 to 255
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability authority is no TCB (1)
 * @retval seL4_RangeError        more than the authority's maximum, which is in MR1
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetMCPriority(seL4_TCB _service, seL4_TCB authority,
                                                 seL4_Word mcp) {
    seL4_SetCap(0, authority);
    return sel4_invoke(_service, TCBSetMCPriority, 1, 1, mcp, 0, 0, 0);
}

/** Sets maximum controlled priority and priority together.
 *
 * @param _service  the thread
 * @param authority a thread whose own maximum allows both
 * @param mcp       0 to 255
 * @param priority  0 to 255
 * @retval seL4_NoError
 * @retval seL4_InvalidCapability authority is no TCB (1)
 * @retval seL4_RangeError        one is more than the authority's maximum, which is in MR1
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetSchedParams(seL4_TCB _service, seL4_TCB authority,
                                                  seL4_Word mcp, seL4_Word priority) {
    seL4_SetCap(0, authority);
    return sel4_invoke(_service, TCBSetSchedParams, 1, 2, mcp, priority, 0, 0);
}

/** Sets the IPC buffer of a thread.
 *
 * @param _service    the thread
 * @param buffer      its address, a multiple of 1024; 0: no buffer
 * @param bufferFrame frame that holds it
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation bufferFrame is no RAM frame
 * @retval seL4_AlignmentError   buffer is not a multiple of 1024
 * @retval seL4_RevokeFirst      bufferFrame is an untyped with children
 * @retval seL4_TruncatedMessage no IPC buffer of one's own */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetIPCBuffer(seL4_TCB _service, seL4_Word buffer,
                                                seL4_CPtr bufferFrame) {
    seL4_SetCap(0, bufferFrame);
    return sel4_invoke(_service, TCBSetIPCBuffer, 1, 1, buffer, 0, 0, 0);
}

/** Sets fault handler, CSpace and address space of a thread.
 *
 * @param _service         the thread
 * @param fault_ep         address, in the thread's own CSpace, of the endpoint that gets its
 *                         faults; 0: none
 * @param cspace_root      CNode that becomes its CSpace
 * @param cspace_root_data new guard of that CNode (seL4_CNode_CapData_new); 0: keep
 * @param vspace_root      PML4 that becomes its address space
 * @param vspace_root_data 0
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation cspace_root is no CNode or the guard does not fit, vspace_root is
 *                               no PML4 with an ASID, or the thread itself holds the last
 *                               capability to its present CSpace
 * @retval seL4_TruncatedMessage no IPC buffer of one's own */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetSpace(seL4_TCB _service, seL4_Word fault_ep,
                                            seL4_CNode cspace_root, seL4_Word cspace_root_data,
                                            seL4_CPtr vspace_root, seL4_Word vspace_root_data) {
    seL4_SetCap(0, cspace_root);
    seL4_SetCap(1, vspace_root);
    return sel4_invoke(_service, TCBSetSpace, 2, 3, fault_ep, cspace_root_data, vspace_root_data,
                       0);
}

/** Stops a thread; a system call in which it waits is begun again when it is resumed.
 *
 * A thread may stop itself.  When it is resumed it repeats this very call, and stops again.
 *
 * @param _service the thread
 * @retval seL4_NoError */
LIBSEL4_INLINE seL4_Error seL4_TCB_Suspend(seL4_TCB _service) {
    return sel4_invoke(_service, TCBSuspend, 0, 0, 0, 0, 0, 0);
}

/** Lets a thread run that is stopped or waits; one that runs already is left alone.
 *
 * @param _service the thread
 * @retval seL4_NoError */
LIBSEL4_INLINE seL4_Error seL4_TCB_Resume(seL4_TCB _service) {
    return sel4_invoke(_service, TCBResume, 0, 0, 0, 0, 0, 0);
}

/** Binds a notification to a thread: its signals also end the thread's waits on endpoints.
 *
 * @param _service     the thread
 * @param notification the notification, with read right
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation the thread has one already, the notification is bound or has
 *                               waiters, or it is none with read right
 * @retval seL4_TruncatedMessage no IPC buffer of one's own */
LIBSEL4_INLINE seL4_Error seL4_TCB_BindNotification(seL4_TCB _service, seL4_CPtr notification) {
    seL4_SetCap(0, notification);
    return sel4_invoke(_service, TCBBindNotification, 1, 0, 0, 0, 0, 0);
}

/** Undoes seL4_TCB_BindNotification.
 *
 * @param _service the thread
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation none is bound */
LIBSEL4_INLINE seL4_Error seL4_TCB_UnbindNotification(seL4_TCB _service) {
    return sel4_invoke(_service, TCBUnbindNotification, 0, 0, 0, 0, 0, 0);
}

/** Sets the base of fs of a thread, from which its thread-local variables are found.
 *
 * @param _service the thread; may be the caller
 * @param tls_base what sel4runtime_write_tls_image returned
 * @retval seL4_NoError */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetTLSBase(seL4_TCB _service, seL4_Word tls_base) {
    return sel4_invoke(_service, TCBSetTLSBase, 0, 1, tls_base, 0, 0, 0);
}

/** Answer of seL4_TCB_SetFlags. */
typedef struct seL4_TCB_SetFlags {
    int error;       /**< seL4_Error */
    seL4_Word flags; /**< the flags afterwards */
} seL4_TCB_SetFlags_t;

/** Changes the flags of a thread.
 *
 * @param _service the thread
 * @param clear    flags to take away (seL4_TCBFlag)
 * @param set      flags to set afterwards; bits that mean nothing are ignored
 * @retval seL4_NoError in .error; .flags holds the new flags */
LIBSEL4_INLINE seL4_TCB_SetFlags_t seL4_TCB_SetFlags(seL4_TCB _service, seL4_Word clear,
                                                     seL4_Word set) {
    sel4_result_t result = sel4_invoke_result(_service, TCBSetFlags, 0, 2, clear, set, 0, 0);
    return (seL4_TCB_SetFlags_t){(int)result.error, result.mr[0]};
}
