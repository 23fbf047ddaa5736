/* What the files of the root task share: main.c, which keeps things going, world.c, which makes the
 * worlds, clock.c and console.c.
 */
#pragma once

#include "fuzz.h"

#define OWN_TCB    seL4_CapInitThreadTCB
#define OWN_CNODE  seL4_CapInitThreadCNode
#define OWN_VSPACE seL4_CapInitThreadVSpace
#define ASID_POOL  seL4_CapInitThreadASIDPool

/* ---- main.c ---- */

extern seL4_BootInfo *info;
extern word pool, device; /* what worlds are made from */
word root_below(word limit);
bool root_chance(word percent);
/** Ends the run if it does not hold. */
void must(bool holds, const char *what);
/** Slots of our own, until the world ends. */
word slots(word count);
/** New objects, and capabilities derived from ours, in new slots of our own. */
word make_from(word untyped, word type, word bits);
word make(word type, word bits);
word mint(word source, word data);
word copy(word source);
word calls_made(void);

/* ---- clock.c ---- */

extern word clock_handler;
/** The clock will signal this, at a speed that set_clock() decides. */
void start_clocks(word notification);
/** Takes lines and ports anew if the last world has revoked them; false if that cannot be done. */
bool mend_clocks(void);
/** @p period: of 1,193,182 a second. */
void set_clock(word period);
/** The threads' clock may interrupt again. */
void let_alarm_ring(void);

/* ---- console.c ---- */

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** False also if the kernel does not tell; types are the numbers of DebugCapIdentify. */
bool is_type(word slot, word type);
void name_thread(word tcb);
/** Has the kernel print all that it can, now and then. */
void dump_sometimes(void);

/* ---- world.c ---- */

/** Makes objects and threads, and lets the threads go. */
void make_world(void);
/** The world can take lines and ports away from the root task. */
extern bool controls_given;
/** Changes a thread's priority and name, if its capability was kept. */
void disturb(word number);
/** Starts a thread afresh, if its capability was kept: then 1, else 0. */
word revive(word number);
/** If something of the CSpace was kept: makes the main CNode reachable again. */
bool mend(void);
/** The world ends: takes back what is not made from the pool. */
void take_controls_back(void);
