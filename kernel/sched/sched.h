/* Which thread runs: 256 FIFO ready queues, one candidate a kernel entry, time slices.
 *
 * During a kernel entry wake-ups only note a candidate; the decision falls once, in schedule(), at
 * exit. Invariant: the current thread is in no ready queue.
 */
#pragma once

#include "object/tcb.h"

extern tcb_t *current_thread;
extern tcb_t *idle_thread;

/** Boot: makes the idle thread, and @p first the current one, which return_to_user() enters. */
void sched_start(tcb_t *first);
/** Decides who runs and makes it the current thread, restarted if need be: once, at kernel exit. */
void schedule(void);
/** One timer tick passed for the current thread and the current domain. */
void sched_tick(void);
/** A woken thread may deserve the CPU at exit (sheet 9.3). It must be runnable and in no queue. */
void sched_wake(tcb_t *tcb);
/** Forces a plain choice of the highest ready thread at exit. */
void sched_reschedule(void);
/** Changes a thread's state; a current thread that can no longer run causes a reschedule. */
void thread_set_state(tcb_t *tcb, enum thread_state state);
/** Makes @p to the current thread instead of @p from, at once; it must be running and in no ready
 *  queue, and the old one blocked or queued. */
void thread_run(tcb_t *from, tcb_t *to);

/* ready.c */

static inline bool ready_contains(const tcb_t *tcb) { return tcb->ready_next != NULL; }
/** Puts a runnable thread at the head / tail of its ready queue, unless it is already in one. */
void ready_enqueue(tcb_t *tcb);
void ready_append(tcb_t *tcb);
/** Takes a thread out of its ready queue; nothing if it is in none. */
void ready_remove(tcb_t *tcb);
/** First thread of a ready queue of the current domain. */
tcb_t *ready_first(int priority);
/** True if any domain has a ready thread. */
bool ready_any(void);
/** Highest priority with a ready thread in the current domain, -1 if none. */
int ready_highest(void);

/* thread.c */

/** Cancels what the thread waits for and stops it. */
void thread_suspend(tcb_t *tcb);
/** Lets a stopped thread run again from its restart IP. */
void thread_restart(tcb_t *tcb);
void thread_set_priority(tcb_t *tcb, uint8_t priority);
void thread_set_domain(tcb_t *tcb, uint8_t domain);
void thread_yield(void);

/* domain.c */

#define DOMAIN_LAST_ENTRY   (CONFIG_NUM_DOMAIN_SCHEDULES - 1) /* always an end marker */
#define DOMAIN_LONGEST_TURN MASK(56)
extern uint8_t current_domain;
/** The same, known to the compiler where there is only one. */
static inline unsigned domain_now(void) { return CONFIG_NUM_DOMAINS > 1 ? current_domain : 0; }
/** One tick of the current domain's turn is over; true when that was the last. */
bool domain_tick(void);
/** Begins the next turn if the current one is over. */
void domain_next_if_over(void);
/** Sets entry @p index (< DOMAIN_LAST_ENTRY) of the schedule.
 *  @retval FAILED InvalidArgument 2: the start entry may not become an end marker. */
outcome_t domain_configure(word_t index, word_t domain, word_t duration);
/** Starts the schedule afresh at entry @p index, at once.
 *  @retval FAILED InvalidArgument 0: the entry is an end marker. */
outcome_t domain_start(word_t index);
