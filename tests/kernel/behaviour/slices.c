/* Time slices: how long a turn is, and that what is left of one is neither lost nor refilled.
 * Unchecked: a look at all objects takes part of the time that is measured.
 *
 * Two threads of one priority take turns while the worker waits. A thread knows that its turn is
 * new when time has made a leap; time is counted in instructions.
 */
#include "check.h"

#define MS    1000000ul
#define TICK  (2 * MS)
#define SLICE (10 * MS)
#define LEAP  (3 * MS)

static word now(void) { return __builtin_ia32_rdtsc(); }
static void pass(word time) {
    for (word end = now() + time; now() < end;) {
    }
}
/* Runs to the end of the turn; when it began again, or how long it was. */
static word to_next_turn(void) {
    for (word last = now();;) {
        word t = now();
        if (t - last > LEAP) {
            return t;
        }
        last = t;
    }
}
static word rest_of_turn(void) {
    word start = now();
    for (word last = start;;) {
        word t = now();
        if (t - last > LEAP) {
            return last - start;
        }
        last = t;
    }
}
static bool about(word time, word expected) {
    return time > expected - TICK && time < expected + TICK;
}

static void spin(struct thread *self) {
    (void)self;
    for (;;) {
    }
}
/* One thread is measured, another fills the turns between, and the worker waits for the end. */
static struct thread *measure(void (*what)(struct thread *), word arg) {
    word end = notification();
    struct thread *other = start(spin, 0, LOW), *t = thread(what, arg, LOW);
    REQUIRE(other);
    t->seen[7] = end;
    resume(t);
    receive(end);
    return t;
}

static void whole_turns(struct thread *self) {
    for (unsigned i = 0; i < 2; i++) {
        to_next_turn();
        self->seen[i] = rest_of_turn();
    }
    signal(self->seen[7]);
}

BEHAVIOUR("slice: a thread that never waits has the processor for 10 ms") {
    struct thread *t = measure(whole_turns, 0);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(t->seen[i] > SLICE - MS / 10 && t->seen[i] < SLICE + MS / 10);
    }
}

static void rob(struct thread *self) {
    for (;;) {
        receive(self->arg);
        pass(2 * TICK - MS / 2); /* no leap, and its own ticks */
    }
}
/* After half a turn a higher thread runs for two ticks; how long the turn is without those. */
static void lend_some(struct thread *self) {
    to_next_turn();
    word start = now();
    pass(SLICE / 2);
    word lent = now();
    signal(self->arg);
    lent = now() - lent;
    word end = now();
    self->seen[1] = rest_of_turn();
    self->seen[0] = end - start - lent + self->seen[1];
    self->seen[2] = lent;
    signal(self->seen[7]);
}

BEHAVIOUR("slice: what is left of it survives being preempted") {
    word ntfn = notification();
    start(rob, ntfn, HIGH);
    struct thread *t = measure(lend_some, ntfn);
    CHECK(about(t->seen[0], SLICE));
    CHECK(about(t->seen[1], SLICE / 2));
    CHECK(about(t->seen[2], 2 * TICK)); /* it went on before the other one, which is ready too */
}

static void wake_late(struct thread *self) {
    for (;;) {
        receive(self->arg);
        pass(2 * TICK);
        signal(self->seen[0]);
    }
}
static void wait_some(struct thread *self) {
    to_next_turn();
    pass(SLICE / 2);
    signal(self->arg); /* a lower thread, which runs while this one waits */
    receive(self->seen[0]);
    self->seen[1] = rest_of_turn();
    signal(self->seen[7]);
}

BEHAVIOUR("slice: what is left of it survives waiting") {
    word go = notification(), wake = notification(), end = notification();
    struct thread *helper = thread(wake_late, go, LOW + 1), *t = thread(wait_some, go, LOW);
    start(spin, 0, LOW);
    helper->seen[0] = t->seen[0] = wake;
    t->seen[7] = end;
    resume(helper);
    resume(t);
    receive(end);
    CHECK(about(t->seen[1], SLICE / 2));
}

static void yield_halfway(struct thread *self) {
    to_next_turn();
    pass(SLICE / 2);
    yield();
    self->seen[0] = rest_of_turn();
    signal(self->seen[7]);
}

BEHAVIOUR("slice: yield does not refill it") {
    struct thread *t = measure(yield_halfway, 0);
    CHECK(about(t->seen[0], SLICE / 2));
}
