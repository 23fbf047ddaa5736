/* A tiny framework for root tasks that prove behaviours of the kernel, one case each.
 *
 * BEHAVIOUR("area: what is so") { … } defines a case. Each runs in a worker thread of its own with
 * fresh objects from `pool`, which is revoked afterwards, and ends in one line "ok NAME" or
 * "not ok NAME: file:line: what"; a fault of the worker or a hang is a failure of that case only.
 * Invariants: helper threads have no thread-local storage and use raw system calls; every slot that
 * slot() handed out is empty when the next case starts.
 *
 * Priorities: 255 the runner, 100 the worker (WORKER), 2 settle(), 1 the watchdog that sees hangs.
 */
#pragma once

#include <sel4/sel4.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The compiler leaves the FPU alone, so that its state is only what a case puts there. */
#pragma GCC target("general-regs-only")

typedef seL4_Word word;

seL4_BootInfo *platsupport_get_bootinfo(void);

enum {
    OWN_TCB = seL4_CapInitThreadTCB,
    OWN_CNODE = seL4_CapInitThreadCNode,
    OWN_VSPACE = seL4_CapInitThreadVSpace,
};
enum { LOW = 80, WORKER = 100, HIGH = 120 };
#define DEPTH 64 /* every slot of the root CNode is named with all bits */

/* ---- cases ---- */

struct behaviour {
    const char *name;
    void (*run)(void);
};
#define BEHAVIOUR_PASTE(a, b) a##b
#define BEHAVIOUR_NAMED(id, line)                                                                  \
    static void BEHAVIOUR_PASTE(behaviour_, line)(void);                                           \
    static const struct behaviour BEHAVIOUR_PASTE(entry_, line)                                    \
        __attribute__((used, section("behaviours"))) = {id, BEHAVIOUR_PASTE(behaviour_, line)};    \
    static void BEHAVIOUR_PASTE(behaviour_, line)(void)
#define BEHAVIOUR(id) BEHAVIOUR_NAMED(id, __LINE__)

/* ---- checks: the first that fails ends the case. RED turns them all round, to see them fail ----
 */

#ifdef RED
#define HOLDS(condition) (!(condition))
#else
#define HOLDS(condition) (condition)
#endif
void fail(const char *file, int line, const char *format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));
/** A thing that the case needs could not be had: never turned round. */
#define REQUIRE(condition)                                                                         \
    ((condition) ? (void)0 : fail(__FILE__, __LINE__, "cannot set up: %s", #condition))
#define CHECK(condition)                                                                           \
    (HOLDS(condition) ? (void)0 : fail(__FILE__, __LINE__, "not so: %s", #condition))
#define EQUAL(actual, expected) check_equal((word)(actual), (word)(expected), __FILE__, __LINE__)
void check_equal(word actual, word expected, const char *file, int line);

/* ---- raw system calls: rdi, rsi, r10, r8, r9, r15 in and out ---- */

struct message {
    word cap, info, mr[4];
};
#define INFO(label, caps, length) (((word)(label) << 12) | ((word)(caps) << 7) | (word)(length))
#define LABEL(info)               ((info) >> 12)
#define CAPS(info)                (((info) >> 7) & 3)
#define UNWRAPPED(info)           (((info) >> 9) & 7)
#define LENGTH(info)              ((info)&127)
/* What mr[i] holds before a system call that sends nothing: shows which registers it wrote. */
#define UNTOUCHED 0xe0

static inline void system_call(long number, struct message *m) {
    register word a __asm__("r10") = m->mr[0];
    register word b __asm__("r8") = m->mr[1];
    register word c __asm__("r9") = m->mr[2];
    register word d __asm__("r15") = m->mr[3];
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(m->cap), "+S"(m->info), "+r"(a), "+r"(b), "+r"(c), "+r"(d)
                     : "d"(number)
                     : "rbx", "rcx", "r11", "memory");
    m->mr[0] = a;
    m->mr[1] = b;
    m->mr[2] = c;
    m->mr[3] = d;
}

/** One system call with the message words @p first, @p first + 1, … in the registers. */
static inline struct message sys(long number, word cap, word info, word first) {
    struct message m = {cap, info, {first, first + 1, first + 2, first + 3}};
    system_call(number, &m);
    return m;
}
static inline struct message receive(word cap) { return sys(seL4_SysRecv, cap, 0, UNTOUCHED); }
static inline struct message poll(word cap) { return sys(seL4_SysNBRecv, cap, 0, UNTOUCHED); }
static inline void send(word cap, word info, word first) { sys(seL4_SysSend, cap, info, first); }
static inline void signal(word cap) { sys(seL4_SysSend, cap, 0, 0); }
static inline struct message call(word cap, word info, word first) {
    return sys(seL4_SysCall, cap, info, first);
}
static inline void reply(word info, word first) { sys(seL4_SysReply, 0, info, first); }
static inline void yield(void) { sys(seL4_SysYield, 0, 0, 0); }

/* ---- invocations, word by word, and what they answer ---- */

struct answer {
    word label, length, mr[5];
};
#define LIST(...)                                                                                  \
    (unsigned)(sizeof((word[]){0, ##__VA_ARGS__}) / sizeof(word)) - 1,                             \
        ((word[]){0, ##__VA_ARGS__}) + 1
#define WORDS(...) LIST(__VA_ARGS__)
#define WITH(...)  LIST(__VA_ARGS__) /* the extra capabilities */
/** invoke(cap, label, WORDS(…), WITH(…)) by Call. */
struct answer invoke(word cap, word label, unsigned words, const word *mr, unsigned caps,
                     const word *cap_list);
#define ANSWER(...)                                ((struct answer){__VA_ARGS__})
#define DONE                                       ANSWER(0, 0, {0})
#define RESULT(x)                                  ANSWER(0, 1, {x})
#define INVALID_ARGUMENT(n)                        ANSWER(1, 1, {n})
#define INVALID_CAP(n)                             ANSWER(2, 1, {n})
#define ILLEGAL                                    ANSWER(3, 0, {0})
#define OUT_OF_RANGE(a, b)                         ANSWER(4, 2, {a, b})
#define MISALIGNED                                 ANSWER(5, 0, {0})
#define INVALID_ROOT(source)                       ANSWER(6, 2, {source, 1})
#define MISSING(source, bits_left)                 ANSWER(6, 3, {source, 2, bits_left})
#define DEPTH_MISMATCH(source, left, found)        ANSWER(6, 4, {source, 3, left, found})
#define GUARD_MISMATCH(source, left, guard, found) ANSWER(6, 5, {source, 4, left, guard, found})
#define TRUNCATED                                  ANSWER(7, 0, {0})
#define DELETE_FIRST                               ANSWER(8, 0, {0})
#define REVOKE_FIRST                               ANSWER(9, 0, {0})
#define NO_MEMORY(bytes)                           ANSWER(10, 1, {bytes})
/** The answer is exactly this one: label, length and words. */
#define EXPECT(answer, ...) check_answer(answer, __VA_ARGS__, __FILE__, __LINE__)
void check_answer(struct answer seen, struct answer expected, const char *file, int line);

/* ---- objects of a case; all that fail to be made end it ---- */

extern seL4_BootInfo *boot_info;
extern word pool;      /* untyped memory, 2^24 bytes */
extern word park_ntfn; /* nobody ever signals it */

/** A free slot of the root CNode. */
word slot(void);
/** @p count slots in a row. */
word slots(unsigned count);
/** A new object in a new slot. */
word make(word type, word size_bits);
word make_from(word untyped, word type, word size_bits);
struct answer retype(word untyped, word type, word size_bits, word destination, word count);
word endpoint(void);
word notification(void);
/** A CNode of 2^@p radix slots whose guard makes it a 64-bit CSpace root. */
word cspace(word radix);
word copy(word source);
word mint(word source, word rights, word data);
word badged(word source, word badge);
struct answer copy_to(word cnode, word index, word depth, word source);
struct answer delete (word slot);
struct answer revoke(word slot);
word type_of(word slot);
/** A device untyped of at least 2^@p size_bits bytes. */
word device_untyped(word size_bits);
/** Cap of the frame behind an address of this program. */
word image_frame(const volatile void *address);

/* ---- helper threads ---- */

struct thread {
    word tcb, arg;
    void (*entry)(struct thread *self);
    seL4_IPCBuffer *buffer;
    char *stack_top;
    volatile word stage; /* how far it has come; the entry counts */
    volatile word done;  /* the entry has returned */
    volatile word seen[8];
    struct message got; /* for the entry's last message */
};
#define MAX_THREADS 8

/* For the threads made next in this case: the fault handler's cptr, the CSpace, whether they get an
 * IPC buffer. */
extern word thread_fault_handler, thread_cspace;
extern bool thread_has_buffer;
/** A thread of this address space, not yet running. */
struct thread *thread(void (*entry)(struct thread *), word arg, word priority);
struct thread *start(void (*entry)(struct thread *), word arg, word priority);
void resume(const struct thread *t);
void suspend(const struct thread *t);
seL4_UserContext registers_of(word tcb);
void set_registers(word tcb, bool resume, seL4_UserContext *registers);
void set_priority(word tcb, word priority);
void park(void) __attribute__((noreturn));
/** Lets all other threads run until nothing but the watchdog can. */
void settle(void);
/** Busy waits; false when the time (generous, in time stamps) ran out before *@p flag was set. */
bool wait_for(const volatile word *flag);
