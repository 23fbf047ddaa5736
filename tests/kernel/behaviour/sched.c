/* Who runs: priorities, round robin by the timer, yield, and the choice after a wake-up. */
#include "check.h"

static char order[32];
static unsigned steps;

static void note(char c) {
    unsigned n = *(volatile unsigned *)&steps;
    if (n < sizeof order - 1) {
        order[n] = c;
        order[n + 1] = 0;
        *(volatile unsigned *)&steps = n + 1;
    }
}
static void begin(void) {
    steps = 0;
    order[0] = 0;
}
static bool ran(const char *expected) { return __builtin_strcmp(order, expected) == 0; }

static void letter(struct thread *self) { note((char)self->arg); }
static void letter_thrice(struct thread *self) {
    for (int i = 0; i < 3; i++) {
        note((char)self->arg);
        yield();
    }
}
static void count_for_ever(struct thread *self) {
    for (;;) {
        self->stage++;
    }
}
static void wait_then_letter(struct thread *self) {
    receive(self->seen[0]);
    note((char)self->arg);
}
static struct thread *waiter(word ntfn, char c, word priority) {
    struct thread *t = thread(wait_then_letter, (word)c, priority);
    t->seen[0] = ntfn;
    resume(t);
    return t;
}

BEHAVIOUR("sched: a resumed thread of higher priority runs at once") {
    begin();
    start(letter, 'h', HIGH);
    note('w');
    CHECK(ran("hw"));
}

BEHAVIOUR("sched: a resumed thread of lower priority waits until the others block") {
    begin();
    start(letter, 'l', LOW);
    note('w');
    settle();
    CHECK(ran("wl"));
}

BEHAVIOUR("sched: three equals resumed one after the other run last first") {
    begin();
    start(letter, 'a', LOW);
    start(letter, 'b', LOW);
    start(letter, 'c', LOW);
    settle();
    CHECK(ran("cba"));
}

BEHAVIOUR("sched: ready threads run by priority, not by order of arrival") {
    begin();
    start(letter, 'b', 60);
    start(letter, 'c', 50);
    start(letter, 'a', 70);
    settle();
    CHECK(ran("abc"));
}

BEHAVIOUR("sched: yield gives the turn to the next of equal priority") {
    begin();
    start(letter_thrice, 'a', LOW);
    start(letter_thrice, 'b', LOW);
    settle();
    CHECK(ran("bababa"));
}

BEHAVIOUR("sched: yield without an equal goes on") {
    begin();
    start(letter, 'l', LOW);
    yield();
    note('w');
    CHECK(ran("w"));
}

BEHAVIOUR("sched: the timer takes turns between threads of equal priority that never yield") {
    struct thread *a = start(count_for_ever, 0, WORKER), *b = start(count_for_ever, 0, WORKER);
    CHECK(wait_for(&a->stage));
    CHECK(wait_for(&b->stage));
    word before = a->stage, deadline = __builtin_ia32_rdtsc() + 4000000000ul;
    while (*(volatile word *)&a->stage == before && __builtin_ia32_rdtsc() < deadline) {
    }
    CHECK(a->stage != before);
}

BEHAVIOUR("sched: a thread of lower priority never gets a turn while a higher one computes") {
    struct thread *low = start(count_for_ever, 0, LOW);
    struct thread *equal = start(count_for_ever, 0, WORKER);
    CHECK(wait_for(&equal->stage)); /* so the timer ticked */
    EQUAL(low->stage, 0);
}

BEHAVIOUR("sched: raising a ready thread above the current one switches to it") {
    begin();
    struct thread *t = start(letter, 't', LOW);
    set_priority(t->tcb, HIGH);
    note('w');
    CHECK(ran("tw"));
}

BEHAVIOUR("sched: debug calls and the TLS system call give nobody else a turn") {
    begin();
    start(letter, 'x', WORKER);
    seL4_DebugNameThread(OWN_TCB, "rootserver");
    type_of(OWN_TCB);
    sys(seL4_SysDebugPutChar, '\r', 0, 0);
    sys(seL4_SysSetTLSBase, ~0ul >> 1, 0, 0); /* ignored: it is no address */
    note('w');
    CHECK(ran("w"));
    yield();
    CHECK(ran("wx"));
}

static void lower_itself(struct thread *self) {
    note('t');
    struct message m = {self->tcb, INFO(TCBSetPriority, 1, 1), {self->arg, 0, 0, 0}};
    self->buffer->caps_or_badges[0] = OWN_TCB;
    system_call(seL4_SysCall, &m);
    note('u');
}

BEHAVIOUR("sched: a thread that lowers itself below another stops until that one blocks") {
    begin();
    start(lower_itself, LOW, HIGH);
    note('w');
    settle();
    CHECK(ran("twu"));
}

BEHAVIOUR("sched: a signal to a higher waiter switches to it") {
    begin();
    word ntfn = notification();
    waiter(ntfn, 'h', HIGH);
    signal(ntfn);
    note('w');
    CHECK(ran("hw"));
}

BEHAVIOUR("sched: a signal to an equal waiter does not switch, and it queues at the tail") {
    begin();
    word ntfn = notification();
    struct thread *t = waiter(ntfn, 'e', HIGH);
    set_priority(t->tcb, WORKER);
    start(letter, 'x', WORKER);
    signal(ntfn);
    note('w');
    yield();
    CHECK(ran("wxe"));
}

BEHAVIOUR("sched: lowering the maximum priority leaves the priority as it is") {
    begin();
    struct thread *t = thread(letter, 'h', HIGH);
    EXPECT(invoke(t->tcb, TCBSetMCPriority, WORDS(10), WITH(OWN_TCB)), DONE);
    resume(t);
    note('w');
    CHECK(ran("hw"));
}

static void serve(struct thread *self) {
    struct message m = receive(self->arg);
    for (;;) {
        note('s');
        m = sys(seL4_SysReplyRecv, self->arg, INFO(0, 0, 0), m.mr[0]);
    }
}

BEHAVIOUR("sched: call and reply between equals switch directly, past other ready threads") {
    begin();
    word ep = endpoint();
    struct thread *server = start(serve, ep, HIGH);
    set_priority(server->tcb, WORKER);
    start(letter, 'x', WORKER);
    call(ep, INFO(0, 0, 0), 0);
    note('w');
    CHECK(ran("sw"));
}

BEHAVIOUR("sched: setting a ready thread's priority moves it to that priority's queue") {
    begin();
    struct thread *a = start(letter, 'a', 50), *b = start(letter, 'b', 60);
    set_priority(a->tcb, 70);
    set_priority(b->tcb, 40);
    settle();
    CHECK(ran("ab"));
}

static void suspend_itself(struct thread *self) {
    note('t');
    call(self->tcb, INFO(TCBSuspend, 0, 0), 0);
    note('u');
}

BEHAVIOUR("sched: a thread that suspends itself stops; resumed it suspends itself again") {
    begin();
    struct thread *t = start(suspend_itself, 0, HIGH);
    note('w');
    resume(t);
    EQUAL(t->done, 0);
    CHECK(ran("tw"));
}
