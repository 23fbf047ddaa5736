/* The decision who runs next.
 *
 * A kernel entry ends in one of three ways, noted in `exit`: the current thread goes on (no
 * candidate), one woken thread is the candidate for a direct switch, or the highest ready thread is
 * to be chosen afresh. A second wake-up turns the second into the third: with several newcomers
 * only the queues know who is first. The outcomes are those of the ABI sheet, 9.3.
 */
#include "sched/sched.h"

#include "boot/boot.h"
#include "debug/debug.h"
#include "object/object.h"
#include "x86/x86.h"

HOT_DATA tcb_t *current_thread;
tcb_t *idle_thread;

static HOT_DATA struct {
    bool choose;      /* decide by the queues alone */
    tcb_t *candidate; /* otherwise: may take over directly; NULL: the current thread goes on */
} next;

void sched_reschedule(void) {
    if (next.candidate != NULL)
        ready_enqueue(next.candidate);
    next.candidate = NULL;
    next.choose = true;
}

void sched_wake(tcb_t *tcb) {
    if (tcb->domain != domain_now()) {
        ready_enqueue(tcb);
    } else if (next.choose || next.candidate != NULL) {
        sched_reschedule();
        ready_enqueue(tcb);
    } else {
        next.candidate = tcb;
    }
}

void thread_set_state(tcb_t *tcb, enum thread_state state) {
    tcb->state = state;
    if (tcb == current_thread && next.candidate == NULL && !tcb_is_runnable(tcb))
        sched_reschedule();
}

void thread_run(tcb_t *from, tcb_t *to) {
    vspace_switch(to);
    cpu_save_bases(from);
    cpu_load_bases(to);
    cpu_set_trap_stack(to);
    fpu_thread_switch(from, to);
    current_thread = to;
}

static void thread_switch(tcb_t *tcb) {
    ready_remove(tcb);
    if (tcb != current_thread)
        thread_run(current_thread, tcb);
    else
        vspace_switch(tcb); /* it may have changed its own */
}

/* ---- the decision ---- */

static void choose(void) {
    if (CONFIG_NUM_DOMAINS > 1)
        domain_next_if_over();
    int priority = ready_highest();
    if (priority < 0 && machine.idle_exit && !ready_any() && !irq_may_wake())
        debug_all_idle();
    thread_switch(priority >= 0 ? ready_first(priority) : idle_thread);
}

/* The candidate against the current thread, which is in its queue if it can still run. */
static bool candidate_wins(const tcb_t *candidate, bool current_runs) {
    if (current_thread == idle_thread || candidate->priority < current_thread->priority)
        return candidate->priority >= ready_highest();
    return candidate->priority > current_thread->priority || !current_runs;
}

/* A restarted thread repeats the instruction that entered the kernel. */
static void activate(tcb_t *tcb) {
    if (tcb->state == state_restart) {
        tcb->regs.rip = tcb->restart_ip;
        tcb->state = state_running;
    }
    kassert(tcb->state == state_running || tcb == idle_thread);
}

void schedule(void) {
    if (next.choose || next.candidate != NULL) {
        bool current_runs = tcb_is_runnable(current_thread);
        if (current_runs)
            ready_enqueue(current_thread);
        tcb_t *candidate = next.candidate;
        next.candidate = NULL;
        next.choose = false;
        if (candidate == NULL) {
            choose();
        } else if (candidate_wins(candidate, current_runs)) {
            thread_switch(candidate);
        } else {
            if (current_runs && candidate->priority == current_thread->priority)
                ready_append(candidate);
            else
                ready_enqueue(candidate);
            choose();
        }
    }
    activate(current_thread);
}

void sched_tick(void) {
    tcb_t *tcb = current_thread;
    if (tcb->state == state_running) {
        if (tcb->time_slice > 1) {
            tcb->time_slice--;
        } else {
            trace(slice, tcb);
            tcb->time_slice = CONFIG_TIME_SLICE;
            ready_append(tcb);
            sched_reschedule();
        }
    }
    if (CONFIG_NUM_DOMAINS > 1 && domain_tick())
        sched_reschedule();
    if (machine.ticks > 0 && --machine.ticks == 0)
        machine_stop(STOP_TICKS);
}

/* ---- boot, and the thread that runs when no other can ---- */

static void __attribute__((noreturn, naked)) idle_loop(void) {
    __asm__ volatile("1: sti\n\thlt\n\tjmp 1b");
}

/* A TCB like any other, but it runs in kernel mode, and no queue or capability ever has it. */
static void idle_init(void) {
    static alignas(BIT(TCB_OBJECT_BITS)) char object[BIT(TCB_OBJECT_BITS)];
    idle_thread = tcb_create(object);
    idle_thread->state = state_idle;
    idle_thread->restart_ip = (word_t)idle_loop;
    idle_thread->regs.rip = (word_t)idle_loop;
    idle_thread->regs.cs = SEL_KERNEL_CODE;
    idle_thread->regs.ss = SEL_KERNEL_DATA;
    idle_thread->regs.rflags = RFLAGS_USER;
    idle_thread->regs.entry = ENTRY_FULL;
    debug_thread_name(idle_thread, "idle_thread");
}

void sched_start(tcb_t *first) {
    idle_init();
    current_thread = idle_thread;
    thread_set_state(first, state_running);
    thread_switch(first);
}
