/* The end of a program, and of a thread that can do nothing any more.
 *
 * A thread ends by suspending itself: no fault, no text, no processor time. For that it needs a
 * capability of its own TCB, and it must know which that is. */
#include "env.h"

sel4runtime_exit_cb *sel4runtime_set_exit(sel4runtime_exit_cb *callback) {
    sel4runtime_exit_cb *before = __sel4runtime_env.exit_callback;
    __sel4runtime_env.exit_callback = callback;
    return before;
}

void sel4runtime_exit(int code) {
    __sel4runtime_run_destructors();
    if (__sel4runtime_env.exit_callback != NULL) {
        __sel4runtime_env.exit_callback(code);
    }
    sel4runtime_stop_thread();
}

/* By Send: neither an answer nor an IPC buffer is needed. */
static void suspend(seL4_CPtr tcb) {
    (void)sel4_trap_plain(seL4_SysSend, tcb, seL4_MessageInfo_new(TCBSuspend, 0, 0, 0).words[0]);
}

/* On the initial thread's stack runs the initial thread, whose TCB the program was told. */
static bool on_initial_stack(void) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return here >= __sel4runtime_env.stack_low && here < __sel4runtime_env.stack_high;
}

#ifdef CONFIG_DEBUG_BUILD
/* The next slot from `slot` on that holds a TCB other than `known`; 0 at the end of the CSpace. */
static seL4_CPtr next_tcb(seL4_CPtr slot, seL4_CPtr known) {
    enum { CAP_TCB = 12 }; /* what seL4_DebugCapIdentify says of one */
    const seL4_BootInfo *bootinfo = __sel4runtime_env.bootinfo;
    seL4_Word bits =
        bootinfo != NULL ? bootinfo->initThreadCNodeSizeBits : CONFIG_SEL4UTILS_CSPACE_SIZE_BITS;
    for (; slot < LIBSEL4_BIT(bits); slot++) {
        if (slot != known && seL4_DebugCapIdentify(slot) == CAP_TCB) {
            return slot;
        }
    }
    return 0;
}

/* Only of itself can a thread not read the registers. The answer's label is enough, so that no
 * IPC buffer is needed. The kernel remarks on it, though: ask only if there is no other way. */
static bool is_own_tcb(seL4_CPtr tcb) {
    seL4_Word flags = 0, count = 1;
    seL4_MessageInfo_t read = seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2);
    read = seL4_CallWithMRs(tcb, read, &flags, &count, seL4_Null, seL4_Null);
    return seL4_MessageInfo_get_label(read) == seL4_IllegalOperation;
}

/* Suspends a thread that was not told its TCB: the one in the CSpace that is not another's. */
static void suspend_by_search(void) {
    seL4_CPtr known = on_initial_stack() ? 0 : __sel4runtime_env.tcb;
    seL4_CPtr tcb = next_tcb(1, known);
    for (; tcb != 0; tcb = next_tcb(tcb + 1, known)) {
        if (next_tcb(tcb + 1, known) == 0 || is_own_tcb(tcb)) {
            suspend(tcb);
        }
    }
}
#else
static void suspend_by_search(void) {}
#endif

void sel4runtime_stop_thread(void) {
    if (__sel4runtime_env.tcb != 0 && on_initial_stack()) {
        suspend(__sel4runtime_env.tcb);
    }
    suspend_by_search();
    for (;;) {
        seL4_Yield();
    }
}
