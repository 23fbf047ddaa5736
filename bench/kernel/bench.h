/* What every measurement of the kernel uses: objects, threads, and a clock that counts.
 *
 * Under `-icount shift=0` the time stamp counter advances by one for each instruction, so a
 * difference of two readings is a number of instructions, the same in every run. Each figure is the
 * least of many, less the cost of reading the clock itself.
 */
#pragma once

#include <sel4/sel4.h>
#include <stdio.h>

#define ROUNDS 64

static inline seL4_Word now(void) {
    unsigned low, high;
    __asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
    return low | ((seL4_Word)high << 32);
}

/** What two readings with nothing between them differ by. */
seL4_Word clock_cost(void);

/** Prints the least cost of @p work over ROUNDS rounds; @p undo follows each, uncounted. */
#define MEASURE(name, work, undo)                                                                  \
    do {                                                                                           \
        seL4_Word least = ~0ul;                                                                    \
        for (int round = 0; round < ROUNDS; round++) {                                             \
            seL4_Word start = now();                                                               \
            work;                                                                                  \
            seL4_Word cost = now() - start - clock_cost();                                         \
            least = cost < least ? cost : least;                                                   \
            undo;                                                                                  \
        }                                                                                          \
        report(name, least);                                                                       \
    } while (0)

/** Prints one figure. */
void report(const char *name, seL4_Word figure);

/** A new object's capability; stops the benchmark if there is no memory. */
seL4_CPtr make(seL4_Word type, seL4_Word size_bits);
/** An untyped of this size. */
seL4_CPtr make_untyped(seL4_Word size_bits);
/** A free slot of the root CNode. */
seL4_CPtr free_slot(void);
/** A copy of a capability in a new slot. */
seL4_CPtr copy(seL4_CPtr cap, seL4_Word badge);
/** Stops the benchmark with a message unless @p error is 0. */
void check(int error, const char *what);

/** A thread at @p priority in the address space @p vspace that runs @p entry(argument), without
 *  thread-local storage; it has an IPC buffer. Runs at once if its priority is above the caller's.
 */
seL4_CPtr start_thread(void (*entry)(seL4_Word), seL4_Word argument, seL4_Word priority,
                       seL4_CPtr vspace);
/** As start_thread(), in this address space, with a fault handler. */
seL4_CPtr start_faulter(void (*entry)(seL4_Word), seL4_Word argument, seL4_Word priority,
                        seL4_CPtr fault_endpoint);
/** An address space that shows all pages of this program at the same addresses. */
seL4_CPtr copy_of_vspace(void);
