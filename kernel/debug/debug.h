/* What a debug kernel says: console text, user-error lines, panics, state dumps and the trace
 * channel.
 *
 * Release kernels compile all of it away except panic, which then halts silently.
 */
#pragma once

#include "api/error.h"
#include "cap/cap.h"
#include "config.h"
#include "object/tcb.h"
#include "types.h"

/* ---- console.c ---- */

/** printf to the serial line: %s %c %d %u %x %lx %lu %ld %p with width, precision, '-' and '0';
 *  %p of null is (nil). */
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- panic.c ---- */

/** A kernel bug: says where and why, then stops the machine. */
#define panic(why) panic_at(__FILE__, __LINE__, __func__, why)
void panic_at(const char *file, unsigned line, const char *function, const char *why)
    __attribute__((noreturn));
void assert_failed(const char *file, unsigned line, const char *function, const char *expression)
    __attribute__((noreturn));
/** An exception while in kernel mode (sheet 12.5). */
void panic_exception(unsigned vector, const struct registers *frame) __attribute__((noreturn));
/** Ends the machine after a message: leaves QEMU when idle=exit, else halts for ever. @p status as
 * in the debug exit port: 0x10 idle, 0x11 halted. */
void machine_stop(uint32_t status) __attribute__((noreturn));

#if DEBUG_BUILD
#define kassert(expression)                                                                        \
    ((expression) ? (void)0 : assert_failed(__FILE__, __LINE__, __func__, #expression))
/** One line on the console for a user's mistake (sheet 12.3). */
#define user_error(...) user_error_at(__func__, __LINE__, __VA_ARGS__)
void user_error_at(const char *function, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#else
#define kassert(expression) ((void)sizeof(expression))
static inline void __attribute__((format(printf, 1, 2))) user_error(const char *format, ...)
{
    (void)format;
}
#endif

/* ---- threads.c: the list of all threads ---- */

void debug_thread_add(tcb_t *tcb);
void debug_thread_remove(tcb_t *tcb);
void debug_thread_name(tcb_t *tcb, const char *name);
tcb_t *debug_threads(void); /* newest first */
const char *thread_state_name(enum thread_state state);
void debug_dump_scheduler(void);
/** idle=exit: nothing can run any more. Says who waits for what and ends the machine. */
void debug_all_idle(void) __attribute__((noreturn));
void debug_snapshot(void);
/** The end of the text of a deliberate halt (sheet 12.7), then the machine stops. */
void debug_halt(int64_t syscall_number) __attribute__((noreturn));

#include "debug/trace.h"
