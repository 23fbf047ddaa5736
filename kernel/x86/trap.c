/* Sorts traps: who may trap where, and which handler a vector belongs to.
 *
 * The kernel itself never traps: an exception in kernel mode is a kernel bug. The one legal trap
 * from kernel mode is an interrupt that wakes the idle thread.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"
#include "x86/offsets.h"
#include "x86/x86.h"

#define VECTOR_NO_FPU 7

void handle_trap(struct registers *frame);

static bool is_interrupt(word_t vector) {
    return vector >= VECTOR_IRQ_BASE && vector < VECTOR_TRAP_FIRST;
}

static bool is_legal(const struct registers *frame) {
    bool from_user = (frame->cs & 3) == 3;
    return from_user || (current_thread == idle_thread &&
                         (is_interrupt(frame->entry) || frame->entry == VECTOR_SPURIOUS));
}

/** Called by entry.S with the interrupted registers, which lie in the current thread. */
void handle_trap(struct registers *frame) {
    unsigned vector = (unsigned)frame->entry;
    if (!is_legal(frame))
        panic_exception(vector, frame);
    if (current_thread != idle_thread)
        frame->cs = SEL_USER_CODE; /* sysret loads another selector of the same kind */
    if (is_interrupt(vector))
        handle_interrupt(vector);
    else if (vector != VECTOR_NO_FPU || !fpu_take(current_thread))
        handle_user_trap(vector, frame->error);
    debug_after_entry();
}
