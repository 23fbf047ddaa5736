/* I/O ports: a capability stands for a range of ports; user programs have no other way to them.
 *
 * seL4 Reference Manual, 8.2; ABI sheet 6.10. */
#pragma once
#include <sel4/invoke.h>

/** Makes a capability for a range of ports.
 *
 * @param _service   the I/O port control capability
 * @param first_port first port of the range
 * @param last_port  last port of the range
 * @param root       CNode where the search for the slot starts
 * @param index      address of an empty slot
 * @param depth      bits of the address that count
 * @retval seL4_NoError
 * @retval seL4_InvalidArgument  last_port is below first_port (1)
 * @retval seL4_RevokeFirst      some port of the range is given out, or the kernel's own
 * @retval seL4_FailedLookup     no slot at that address
 * @retval seL4_DeleteFirst      the slot is taken
 * @retval seL4_RangeError       depth is not 1 to 64
 * @retval seL4_TruncatedMessage no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_X86_IOPortControl_Issue(seL4_X86_IOPortControl _service,
                                                       seL4_Word first_port, seL4_Word last_port,
                                                       seL4_CNode root, seL4_Word index,
                                                       seL4_Uint8 depth) {
    seL4_SetCap(0, root);
    return sel4_invoke(_service, X86IOPortControlIssue, 1, 4, first_port, last_port, index, depth);
}

/** Answer of seL4_X86_IOPort_In8. */
typedef struct seL4_X86_IOPort_In8 {
    int error;         /**< seL4_Error */
    seL4_Uint8 result; /**< what was read */
} seL4_X86_IOPort_In8_t;

/** Answer of seL4_X86_IOPort_In16. */
typedef struct seL4_X86_IOPort_In16 {
    int error;          /**< seL4_Error */
    seL4_Uint16 result; /**< what was read */
} seL4_X86_IOPort_In16_t;

/** Answer of seL4_X86_IOPort_In32. */
typedef struct seL4_X86_IOPort_In32 {
    int error;          /**< seL4_Error */
    seL4_Uint32 result; /**< what was read */
} seL4_X86_IOPort_In32_t;

/** Reads one byte.
 *
 * @param _service a range of ports
 * @param port     a port of the range
 * @retval seL4_NoError          in .error; .result holds the byte
 * @retval seL4_IllegalOperation the port is outside the range */
LIBSEL4_INLINE seL4_X86_IOPort_In8_t seL4_X86_IOPort_In8(seL4_X86_IOPort _service,
                                                         seL4_Uint16 port) {
    sel4_result_t r = sel4_invoke_result(_service, X86IOPortIn8, 0, 1, port, 0, 0, 0);
    return (seL4_X86_IOPort_In8_t){(int)r.error, (seL4_Uint8)r.mr[0]};
}

/** Reads two bytes.
 *
 * @param _service a range of ports
 * @param port     the first of both ports
 * @retval seL4_NoError          in .error; .result holds the bytes
 * @retval seL4_IllegalOperation one of both ports is outside the range */
LIBSEL4_INLINE seL4_X86_IOPort_In16_t seL4_X86_IOPort_In16(seL4_X86_IOPort _service,
                                                           seL4_Uint16 port) {
    sel4_result_t r = sel4_invoke_result(_service, X86IOPortIn16, 0, 1, port, 0, 0, 0);
    return (seL4_X86_IOPort_In16_t){(int)r.error, (seL4_Uint16)r.mr[0]};
}

/** Reads four bytes.
 *
 * @param _service a range of ports
 * @param port     the first of the four ports
 * @retval seL4_NoError          in .error; .result holds the bytes
 * @retval seL4_IllegalOperation one of the four ports is outside the range */
LIBSEL4_INLINE seL4_X86_IOPort_In32_t seL4_X86_IOPort_In32(seL4_X86_IOPort _service,
                                                           seL4_Uint16 port) {
    sel4_result_t r = sel4_invoke_result(_service, X86IOPortIn32, 0, 1, port, 0, 0, 0);
    return (seL4_X86_IOPort_In32_t){(int)r.error, (seL4_Uint32)r.mr[0]};
}

/** Writes one byte.
 *
 * @param _service a range of ports
 * @param port     a port of the range
 * @param data     the byte
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation the port is outside the range */
LIBSEL4_INLINE seL4_Error seL4_X86_IOPort_Out8(seL4_X86_IOPort _service, seL4_Word port,
                                               seL4_Word data) {
    return sel4_invoke(_service, X86IOPortOut8, 0, 2, port, data, 0, 0);
}

/** Writes two bytes.
 *
 * @param _service a range of ports
 * @param port     the first of both ports
 * @param data     the bytes; higher ones are ignored
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation one of both ports is outside the range */
LIBSEL4_INLINE seL4_Error seL4_X86_IOPort_Out16(seL4_X86_IOPort _service, seL4_Word port,
                                                seL4_Word data) {
    return sel4_invoke(_service, X86IOPortOut16, 0, 2, port, data, 0, 0);
}

/** Writes four bytes.
 *
 * @param _service a range of ports
 * @param port     the first of the four ports
 * @param data     the bytes; higher ones are ignored
 * @retval seL4_NoError
 * @retval seL4_IllegalOperation one of the four ports is outside the range */
LIBSEL4_INLINE seL4_Error seL4_X86_IOPort_Out32(seL4_X86_IOPort _service, seL4_Word port,
                                                seL4_Word data) {
    return sel4_invoke(_service, X86IOPortOut32, 0, 2, port, data, 0, 0);
}
