/* The FPU, switched lazily: its registers move only when another thread really uses them.
 *
 * Invariants: the FPU's registers belong to fpu_owner, which may use them; everybody else's state
 * is in the TCB. CR0.TS is set exactly while the current thread is not the owner.
 */
#include "x86/x86.h"

#include "sched/sched.h"

#define MXCSR_INITIAL 0x1f80

HOT_DATA tcb_t *fpu_owner;
static alignas(16) uint8_t fresh_state[sizeof(((tcb_t *)0)->fpu)];

static void permit(void) { __asm__ volatile("clts"); }

static void forbid(void) { cr0_write(CR0_RUNNING | CR0_TS); }

static void save(tcb_t *tcb) { __asm__ volatile("fxsave64 %0" : "=m"(tcb->fpu)); }

void fpu_init(void) {
    uint32_t mxcsr = MXCSR_INITIAL;
    __asm__ volatile("fninit\n\tldmxcsr %1\n\tfxsave64 %0" : "=m"(fresh_state) : "m"(mxcsr));
    forbid();
}

void fpu_init_state(tcb_t *tcb) { __builtin_memcpy(tcb->fpu, fresh_state, sizeof(fresh_state)); }

void fpu_thread_switch(const tcb_t *from, const tcb_t *to) {
    if (to == fpu_owner)
        permit();
    else if (from == fpu_owner)
        forbid();
}

bool fpu_take(tcb_t *tcb) {
    if (tcb->flags & TCB_FLAG_FPU_DISABLED)
        return false;
    permit();
    if (fpu_owner != NULL)
        save(fpu_owner);
    __asm__ volatile("fxrstor64 %0" : : "m"(tcb->fpu));
    fpu_owner = tcb;
    return true;
}

void fpu_release(tcb_t *tcb) {
    if (fpu_owner == tcb) {
        permit();
        save(tcb);
        forbid();
        fpu_owner = NULL;
    }
}
