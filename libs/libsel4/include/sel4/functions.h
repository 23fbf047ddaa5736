/* Access to the thread's own IPC buffer: message registers, capabilities, receive path.
 *
 * The pointer to the buffer is thread-local: a thread that uses these functions needs its TLS
 * base set (sel4runtime_write_tls_image, seL4_TCB_SetTLSBase).
 *
 * seL4 Reference Manual, 4.1; ABI sheet 4.2. */
#pragma once
#include <sel4/types.h>

#ifdef CONFIG_LIB_SEL4_USE_THREAD_LOCALS
extern __thread seL4_IPCBuffer *__sel4_ipc_buffer;
#else
extern seL4_IPCBuffer *__sel4_ipc_buffer;
#endif

/** Chooses the buffer that this thread's library calls use (the kernel's idea of the buffer is set
 * with seL4_TCB_SetIPCBuffer or seL4_TCB_Configure).
 * @param buffer where the thread's IPC buffer is mapped */
LIBSEL4_INLINE_FUNC void seL4_SetIPCBuffer(seL4_IPCBuffer *buffer) { __sel4_ipc_buffer = buffer; }

/** Tells which buffer this thread's library calls use.
 * @return its address */
LIBSEL4_INLINE_FUNC seL4_IPCBuffer *seL4_GetIPCBuffer(void) { return __sel4_ipc_buffer; }

/** Reads the message info that the program keeps in the buffer.
 * @return what seL4_SetTag put there; the kernel never does */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_GetTag(void) { return seL4_GetIPCBuffer()->tag; }

/** Keeps a message info in the buffer; the kernel does not look at it.
 * @param tag the message info */
LIBSEL4_INLINE_FUNC void seL4_SetTag(seL4_MessageInfo_t tag) { seL4_GetIPCBuffer()->tag = tag; }

/** Reads a message register of the message received.
 * @param i number of the register, 0 to seL4_MsgMaxLength - 1
 * @return its word; only registers below the message's length were delivered */
LIBSEL4_INLINE_FUNC seL4_Word seL4_GetMR(int i) { return seL4_GetIPCBuffer()->msg[i]; }

/** Sets a message register of the message to be sent.
 * @param i  number of the register, 0 to seL4_MsgMaxLength - 1
 * @param mr its word */
LIBSEL4_INLINE_FUNC void seL4_SetMR(int i, seL4_Word mr) { seL4_GetIPCBuffer()->msg[i] = mr; }

/** Reads the word of the buffer that belongs to the program.
 * @return what seL4_SetUserData put there */
LIBSEL4_INLINE_FUNC seL4_Word seL4_GetUserData(void) { return seL4_GetIPCBuffer()->userData; }

/** Sets the word of the buffer that belongs to the program.
 * @param data any word */
LIBSEL4_INLINE_FUNC void seL4_SetUserData(seL4_Word data) { seL4_GetIPCBuffer()->userData = data; }

/** Reads the badge of a capability that arrived unwrapped: one to the very endpoint in use.
 * @param i number of the capability, 0 to 2; bit i of capsUnwrapped tells that it was unwrapped
 * @return its badge
 * @see ABI sheet 7.4 */
LIBSEL4_INLINE_FUNC seL4_Word seL4_GetBadge(int i) {
    return seL4_GetIPCBuffer()->caps_or_badges[i];
}

/** Reads what seL4_SetCap put in place.
 * @param i number of the capability, 0 to 2
 * @return the address of the capability */
LIBSEL4_INLINE_FUNC seL4_CPtr seL4_GetCap(int i) {
    return (seL4_CPtr)seL4_GetIPCBuffer()->caps_or_badges[i];
}

/** Puts a capability into the message to be sent.
 * @param i    number of the capability, 0 to 2; the message info's extraCaps says how many go
 * @param cptr address of the capability */
LIBSEL4_INLINE_FUNC void seL4_SetCap(int i, seL4_CPtr cptr) {
    seL4_GetIPCBuffer()->caps_or_badges[i] = (seL4_Word)cptr;
}

/** Tells where a received capability goes.
 * @param[out] receiveCNode the CNode in which the slot is found; may be NULL
 * @param[out] receiveIndex address of the slot in that CNode; may be NULL
 * @param[out] receiveDepth how many bits of the address count; may be NULL */
LIBSEL4_INLINE_FUNC void seL4_GetCapReceivePath(seL4_CPtr *receiveCNode, seL4_CPtr *receiveIndex,
                                                seL4_Word *receiveDepth) {
    seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();
    if (receiveCNode != seL4_Null) {
        *receiveCNode = buffer->receiveCNode;
    }
    if (receiveIndex != seL4_Null) {
        *receiveIndex = buffer->receiveIndex;
    }
    if (receiveDepth != seL4_Null) {
        *receiveDepth = buffer->receiveDepth;
    }
}

/** Says where a received capability goes: an empty slot.
 * @param receiveCNode the CNode in which the slot is found
 * @param receiveIndex address of the slot in that CNode
 * @param receiveDepth how many bits of the address count (seL4_WordBits for the root CNode) */
LIBSEL4_INLINE_FUNC void seL4_SetCapReceivePath(seL4_CPtr receiveCNode, seL4_CPtr receiveIndex,
                                                seL4_Word receiveDepth) {
    seL4_IPCBuffer *buffer = seL4_GetIPCBuffer();
    buffer->receiveCNode = receiveCNode;
    buffer->receiveIndex = receiveIndex;
    buffer->receiveDepth = receiveDepth;
}
