/* The system calls of debug kernels: print, name, look, stop. None of them ever reschedules.
 *
 * They are for people who watch the console; misuse stops the machine with a line that says why.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "x86/x86.h"

/* The longest name that the call accepts in the buffer, its NUL included. */
#define NAME_LIMIT (MESSAGE_MAX_LENGTH * sizeof(word_t))

static bool has_end(const char *name) {
    for (unsigned i = 0; i < NAME_LIMIT; i++)
        if (name[i] == '\0')
            return true;
    return false;
}

static void name_thread(tcb_t *tcb) {
    const slot_t *slot = lookup_slot(tcb, tcb->regs.rdi);
    const word_t *buffer = tcb_ipc_buffer(tcb, false);
    if (slot == NULL || cap_type(slot->cap) != cap_thread)
        debug_halt(refuse(sys_debug_name_thread, "SysDebugNameThread: cap is not a TCB, halting"));
    if (buffer == NULL || !has_end((const char *)&buffer[BUFFER_MSG]))
        debug_halt(refuse(sys_debug_name_thread, "SysDebugNameThread: Name too long, halting"));
    debug_thread_name(cap_object(slot->cap), (const char *)&buffer[BUFFER_MSG]);
    trace(name, cap_object(slot->cap));
}

bool debug_syscall(tcb_t *tcb, int64_t number) {
    const slot_t *slot = NULL;
    switch (number) {
    case sys_debug_put_char: serial_put((char)tcb->regs.rdi); return true;
    case sys_debug_dump_scheduler: debug_dump_scheduler(); return true;
    case sys_debug_halt:
        kprintf("Debug halt syscall from user thread %p \"%s\"\n", (void *)tcb, tcb_name(tcb));
        debug_halt(number);
    case sys_debug_cap_identify:
        slot = lookup_slot(tcb, tcb->regs.rdi);
        tcb->regs.rdi = slot != NULL ? cap_type(slot->cap) : cap_null;
        return true;
    case sys_debug_snapshot: debug_snapshot(); return true;
    case sys_debug_name_thread: name_thread(tcb); return true;
    default: return false;
    }
}
