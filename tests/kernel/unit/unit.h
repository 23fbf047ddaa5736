/* What the unit tests share: checks, a little world of slots and objects, and the fakes' records.
 *
 * Invariant: every test runs in a process of its own, so the world starts empty.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "cap/cap.h"
#include "object/object.h"
#include "sched/sched.h"

#define TEST(name)                                                                                 \
    static void test_##name(void);                                                                 \
    __attribute__((constructor)) static void add_##name(void) { unit_add(#name, test_##name); }    \
    static void test_##name(void)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

void unit_add(const char *name, void (*run)(void));

/* Capabilities as the kernel gets them from other places: by Retype and Mint. */
static inline cap_t cap_endpoint_new(const void *endpoint, word_t badge, word_t rights) {
    return cap_new(cap_endpoint, endpoint, rights, badge);
}
static inline cap_t cap_notification_new(const void *notification, word_t badge, word_t rights) {
    return cap_new(cap_notification, notification, rights & (RIGHT_READ | RIGHT_WRITE), badge);
}
static inline cap_t cap_thread_new(const void *tcb) { return cap_new(cap_thread, tcb, 0, 0); }
static inline cap_t cap_frame_new(const void *base, enum frame_size size, word_t rights,
                                  bool device) {
    word_t small = (rights & (RIGHT_READ | RIGHT_WRITE)) | (word_t)size << 4 | (word_t)device << 6;
    return cap_new(cap_frame, base, small, 0);
}

/** Memory whose start is aligned to its size, zeroed; stays for the whole test. */
void *unit_memory(unsigned bits);
/** The slot of an untyped of 2^24 bytes of real memory. */
slot_t *unit_untyped(void);
/** Retypes one object into @p dest, a child of @p untyped. */
void unit_create(slot_t *untyped, slot_t *dest, enum object_type type, word_t size_bits);
/** Every slot of the list that @p slot is in points back at its neighbours, and no list is endless.
 */
void unit_check_list(const slot_t *slot);
/** A repeatable pseudo-random number below @p limit. */
unsigned unit_random(unsigned limit);
void unit_seed(uint64_t seed);

/** Reads the last error: its code and first two words must be these. */
#define CHECK_ERROR(expected_code, word0, word1)                                                   \
    do {                                                                                           \
        const word_t *words_ = current_error.words;                                                \
        CHECK(current_error.code == (expected_code));                                              \
        CHECK(words_[0] == (word_t)(word0) && words_[1] == (word_t)(word1));                       \
    } while (0)

/* What the fakes were asked, and what they answer. */
extern struct unit_calls {
    unsigned endpoints, threads, irqs, ports; /* destroyed for good */
} unit_calls;
extern bool unit_interrupt; /* what apic_interrupt_pending() says */
