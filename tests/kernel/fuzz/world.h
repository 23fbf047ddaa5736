/* What the two files of the root task share: main.c, which keeps things going, and world.c, which
 * makes the worlds.
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

/* ---- world.c ---- */

/** Makes objects and threads, and lets the threads go. */
void make_world(void);
/** Changes a thread's priority and name, if its capability was kept. */
void disturb(word number);
/** Starts a thread afresh, if its capability was kept: then 1, else 0. */
word revive(word number);
/** If something of the CSpace was kept: makes the main CNode reachable again. */
bool mend(void);
/** The world ends: takes back what is not made from the pool. */
void take_controls_back(void);
