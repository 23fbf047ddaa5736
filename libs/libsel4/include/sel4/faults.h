/* A fault reaches its handler as a message: the label says which fault, the message registers
 * hold its words.  Here are the words' numbers, tests of the label, and seL4_getFault, which takes
 * the words out of the IPC buffer into a value that survives the next message.
 *
 * seL4 Reference Manual, 6.2; ABI sheet 7.7, 7.8. */
#pragma once
#include <sel4/functions.h>

/** Which fault: the label of its message. */
typedef enum {
    seL4_Fault_NullFault = 0,
    seL4_Fault_CapFault = 1,
    seL4_Fault_UnknownSyscall = 2,
    seL4_Fault_UserException = 3,
    seL4_Fault_VMFault = 5
} seL4_FaultType;

/** Message registers of a capability fault. */
typedef enum {
    seL4_CapFault_IP,
    seL4_CapFault_Addr,
    seL4_CapFault_InRecvPhase,
    seL4_CapFault_LookupFailureType,
    seL4_CapFault_BitsLeft,
    seL4_CapFault_DepthMismatch_BitsFound,
    seL4_CapFault_GuardMismatch_GuardFound = seL4_CapFault_DepthMismatch_BitsFound,
    seL4_CapFault_GuardMismatch_BitsFound,
    SEL4_FORCE_LONG_ENUM(seL4_CapFault_Msg)
} seL4_CapFault_Msg;

/** Message registers of an unknown system call; the first 18 can be set by the reply. */
typedef enum {
    seL4_UnknownSyscall_RAX,
    seL4_UnknownSyscall_RBX,
    seL4_UnknownSyscall_RCX,
    seL4_UnknownSyscall_RDX,
    seL4_UnknownSyscall_RSI,
    seL4_UnknownSyscall_RDI,
    seL4_UnknownSyscall_RBP,
    seL4_UnknownSyscall_R8,
    seL4_UnknownSyscall_R9,
    seL4_UnknownSyscall_R10,
    seL4_UnknownSyscall_R11,
    seL4_UnknownSyscall_R12,
    seL4_UnknownSyscall_R13,
    seL4_UnknownSyscall_R14,
    seL4_UnknownSyscall_R15,
    seL4_UnknownSyscall_FaultIP,
    seL4_UnknownSyscall_SP,
    seL4_UnknownSyscall_FLAGS,
    seL4_UnknownSyscall_Syscall,
    seL4_UnknownSyscall_Length,
    SEL4_FORCE_LONG_ENUM(seL4_UnknownSyscall_Msg)
} seL4_UnknownSyscall_Msg;

/** Message registers of a processor exception; the first three can be set by the reply. */
typedef enum {
    seL4_UserException_FaultIP,
    seL4_UserException_SP,
    seL4_UserException_FLAGS,
    seL4_UserException_Number,
    seL4_UserException_Code,
    seL4_UserException_Length,
    SEL4_FORCE_LONG_ENUM(seL4_UserException_Msg)
} seL4_UserException_Msg;

/** Message registers of a page fault. */
typedef enum {
    seL4_VMFault_IP,
    seL4_VMFault_Addr,
    seL4_VMFault_PrefetchFault,
    seL4_VMFault_FSR,
    seL4_VMFault_Length,
    SEL4_FORCE_LONG_ENUM(seL4_VMFault_Msg)
} seL4_VMFault_Msg;

/** Tells whether a message is that of a null fault, which is none.
 * @param tag what seL4_Recv returned
 * @return 1 if so, else 0 */
LIBSEL4_INLINE_FUNC seL4_Bool seL4_isNullFault_tag(seL4_MessageInfo_t tag) {
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_NullFault;
}

/** Tells whether a message is that of a capability fault.
 * @param tag what seL4_Recv returned
 * @return 1 if so, else 0 */
LIBSEL4_INLINE_FUNC seL4_Bool seL4_isCapFault_tag(seL4_MessageInfo_t tag) {
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_CapFault;
}

/** Tells whether a message is that of an unknown system call.
 * @param tag what seL4_Recv returned
 * @return 1 if so, else 0 */
LIBSEL4_INLINE_FUNC seL4_Bool seL4_isUnknownSyscall_tag(seL4_MessageInfo_t tag) {
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_UnknownSyscall;
}

/** Tells whether a message is that of a processor exception.
 * @param tag what seL4_Recv returned
 * @return 1 if so, else 0 */
LIBSEL4_INLINE_FUNC seL4_Bool seL4_isUserException_tag(seL4_MessageInfo_t tag) {
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_UserException;
}

/** Tells whether a message is that of a page fault.
 * @param tag what seL4_Recv returned
 * @return 1 if so, else 0 */
LIBSEL4_INLINE_FUNC seL4_Bool seL4_isVMFault_tag(seL4_MessageInfo_t tag) {
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_VMFault;
}

/** A fault taken out of the buffer: its type in words[0], then its message registers in order. */
typedef struct seL4_Fault {
    seL4_Word words[1 + seL4_UnknownSyscall_Length];
} seL4_Fault_t;

/** Takes the fault whose message was just received out of the IPC buffer.
 * @param tag what seL4_Recv returned
 * @return the fault; a null fault if the message is none */
LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_getFault(seL4_MessageInfo_t tag) {
    static const seL4_Uint8 length[] = {
        [seL4_Fault_CapFault] = seL4_CapFault_GuardMismatch_BitsFound + 1,
        [seL4_Fault_UnknownSyscall] = seL4_UnknownSyscall_Length,
        [seL4_Fault_UserException] = seL4_UserException_Length,
        [seL4_Fault_VMFault] = seL4_VMFault_Length,
    };
    seL4_Fault_t fault = {{0}};
    seL4_Word type = seL4_MessageInfo_get_label(tag);
    if (type >= sizeof length || length[type] == 0) {
        return fault;
    }
    fault.words[0] = type;
    for (int i = 0; i < length[type]; i++) {
        fault.words[1 + i] = seL4_GetMR(i);
    }
    return fault;
}

/** Tells which fault it is.
 * @param fault what seL4_getFault returned
 * @return a seL4_FaultType */
LIBSEL4_INLINE_FUNC CONST seL4_Word seL4_Fault_get_seL4_FaultType(seL4_Fault_t fault) {
    return fault.words[0];
}

/* seL4_Fault_KIND_get_FIELD(fault) for every message register above. */
#define SEL4_FAULT_FIELD(kind, field, number)                                                      \
    LIBSEL4_INLINE_FUNC CONST seL4_Word seL4_Fault_##kind##_get_##field(seL4_Fault_t fault) {      \
        return fault.words[1 + (number)];                                                          \
    }

SEL4_FAULT_FIELD(CapFault, IP, seL4_CapFault_IP)
SEL4_FAULT_FIELD(CapFault, Addr, seL4_CapFault_Addr)
SEL4_FAULT_FIELD(CapFault, InRecvPhase, seL4_CapFault_InRecvPhase)
SEL4_FAULT_FIELD(CapFault, LookupFailureType, seL4_CapFault_LookupFailureType)
SEL4_FAULT_FIELD(CapFault, MR4, 4)
SEL4_FAULT_FIELD(CapFault, MR5, 5)
SEL4_FAULT_FIELD(CapFault, MR6, 6)
SEL4_FAULT_FIELD(UnknownSyscall, RAX, seL4_UnknownSyscall_RAX)
SEL4_FAULT_FIELD(UnknownSyscall, RBX, seL4_UnknownSyscall_RBX)
SEL4_FAULT_FIELD(UnknownSyscall, RCX, seL4_UnknownSyscall_RCX)
SEL4_FAULT_FIELD(UnknownSyscall, RDX, seL4_UnknownSyscall_RDX)
SEL4_FAULT_FIELD(UnknownSyscall, RSI, seL4_UnknownSyscall_RSI)
SEL4_FAULT_FIELD(UnknownSyscall, RDI, seL4_UnknownSyscall_RDI)
SEL4_FAULT_FIELD(UnknownSyscall, RBP, seL4_UnknownSyscall_RBP)
SEL4_FAULT_FIELD(UnknownSyscall, R8, seL4_UnknownSyscall_R8)
SEL4_FAULT_FIELD(UnknownSyscall, R9, seL4_UnknownSyscall_R9)
SEL4_FAULT_FIELD(UnknownSyscall, R10, seL4_UnknownSyscall_R10)
SEL4_FAULT_FIELD(UnknownSyscall, R11, seL4_UnknownSyscall_R11)
SEL4_FAULT_FIELD(UnknownSyscall, R12, seL4_UnknownSyscall_R12)
SEL4_FAULT_FIELD(UnknownSyscall, R13, seL4_UnknownSyscall_R13)
SEL4_FAULT_FIELD(UnknownSyscall, R14, seL4_UnknownSyscall_R14)
SEL4_FAULT_FIELD(UnknownSyscall, R15, seL4_UnknownSyscall_R15)
SEL4_FAULT_FIELD(UnknownSyscall, FaultIP, seL4_UnknownSyscall_FaultIP)
SEL4_FAULT_FIELD(UnknownSyscall, RSP, seL4_UnknownSyscall_SP)
SEL4_FAULT_FIELD(UnknownSyscall, FLAGS, seL4_UnknownSyscall_FLAGS)
SEL4_FAULT_FIELD(UnknownSyscall, Syscall, seL4_UnknownSyscall_Syscall)
SEL4_FAULT_FIELD(UserException, FaultIP, seL4_UserException_FaultIP)
SEL4_FAULT_FIELD(UserException, Stack, seL4_UserException_SP)
SEL4_FAULT_FIELD(UserException, FLAGS, seL4_UserException_FLAGS)
SEL4_FAULT_FIELD(UserException, Number, seL4_UserException_Number)
SEL4_FAULT_FIELD(UserException, Code, seL4_UserException_Code)
SEL4_FAULT_FIELD(VMFault, IP, seL4_VMFault_IP)
SEL4_FAULT_FIELD(VMFault, Addr, seL4_VMFault_Addr)
SEL4_FAULT_FIELD(VMFault, PrefetchFault, seL4_VMFault_PrefetchFault)
SEL4_FAULT_FIELD(VMFault, FSR, seL4_VMFault_FSR)
