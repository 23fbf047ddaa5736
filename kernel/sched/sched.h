/* Which thread runs: 256 FIFO ready queues, one candidate a kernel entry, time slices.
 *
 * During a kernel entry wake-ups only note a candidate; the decision falls once, in schedule(), at
 * exit. Invariant: the current thread is in no ready queue.
 */
#pragma once

#include "object/tcb.h"

extern tcb_t *current_thread;
extern tcb_t *idle_thread;

void sched_init(void);
/** Changes a thread's state; a current thread that can no longer run causes a reschedule. */
void thread_set_state(tcb_t *tcb, enum thread_state state);
/** A woken thread may deserve the CPU at exit (sheet 9.3). It must be runnable and in no queue. */
void sched_wake(tcb_t *tcb);
/** Forces a plain choice of the highest ready thread at exit. */
void sched_reschedule(void);
/** Puts a runnable thread at the head / tail of its ready queue; nothing if it is already in one.
 */
void ready_enqueue(tcb_t *tcb);
void ready_append(tcb_t *tcb);
/** Takes a thread out of its ready queue; nothing if it is in none. */
void ready_remove(tcb_t *tcb);
bool ready_contains(const tcb_t *tcb);
/** Highest priority with a ready thread in the current domain, -1 if none. */
int ready_highest(void);

/** Decides who runs and makes it the current thread, restarted if need be. Called once at kernel
 * exit. */
void schedule(void);
/** Cancels what the thread waits for and stops it. */
void thread_suspend(tcb_t *tcb);
/** Lets a stopped thread run again from its restart IP. */
void thread_restart(tcb_t *tcb);
void thread_set_priority(tcb_t *tcb, uint8_t priority);
void thread_yield(void);
/** One timer tick passed for the current thread and the current domain. */
void sched_tick(void);

/* domain.c */

extern uint8_t current_domain;
void thread_set_domain(tcb_t *tcb, uint8_t domain);
/** True when the current domain's turn has ended. */
bool domain_tick(void);
/** Goes on to the next entry of the schedule. */
void domain_next(void);
outcome_t domain_configure(word_t index, word_t domain, word_t duration);
outcome_t domain_start(word_t index);
