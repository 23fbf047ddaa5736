/* The FPU, switched lazily: its registers move only when another thread really uses them.
 *
 * Invariants: the FPU's registers belong to fpu_owner, everybody else's state is in the TCB;
 * CR0.TS is set exactly while the running thread may not touch them, and lazily_off mirrors it.
 */
#include "x86/x86.h"

#include "sched/sched.h"
#include "x86/registers.h"

#define MXCSR_INITIAL 0x1f80

tcb_t *fpu_owner;
static bool lazily_off;
static alignas(16) uint8_t fresh_state[sizeof(((tcb_t *)0)->fpu)];

static void set_lazily_off(bool off)
{
    if (off == lazily_off) {
        return;
    }
    lazily_off = off;
    if (off) {
        cr0_write(cr0_read() | CR0_TS);
    } else {
        __asm__ volatile("clts");
    }
}

void fpu_init(void)
{
    uint32_t mxcsr = MXCSR_INITIAL;
    __asm__ volatile("fninit\n\tldmxcsr %1\n\tfxsave64 %0" : "=m"(fresh_state) : "m"(mxcsr));
    set_lazily_off(true);
}

void fpu_init_state(tcb_t *tcb)
{
    __builtin_memcpy(tcb->fpu, fresh_state, sizeof(fresh_state));
}

static bool may_use(const tcb_t *tcb)
{
    return !(tcb->flags & TCB_FLAG_FPU_DISABLED);
}

void fpu_thread_switch(tcb_t *tcb)
{
    set_lazily_off(tcb != fpu_owner || !may_use(tcb));
}

bool fpu_take(tcb_t *tcb)
{
    if (!may_use(tcb)) {
        return false;
    }
    set_lazily_off(false);
    if (fpu_owner != tcb) {
        if (fpu_owner != NULL) {
            __asm__ volatile("fxsave64 %0" : "=m"(fpu_owner->fpu));
        }
        __asm__ volatile("fxrstor64 %0" : : "m"(tcb->fpu));
        fpu_owner = tcb;
    }
    return true;
}

void fpu_release(tcb_t *tcb)
{
    if (fpu_owner == tcb) {
        fpu_owner = NULL;
        set_lazily_off(true);
    }
}
