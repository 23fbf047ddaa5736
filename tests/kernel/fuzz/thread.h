/* What the files of the fuzzer's threads share: find.c, invoke.c and thread.c. */
#pragma once

#include "fuzz.h"

/* ---- find.c: chance ---- */

word below(struct state *s, word limit);
bool chance(struct state *s, word percent);
#define ONE_OF(s, ...)                                                                             \
    ((const word[]){__VA_ARGS__})[below(s, sizeof((const word[]){__VA_ARGS__}) / sizeof(word))]
/** A number that is near some limit, or any. */
word wild(struct state *s);

/* ---- find.c: the system call ---- */

struct call {
    word cap, label, length, words[24];
    unsigned cap_count;
    word caps[3];
};

/** Makes system call @p number, once harmless() has looked at it. */
struct answer issue(struct state *s, long number, struct call *c);
/** One more system call of this thread; how many all have made, ever. */
void count_call(struct state *s);
word all_calls(void);

/* ---- find.c: capabilities, slots, addresses ---- */

enum { /* the numbers of DebugCapIdentify */
       t_any,
       t_frame,
       t_untyped,
       t_page_table,
       t_endpoint,
       t_page_directory,
       t_notification,
       t_pdpt,
       t_reply,
       t_pml4,
       t_cnode,
       t_asid_control,
       t_thread,
       t_asid_pool,
       t_irq_control,
       t_irq_handler = 16,
       t_io_port = 19,
       t_domain,
       t_io_port_control = 31,
};

/** Some capability address; most lead somewhere. */
word any_cptr(struct state *s);
word type_of(struct state *s, word cptr);
/** A capability of this type, often a usual one; 0, the empty slot, if a few tries find none. */
word find(struct state *s, word type);
/** The same, but rather one that threads have made. */
word find_any(struct state *s, word type);

/* A slot as CNode operations name it. */
struct place {
    word root, index, depth;
};

/** Some slot, mostly empty if it is for something new, else mostly not. */
struct place place(struct state *s, bool for_new);
/** Where something might be mapped. */
word address(struct state *s);

/* ---- invoke.c ---- */

/** One invocation of a kernel object, sensible or spoilt. */
void invoke_something(struct state *s);
/** Maps a page, takes the mapping away and goes there: must end in a fault. */
void map_and_unmap(struct state *s);
/** Puts CNodes and threads into each other, mostly in a ring, and drops all other capabilities to
 *  them: nobody reaches them any more, until their memory is revoked. */
void tangle(struct state *s);
