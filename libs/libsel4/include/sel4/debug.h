/* Calls that only a debug kernel has: the serial line, names, and a look into the kernel.
 *
 * ABI sheet 3.4. */
#pragma once
#include <sel4/functions.h>
#include <sel4/trap.h>

#ifdef CONFIG_PRINTING
/** Writes one character to the kernel's serial line.
 * @param c the character; a newline gets a carriage return before it */
LIBSEL4_INLINE_FUNC void seL4_DebugPutChar(char c) {
    (void)sel4_trap_plain(seL4_SysDebugPutChar, (unsigned char)c, 0);
}

/** Writes a string to the kernel's serial line, character by character.
 * @param str the string */
LIBSEL4_INLINE_FUNC void seL4_DebugPutString(char *str) {
    for (const char *s = str; *s != '\0'; s++) {
        seL4_DebugPutChar(*s);
    }
}

/** Prints all threads with state, instruction pointer and priority.
 * @see ABI sheet 12.6 */
LIBSEL4_INLINE_FUNC void seL4_DebugDumpScheduler(void) {
    (void)sel4_trap_plain(seL4_SysDebugDumpScheduler, 0, 0);
}
#endif

#ifdef CONFIG_DEBUG_BUILD
/** Stops the machine.  Does not return.
 * @see ABI sheet 12.7 */
LIBSEL4_INLINE_FUNC void seL4_DebugHalt(void) { (void)sel4_trap_plain(seL4_SysDebugHalt, 0, 0); }

/** Prints every thread and the capabilities that it and its CSpace hold. */
LIBSEL4_INLINE_FUNC void seL4_DebugSnapshot(void) {
    (void)sel4_trap_plain(seL4_SysDebugSnapshot, 0, 0);
}

/** Tells what kind of capability is in a slot.
 * @param cap address of the capability
 * @return the kernel's number of the kind (4 endpoint, 10 CNode, 12 TCB, ...); 0 for an empty slot
 *         or an address that leads nowhere
 * @see ABI sheet 3.4, 5.4 */
LIBSEL4_INLINE_FUNC seL4_Uint32 seL4_DebugCapIdentify(seL4_CPtr cap) {
    return (seL4_Uint32)sel4_trap_plain(seL4_SysDebugCapIdentify, cap, 0);
}

/** Names a thread in the kernel's messages.  Uses the message registers of the IPC buffer.
 * @param tcb  must be a TCB, otherwise the kernel stops the machine
 * @param name what to call it; cut off where the IPC buffer's message ends */
LIBSEL4_INLINE_FUNC void seL4_DebugNameThread(seL4_CPtr tcb, const char *name) {
    char *text = (char *)seL4_GetIPCBuffer()->msg;
    unsigned long i = 0;
    while (i < seL4_MsgMaxLength * sizeof(seL4_Word) - 1 && name[i] != '\0') {
        text[i] = name[i];
        i++;
    }
    text[i] = '\0';
    (void)sel4_trap_plain(seL4_SysDebugNameThread, tcb, 0);
}
#endif
