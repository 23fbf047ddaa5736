/* The thread control block: everything the kernel knows about a thread.
 *
 * A TCB object is 2 KiB. Its first kilobyte holds five capability slots and (debug kernels) the
 * name; struct tcb fills the second, and its address is what names a thread everywhere in the
 * kernel. Invariants: a thread is in a ready queue exactly if its state is running or restart and
 * it is not the current thread; it is in the queue of an object exactly if its state says so.
 */
#pragma once

#include "cap/cap.h"
#include "config.h"

#define TCB_OBJECT_BITS 11
#define TCB_STRUCT_BITS 10 /* struct tcb starts at this offset of the object */
#define TCB_NAME_BYTES  848

enum tcb_slot { tcb_cspace, tcb_vspace, tcb_reply, tcb_caller, tcb_buffer, tcb_slot_count };

/* Saved by entry.S in this order, lowest address first; the tail from `error` on is the frame that
 * the CPU pushes on an interrupt: the interrupt stack ends at the end of this struct, so a trap
 * saves straight into the thread. Offsets are checked in entry.S's header (x86/offsets). */
struct registers {
    word_t fs_base, gs_base;
    word_t r15, r14, r13, r12, r11, r10, r9, r8;
    word_t rdi, rsi, rbp, rdx, rcx, rbx, rax;
    word_t entry; /* vector of the trap, or ENTRY_SYSCALL: decides how the thread is returned to */
    word_t error; /* error code of the trap */
    word_t rip, cs, rflags, rsp, ss;
};
static_assert(sizeof(struct registers) == 192, "entry.S depends on it; its end must be 16-aligned");

/* Entered by `syscall`: returned to by sysret, so rcx, r11 and rsp are not restored (sheet 3.2). */
#define ENTRY_SYSCALL (~0ul)
/* Not a vector: it has never run, or its registers were written. Every register is restored. */
#define ENTRY_FULL 0x100ul

enum thread_state {
    state_inactive,
    state_running,
    state_restart, /* to run again from restart_ip, which repeats the interrupted system call */
    state_blocked_on_receive,
    state_blocked_on_send,
    state_blocked_on_reply,
    state_blocked_on_notification,
    state_idle,
};

struct endpoint;
struct notification;

typedef struct tcb {
    struct registers regs;
    alignas(16) uint8_t fpu[512]; /* FXSAVE image, current unless this thread owns the FPU */

    enum thread_state state;
    struct { /* while blocked: on what, and how a blocked sender would send */
        void *object;
        word_t badge;
        uint8_t rights; /* of the capability that was used */
        bool is_call;
    } wait;
    word_t restart_ip; /* the instruction that entered the kernel */

    struct fault fault; /* what it waits to have handled; type fault_none otherwise */
    cptr_t fault_handler;
    word_t buffer_offset; /* where in its frame the IPC buffer begins */
    struct notification *bound;

    uint8_t priority, mcp, domain, flags, time_slice;

    struct tcb *ready_next, *ready_prev; /* ready queue of its priority */
    struct tcb *queue_next, *queue_prev; /* queue of the object it waits on */
    struct tcb *all_next, *all_prev;     /* debug: every thread, newest first */
} tcb_t;
static_assert(sizeof(tcb_t) <= BIT(TCB_STRUCT_BITS), "a TCB object holds slots, name and struct");

#define TCB_FLAG_FPU_DISABLED 1

static inline slot_t *tcb_slot(const tcb_t *tcb, enum tcb_slot which) {
    return (slot_t *)ALIGN_DOWN(tcb, TCB_OBJECT_BITS) + which;
}
static inline tcb_t *tcb_of_object(void *object) {
    return (tcb_t *)((char *)object + BIT(TCB_STRUCT_BITS));
}
static inline void *tcb_object(const tcb_t *tcb) {
    return (void *)ALIGN_DOWN(tcb, TCB_OBJECT_BITS);
}
/** The thread's debug name, NUL-terminated (debug kernels). */
static inline char *tcb_name(const tcb_t *tcb) {
    return (char *)tcb_slot(tcb, tcb_slot_count) + 16;
}
static inline bool tcb_is_runnable(const tcb_t *tcb) {
    return tcb->state == state_running || tcb->state == state_restart;
}
/** In the queue of an endpoint or a notification, which is its wait.object. */
static inline bool tcb_waits_in_queue(const tcb_t *tcb) {
    return tcb->state == state_blocked_on_receive || tcb->state == state_blocked_on_send ||
           tcb->state == state_blocked_on_notification;
}
static inline bool tcb_is_stopped(const tcb_t *tcb) /* what Resume can restart */
{
    return tcb->state == state_inactive ||
           (tcb->state >= state_blocked_on_receive && tcb->state <= state_blocked_on_notification);
}

/* The four message registers that travel in CPU registers. */
#define MESSAGE_REGISTERS 4
static inline word_t *tcb_message_register(tcb_t *tcb, unsigned i) {
    static const uint8_t offsets[MESSAGE_REGISTERS] = {
        offsetof(tcb_t, regs.r10), offsetof(tcb_t, regs.r8), offsetof(tcb_t, regs.r9),
        offsetof(tcb_t, regs.r15)};
    return (word_t *)((char *)tcb + offsets[i]);
}
