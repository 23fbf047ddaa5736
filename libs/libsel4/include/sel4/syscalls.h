/* The system calls.  Each comes in two forms: the plain one moves message registers 0 to 3
 * between the IPC buffer and the processor's registers, so that seL4_SetMR and seL4_GetMR see
 * them; the one named WithMRs passes them in registers only and never touches the buffer.
 *
 * A capability that cannot be found, or that may not be used so, is a fault of the calling thread
 * and no return value.
 *
 * seL4 Reference Manual, 2.2 and chapter 4; ABI sheet 3.1 to 3.5. */
#pragma once
#include <sel4/functions.h>
#include <sel4/trap.h>
#include <sel4/debug.h>

/* Message registers 0 to 3 as the buffer has them, with capability and info. */
LIBSEL4_ALWAYS_INLINE sel4_regs_t sel4_load(seL4_CPtr cap, seL4_MessageInfo_t info) {
    const seL4_Word *msg = seL4_GetIPCBuffer()->msg;
    return (sel4_regs_t){cap, info.words[0], {msg[0], msg[1], msg[2], msg[3]}};
}

/* Puts message registers 0 to 3 and the badge where the program looks for them. Volatile, so that
 * the compiler does not pack the words into SSE registers first: a program that only exchanges
 * messages must not make the kernel switch FPU state. */
LIBSEL4_ALWAYS_INLINE seL4_MessageInfo_t sel4_store(sel4_regs_t m, seL4_Word *sender) {
    volatile seL4_Word *msg = seL4_GetIPCBuffer()->msg;
    for (int i = 0; i < 4; i++) {
        msg[i] = m.mr[i];
    }
    if (sender != seL4_Null) {
        *sender = m.cap;
    }
    return (seL4_MessageInfo_t){{m.info}};
}

LIBSEL4_ALWAYS_INLINE seL4_Word sel4_word_or_zero(const seL4_Word *word) {
    return word != seL4_Null ? *word : 0;
}

LIBSEL4_ALWAYS_INLINE void sel4_put_word(seL4_Word *word, seL4_Word value) {
    if (word != seL4_Null) {
        *word = value;
    }
}

/* A message whose registers come from pointers that may be NULL; those from `length` on are 0. */
LIBSEL4_ALWAYS_INLINE sel4_regs_t sel4_gather(seL4_CPtr cap, seL4_MessageInfo_t info,
                                              seL4_Word length, const seL4_Word *mr0,
                                              const seL4_Word *mr1, const seL4_Word *mr2,
                                              const seL4_Word *mr3) {
    return (sel4_regs_t){
        cap,
        info.words[0],
        {length > 0 ? sel4_word_or_zero(mr0) : 0, length > 1 ? sel4_word_or_zero(mr1) : 0,
         length > 2 ? sel4_word_or_zero(mr2) : 0, length > 3 ? sel4_word_or_zero(mr3) : 0}};
}

/* The other way round, after a receive. */
LIBSEL4_ALWAYS_INLINE seL4_MessageInfo_t sel4_scatter(sel4_regs_t m, seL4_Word *sender,
                                                      seL4_Word *mr0, seL4_Word *mr1,
                                                      seL4_Word *mr2, seL4_Word *mr3) {
    sel4_put_word(mr0, m.mr[0]);
    sel4_put_word(mr1, m.mr[1]);
    sel4_put_word(mr2, m.mr[2]);
    sel4_put_word(mr3, m.mr[3]);
    sel4_put_word(sender, m.cap);
    return (seL4_MessageInfo_t){{m.info}};
}

/** Sends a message and waits until a receiver has it.
 * @param dest    endpoint with write right; a reply, notification or object capability also works
 * @param msgInfo what the message consists of
 * @see ABI sheet 7.2, 7.4 */
LIBSEL4_INLINE_FUNC void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t msgInfo) {
    sel4_trap_send(seL4_SysSend, sel4_load(dest, msgInfo));
}

/** Sends a message if a receiver is waiting, else drops it.  Never blocks, never tells which.
 * @param dest    endpoint with write right; a reply, notification or object capability also works
 * @param msgInfo what the message consists of
 * @see ABI sheet 7.2 */
LIBSEL4_INLINE_FUNC void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t msgInfo) {
    sel4_trap_send(seL4_SysNBSend, sel4_load(dest, msgInfo));
}

/** Answers the thread whose seL4_Call was received last; without one, does nothing.
 * @param msgInfo what the answer consists of
 * @see ABI sheet 7.5 */
LIBSEL4_INLINE_FUNC void seL4_Reply(seL4_MessageInfo_t msgInfo) {
    sel4_trap_send(seL4_SysReply, sel4_load(0, msgInfo));
}

/** Waits for a message (endpoint) or a signal (notification).
 * @param src         capability with read right
 * @param[out] sender badge of the capability that the sender used, or the notification's word;
 *                    may be NULL
 * @return what the message consists of; undefined for a signal
 * @see ABI sheet 7.3 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender) {
    return sel4_store(sel4_trap_receive(seL4_SysRecv, src), sender);
}

/** Takes a message or signal if there is one.
 * @param src         capability with read right
 * @param[out] sender badge of the capability that the sender used, or the notification's word;
 *                    0 if there was nothing (use badges that are not); may be NULL
 * @return what the message consists of; undefined for a signal and if there was nothing
 * @see ABI sheet 7.3 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word *sender) {
    return sel4_store(sel4_trap_receive(seL4_SysNBRecv, src), sender);
}

/** Sends a message and waits for the answer; on a kernel object: an invocation.
 * @param dest    endpoint with write and grant or grant-reply right, or any object's capability;
 *                with write right only, the message arrives and the caller stops for ever
 * @param msgInfo what the message consists of
 * @return what the answer consists of; message registers hold its words.  For a kernel object its
 *         label is a seL4_Error
 * @see ABI sheet 7.2, 7.5, 6.2 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t msgInfo) {
    return sel4_store(sel4_trap_exchange(seL4_SysCall, sel4_load(dest, msgInfo)), seL4_Null);
}

/** Answers the last caller, then waits for the next message: one turn of a server.
 * @param src         where to receive
 * @param msgInfo     what the answer consists of
 * @param[out] sender badge of the next message; may be NULL
 * @return what the next message consists of
 * @see ABI sheet 7.3, 7.5 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t msgInfo,
                                                      seL4_Word *sender) {
    return sel4_store(sel4_trap_exchange(seL4_SysReplyRecv, sel4_load(src, msgInfo)), sender);
}

/** Sends a message as seL4_Send, with message registers 0 to 3 given directly.
 * @param dest    as for seL4_Send
 * @param msgInfo what the message consists of
 * @param mr0     address of message register 0; NULL sends 0
 * @param mr1     address of message register 1; NULL sends 0
 * @param mr2     address of message register 2; NULL sends 0
 * @param mr3     address of message register 3; NULL sends 0
 * @see ABI sheet 3.5 */
LIBSEL4_INLINE_FUNC void seL4_SendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                          seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                          seL4_Word *mr3) {
    sel4_trap_send(seL4_SysSend, sel4_gather(dest, msgInfo, 4, mr0, mr1, mr2, mr3));
}

/** Sends a message as seL4_NBSend, with message registers 0 to 3 given directly.
 * @param dest    as for seL4_NBSend
 * @param msgInfo what the message consists of
 * @param mr0     address of message register 0; NULL sends 0
 * @param mr1     address of message register 1; NULL sends 0
 * @param mr2     address of message register 2; NULL sends 0
 * @param mr3     address of message register 3; NULL sends 0
 * @see ABI sheet 3.5 */
LIBSEL4_INLINE_FUNC void seL4_NBSendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                            seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                            seL4_Word *mr3) {
    sel4_trap_send(seL4_SysNBSend, sel4_gather(dest, msgInfo, 4, mr0, mr1, mr2, mr3));
}

/** Answers as seL4_Reply, with message registers 0 to 3 given directly.
 * @param msgInfo what the answer consists of
 * @param mr0     address of message register 0; NULL sends 0
 * @param mr1     address of message register 1; NULL sends 0
 * @param mr2     address of message register 2; NULL sends 0
 * @param mr3     address of message register 3; NULL sends 0
 * @see ABI sheet 3.5 */
LIBSEL4_INLINE_FUNC void seL4_ReplyWithMRs(seL4_MessageInfo_t msgInfo, seL4_Word *mr0,
                                           seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3) {
    sel4_trap_send(seL4_SysReply, sel4_gather(0, msgInfo, 4, mr0, mr1, mr2, mr3));
}

/** Waits as seL4_Recv, and delivers message registers 0 to 3 directly.
 * @param src         as for seL4_Recv
 * @param[out] sender as for seL4_Recv
 * @param[out] mr0    message register 0; NULL where not wanted
 * @param[out] mr1    message register 1; NULL where not wanted
 * @param[out] mr2    message register 2; NULL where not wanted
 * @param[out] mr3    message register 3; NULL where not wanted
 * @return what the message consists of; registers from its length on are undefined
 * @see ABI sheet 3.5 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_RecvWithMRs(seL4_CPtr src, seL4_Word *sender,
                                                        seL4_Word *mr0, seL4_Word *mr1,
                                                        seL4_Word *mr2, seL4_Word *mr3) {
    return sel4_scatter(sel4_trap_receive(seL4_SysRecv, src), sender, mr0, mr1, mr2, mr3);
}

/** Sends and waits as seL4_Call, with message registers 0 to 3 given and delivered directly.
 * @param dest    as for seL4_Call
 * @param msgInfo what the message consists of; only registers below its length are sent
 * @param mr0     message register 0, both ways; NULL where not wanted
 * @param mr1     message register 1, both ways; NULL where not wanted
 * @param mr2     message register 2, both ways; NULL where not wanted
 * @param mr3     message register 3, both ways; NULL where not wanted
 * @return what the answer consists of
 * @see ABI sheet 3.5 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                        seL4_Word *mr0, seL4_Word *mr1,
                                                        seL4_Word *mr2, seL4_Word *mr3) {
    seL4_Word length = seL4_MessageInfo_get_length(msgInfo);
    sel4_regs_t m = sel4_gather(dest, msgInfo, length, mr0, mr1, mr2, mr3);
    return sel4_scatter(sel4_trap_exchange(seL4_SysCall, m), seL4_Null, mr0, mr1, mr2, mr3);
}

/** One turn of a server as seL4_ReplyRecv, with message registers 0 to 3 given and delivered
 * directly.
 * @param src         where to receive
 * @param msgInfo     what the answer consists of; only registers below its length are sent
 * @param[out] sender badge of the next message; may be NULL
 * @param mr0         message register 0, both ways; NULL where not wanted
 * @param mr1         message register 1, both ways; NULL where not wanted
 * @param mr2         message register 2, both ways; NULL where not wanted
 * @param mr3         message register 3, both ways; NULL where not wanted
 * @return what the next message consists of
 * @see ABI sheet 3.5 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src,
                                                             seL4_MessageInfo_t msgInfo,
                                                             seL4_Word *sender, seL4_Word *mr0,
                                                             seL4_Word *mr1, seL4_Word *mr2,
                                                             seL4_Word *mr3) {
    seL4_Word length = seL4_MessageInfo_get_length(msgInfo);
    sel4_regs_t m = sel4_gather(src, msgInfo, length, mr0, mr1, mr2, mr3);
    return sel4_scatter(sel4_trap_exchange(seL4_SysReplyRecv, m), sender, mr0, mr1, mr2, mr3);
}

/** Signals a notification: its word is OR-ed with the badge of the capability.  Never blocks.
 * @param dest notification with write right
 * @see ABI sheet 7.6 */
LIBSEL4_INLINE_FUNC void seL4_Signal(seL4_CPtr dest) {
    (void)sel4_trap_plain(seL4_SysSend, dest, seL4_MessageInfo_new(0, 0, 0, 1).words[0]);
}

/** Waits for a signal.
 * @param src         notification with read right
 * @param[out] sender the notification's word, which is 0 afterwards; may be NULL
 * @see ABI sheet 7.6 */
LIBSEL4_INLINE_FUNC void seL4_Wait(seL4_CPtr src, seL4_Word *sender) { seL4_Recv(src, sender); }

/** Takes a signal if there is one.
 * @param src         notification with read right
 * @param[out] sender the notification's word; 0 if there was no signal; may be NULL
 * @return nothing useful: a signal has no message
 * @see ABI sheet 7.6 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Poll(seL4_CPtr src, seL4_Word *sender) {
    return seL4_NBRecv(src, sender);
}

/** Gives the rest of the turn to the next thread of the same priority.
 * @see ABI sheet 9.4 */
LIBSEL4_INLINE_FUNC void seL4_Yield(void) { (void)sel4_trap_plain(seL4_SysYield, 0, 0); }

#ifdef CONFIG_SET_TLS_BASE_SELF
/** Sets the base of %fs of the calling thread, from which thread-local variables are found.
 * @param tls_base what sel4runtime_write_tls_image returned; an address that is not canonical
 *                 changes nothing
 * @see ABI sheet 3.4, 11.4 */
LIBSEL4_INLINE_FUNC void seL4_SetTLSBase(seL4_Word tls_base) {
    (void)sel4_trap_plain(seL4_SysSetTLSBase, tls_base, 0);
}
#endif
