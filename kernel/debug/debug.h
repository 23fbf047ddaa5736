/* What a debug kernel says: console text, user-error lines, panics, state dumps and the trace.
 *
 * A release kernel has nothing of this folder but its headers: the functions are empty here, so
 * that neither their code nor their texts are linked, and a panic halts silently.
 */
#pragma once

#include "config.h"
#include "object/tcb.h"

#define STOP_IDLE   0x10 /* what the debug exit port is told: nothing can run any more */
#define STOP_HALT   0x11 /* stopped for another reason */
#define STOP_TICKS  0x12 /* as many ticks have passed as the command line gives */
#define STOP_OUTPUT 0x13 /* as much has been printed as it gives */
/** Ends the machine: leaves QEMU when idle=exit, else halts for ever (x86/cpu.c). */
_Noreturn void machine_stop(uint32_t status);

#if DEBUG_BUILD

extern bool trace_on;

/* ---- panic.c ---- */

/** A kernel bug: says where and why, then stops the machine. */
#define panic(why) panic_at(__FILE__, __LINE__, __func__, why)
_Noreturn void panic_at(const char *file, unsigned line, const char *function, const char *why);
/** States what the kernel relies on; false is a kernel bug. */
#define kassert(expression)                                                                        \
    ((expression) ? (void)0 : assert_failed(__FILE__, __LINE__, __func__, #expression))
_Noreturn void assert_failed(const char *file, unsigned line, const char *function,
                             const char *expression);
/** An exception while in kernel mode (sheet 12.5). */
_Noreturn void panic_exception(unsigned vector, const struct registers *frame);
/** The end of the text of a deliberate halt (sheet 12.7), then the machine stops. */
_Noreturn void debug_halt(int64_t syscall_number);

/* ---- console.c ---- */

/** printf to the serial line: %s %c %d %u %x, with l, and %p; width, precision, '-' and '0'. */
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** One line on the console for a user's mistake (sheet 12.3). */
#define user_error(...) user_error_at(__func__, __LINE__, __VA_ARGS__)
void user_error_at(const char *function, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** @p fault of @p tcb found no handler because of @p second (fault_report.c; sheet 7.9). */
void fault_report(const tcb_t *tcb, const struct fault *fault, const struct fault *second);

/* ---- threads.c: the list of all threads ---- */

/** A new thread, whose name so far says who made it. */
void debug_thread_add(tcb_t *tcb);
void debug_thread_remove(tcb_t *tcb);
/** Sets the thread's name, cut to what fits. */
void debug_thread_name(tcb_t *tcb, const char *name);
tcb_t *debug_threads(void);       /* newest first, by all_next */
tcb_t *debug_oldest_thread(void); /* the other end, by all_prev */
/** The object that a thread waits on, or the thread that can answer it; NULL if there is none. */
const void *debug_waits_on(const tcb_t *tcb);
const char *thread_state_name(enum thread_state state);
void debug_dump_scheduler(void);
/** Lists every thread and what it holds. */
void debug_snapshot(void);
/** idle=exit: nothing can run any more. Says who waits for what and ends the machine. */
_Noreturn void debug_all_idle(void);

/* ---- debug_syscall.c ---- */

/** The system calls of debug kernels; false if @p number is none of them. */
bool debug_syscall(tcb_t *tcb, int64_t number);

/* ---- exam.c ---- */

struct invocation;
/** Asks the next question, or looks at a capability. False for any other label. */
bool exam_invoke(struct invocation *inv);

/* ---- the invariants ---- */

/** Panics if an invariant of the kernel does not hold. It is in tests/kernel/invariants: NULL if
 * that was not there when the kernel was built. */
void check_invariants(void) __attribute__((weak));
/** The last thing in every kernel entry: with check=N, checks the invariants every N times. */
void debug_after_entry(void);

#else

#define panic(why)                       machine_stop(STOP_HALT)
#define kassert(expression)              ((void)sizeof(expression))
#define panic_exception(vector, frame)   machine_stop(STOP_HALT)
#define debug_all_idle()                 machine_stop(STOP_IDLE)
#define fault_report(tcb, fault, second) ((void)(fault))
static inline void __attribute__((format(printf, 1, 2))) kprintf(const char *format, ...) {}
static inline void __attribute__((format(printf, 1, 2))) user_error(const char *format, ...) {}
static inline void debug_thread_add(tcb_t *tcb) {}
static inline void debug_thread_remove(tcb_t *tcb) {}
static inline void debug_thread_name(tcb_t *tcb, const char *name) {}
#define debug_syscall(tcb, number)       false
#define exam_invoke(inv)                 false
#define trace_on                         false
#define check_invariants                 NULL
static inline void debug_after_entry(void) {}

#endif

/** `return refuse(fail_illegal(), "why %u", n);` says on the console why. */
#define refuse(failure, ...) (user_error(__VA_ARGS__), (failure))

#include "debug/trace.h"
