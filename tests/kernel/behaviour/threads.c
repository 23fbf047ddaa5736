/* Helper threads for the cases of check.h.
 *
 * Invariant: a helper has a stack and, unless told otherwise, an IPC buffer of its own, but no
 * thread-local storage: it must not touch the IPC buffer functions of libsel4.
 */
#include "check.h"
#include "internal.h"

#include <string.h>

#define STACK_BYTES 8192

word thread_fault_handler, thread_cspace;
bool thread_has_buffer;
static struct thread all[MAX_THREADS];
static unsigned used;
static char stacks[MAX_THREADS][STACK_BYTES] __attribute__((aligned(4096)));
static char buffers[MAX_THREADS][4096] __attribute__((aligned(4096)));

void threads_reset(void) {
    used = 0;
    thread_fault_handler = 0;
    thread_cspace = OWN_CNODE;
    thread_has_buffer = true;
}

static void helper_main(struct thread *self) {
    self->entry(self);
    self->done = 1;
    park();
}

struct thread *thread(void (*entry)(struct thread *), word arg, word priority) {
    REQUIRE(used < MAX_THREADS);
    struct thread *t = &all[used];
    memset(t, 0, sizeof *t);
    memset(buffers[used], 0, sizeof buffers[used]);
    t->entry = entry;
    t->arg = arg;
    t->buffer = (seL4_IPCBuffer *)buffers[used];
    t->stack_top = stacks[used] + STACK_BYTES;
    t->tcb = make(seL4_TCBObject, 0);
    used++;
    struct answer a =
        invoke(t->tcb, TCBConfigure,
               WORDS(thread_fault_handler, 0, 0, thread_has_buffer ? (word)t->buffer : 0),
               WITH(thread_cspace, OWN_VSPACE, image_frame(t->buffer)));
    REQUIRE(a.label == 0);
    a = invoke(t->tcb, TCBSetSchedParams, WORDS(255, priority), WITH(OWN_TCB));
    REQUIRE(a.label == 0);
    seL4_UserContext registers = {
        .rip = (word)helper_main, .rsp = (word)t->stack_top - 8, .rdi = (word)t, .rflags = 0x202};
    set_registers(t->tcb, false, &registers);
    return t;
}

struct thread *start(void (*entry)(struct thread *), word arg, word priority) {
    struct thread *t = thread(entry, arg, priority);
    resume(t);
    return t;
}

void resume(const struct thread *t) {
    REQUIRE(invoke(t->tcb, TCBResume, WORDS(), WITH()).label == 0);
}

void suspend(const struct thread *t) {
    REQUIRE(invoke(t->tcb, TCBSuspend, WORDS(), WITH()).label == 0);
}

seL4_UserContext registers_of(word tcb) {
    seL4_UserContext registers;
    REQUIRE(seL4_TCB_ReadRegisters(tcb, 0, 0, 20, &registers) == 0);
    return registers;
}

void set_registers(word tcb, bool resume_it, seL4_UserContext *registers) {
    REQUIRE(seL4_TCB_WriteRegisters(tcb, resume_it, 0, 20, registers) == 0);
}

void set_priority(word tcb, word priority) {
    REQUIRE(invoke(tcb, TCBSetPriority, WORDS(priority), WITH(OWN_TCB)).label == 0);
}

bool wait_for(const volatile word *flag) {
    word begin = __builtin_ia32_rdtsc();
    while (!*flag) {
        if (__builtin_ia32_rdtsc() - begin > 4000000000ul) {
            return false;
        }
    }
    return true;
}
