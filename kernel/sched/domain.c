/* Domains: a fixed schedule of turns; only threads of the domain whose turn it is can run.
 *
 * Invariant: the entry that the schedule starts at is never an end marker (duration 0), and the
 * last entry of the table always is one, so that the walk ends. A lone domain's turn never ends.
 */
#include "sched/sched.h"

#include "debug/debug.h"

static struct {
    uint8_t domain;
    word_t ticks;
} turns[CONFIG_NUM_DOMAIN_SCHEDULES] = {{.ticks = DOMAIN_LONGEST_TURN}};

static unsigned start_entry, current_entry;
static word_t ticks_left = DOMAIN_LONGEST_TURN;
uint8_t current_domain;

static void begin_turn(unsigned entry) {
    current_entry = entry;
    current_domain = turns[entry].domain;
    ticks_left = turns[entry].ticks;
}

bool domain_tick(void) { return --ticks_left == 0; }

void domain_next_if_over(void) {
    if (ticks_left == 0) {
        unsigned entry = current_entry + 1;
        begin_turn(turns[entry].ticks == 0 ? start_entry : entry);
    }
}

outcome_t domain_configure(word_t index, word_t domain, word_t duration) {
    kassert(index < DOMAIN_LAST_ENTRY);
    if (index == start_entry && duration == 0)
        return fail_argument(2);
    turns[index].domain = (uint8_t)domain;
    turns[index].ticks = duration;
    return DONE;
}

outcome_t domain_start(word_t index) {
    if (turns[index].ticks == 0)
        return fail_argument(0);
    start_entry = (unsigned)index;
    begin_turn(start_entry);
    sched_reschedule();
    return DONE;
}
