/* The runner of check.h: cases one after the other, each in a fresh worker thread.
 *
 * Invariant: whatever a case does to its own objects, the runner's few objects come from another
 * untyped, so that it can always clean up and go on.
 */
#include "check.h"
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { from_watchdog = 1, from_worker = 2, from_worker_fault = 3, from_failure = 4 };

extern const struct behaviour __start_behaviours[], __stop_behaviours[];

seL4_BootInfo *boot_info;
word pool, park_ntfn;
word next_slot;
static word first_slot, kept_memory, supervisor;
static word worker_done, worker_fault, watchdog_says, failure_says, settle_go, settle_done;
static const struct behaviour *volatile current;
static char failure_text[512];
static char worker_stack[65536] __attribute__((aligned(16)));
static char watchdog_stack[4096] __attribute__((aligned(16)));
static char settler_stack[4096] __attribute__((aligned(16)));

void fail(const char *file, int line, const char *format, ...) {
    const char *base = strrchr(file, '/');
    int n = snprintf(failure_text, sizeof failure_text, "%s:%d: ", base ? base + 1 : file, line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure_text + n, sizeof failure_text - n, format, arguments);
    va_end(arguments);
    signal_runner(failure_says);
    park();
}

void signal_runner(word badge_cap) { sys(seL4_SysSend, badge_cap, INFO(0, 0, 0), 0); }

void check_equal(word actual, word expected, const char *file, int line) {
    if (!HOLDS(actual == expected)) {
        fail(file, line, "%#lx, expected %#lx", actual, expected);
    }
}

static bool same_answer(const struct answer *a, const struct answer *b) {
    bool same = a->label == b->label && a->length == b->length;
    for (word i = 0; same && i < b->length && i < 5; i++) {
        same = a->mr[i] == b->mr[i];
    }
    return same;
}

void check_answer(struct answer seen, struct answer expected, const char *file, int line) {
    if (!HOLDS(same_answer(&seen, &expected))) {
        fail(file, line,
             "answer %lu of %lu words (%#lx %#lx %#lx), expected %lu of %lu (%#lx %#lx %#lx)",
             seen.label, seen.length, seen.mr[0], seen.mr[1], seen.mr[2], expected.label,
             expected.length, expected.mr[0], expected.mr[1], expected.mr[2]);
    }
}

void settle(void) {
    signal(settle_go);
    receive(settle_done);
}

void park(void) {
    for (;;) {
        receive(park_ntfn);
    }
}

static void worker_main(void) {
    current->run();
    signal_runner(worker_done);
    park();
}

static void watchdog_main(void) {
    for (;;) {
        signal_runner(watchdog_says);
    }
}

static void settler_main(void) {
    for (;;) {
        receive(settle_go);
        signal(settle_done);
    }
}

static word own_fs_base(void) {
    word base;
    __asm__("movq %%fs:0, %0" : "=r"(base));
    return base;
}

/* A thread of the runner; the worker shares the runner's TLS and IPC buffer, which sleeps
 * meanwhile. */
static word run_thread(word memory, void (*entry)(void), char *stack_top, word priority,
                       bool worker) {
    word tcb = make_from(memory, seL4_TCBObject, 0);
    seL4_UserContext registers = {.rip = (word)entry,
                                  .rsp = (word)stack_top - 8,
                                  .rflags = 0x202,
                                  .fs_base = worker ? own_fs_base() : 0};
    seL4_TCB_Configure(tcb, worker ? worker_fault : 0, OWN_CNODE, 0, OWN_VSPACE, 0,
                       worker ? (word)boot_info->ipcBuffer : 0,
                       worker ? seL4_CapInitThreadIPCBuffer : 0);
    seL4_TCB_SetSchedParams(tcb, OWN_TCB, 255, priority);
    seL4_DebugNameThread(tcb, worker ? "worker" : "runner's");
    set_registers(tcb, true, &registers);
    return tcb;
}

/* The smallest untyped of RAM that holds the pool and the runner's objects. */
static word choose_memory(void) {
    int best = -1, count = boot_info->untyped.end - boot_info->untyped.start;
    for (int i = 0; i < count; i++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[i];
        if (!u->isDevice && u->sizeBits >= 25 &&
            (best < 0 || u->sizeBits < boot_info->untypedList[best].sizeBits)) {
            best = i;
        }
    }
    return boot_info->untyped.start + best;
}

static void set_up(void) {
    boot_info = platsupport_get_bootinfo();
    next_slot = 0x800; /* above all badges that cases use */
    if (next_slot < boot_info->empty.start) {
        next_slot = boot_info->empty.start;
    }
    word memory = choose_memory();
    pool = make_from(memory, seL4_UntypedObject, 24);
    kept_memory = make_from(memory, seL4_UntypedObject, 16);
    supervisor = make_from(kept_memory, seL4_EndpointObject, 0);
    park_ntfn = make_from(kept_memory, seL4_NotificationObject, 0);
    settle_go = make_from(kept_memory, seL4_NotificationObject, 0);
    settle_done = make_from(kept_memory, seL4_NotificationObject, 0);
    watchdog_says = badged(supervisor, from_watchdog);
    worker_done = badged(supervisor, from_worker);
    worker_fault = badged(supervisor, from_worker_fault);
    failure_says = badged(supervisor, from_failure);
    run_thread(kept_memory, settler_main, settler_stack + sizeof settler_stack, 2, false);
    run_thread(kept_memory, watchdog_main, watchdog_stack + sizeof watchdog_stack, 1, false);
    first_slot = next_slot;
}

static bool report(const struct behaviour *b, const struct message *m) {
    switch (m->cap) {
    case from_worker:
        printf("ok %s\n", b->name);
        return true;
    case from_failure:
        printf("not ok %s: %s\n", b->name, failure_text);
        return false;
    case from_worker_fault:
        printf("not ok %s: the worker faults: type %lu at %#lx, %#lx %#lx %#lx\n", b->name,
               LABEL(m->info), m->mr[0], m->mr[1], m->mr[2], m->mr[3]);
        return false;
    default:
        printf("not ok %s: hangs: all threads wait\n", b->name);
        return false;
    }
}

static bool run_case(const struct behaviour *b) {
    current = b;
    threads_reset();
    boot_info->ipcBuffer->receiveCNode = 0;
    boot_info->ipcBuffer->receiveIndex = 0;
    boot_info->ipcBuffer->receiveDepth = 0;
    run_thread(pool, worker_main, worker_stack + sizeof worker_stack, WORKER, true);
    struct message m = receive(supervisor);
    bool ok = report(b, &m);
    revoke(pool);
    for (word s = first_slot; s < next_slot; s++) {
        delete (s);
    }
    next_slot = first_slot;
    poll(settle_go);
    poll(settle_done);
    return ok;
}

int main(void) {
    unsigned count = 0, failed = 0;
    set_up();
    printf("\n");
    for (const struct behaviour *b = __start_behaviours; b < __stop_behaviours; b++) {
        failed += !run_case(b);
        count++;
    }
    printf("behaviours: %u ran, %u failed\n", count, failed);
    seL4_TCB_Suspend(OWN_TCB);
    return 0;
}
