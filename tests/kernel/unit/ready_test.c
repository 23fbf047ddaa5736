/* The ready queues: order within a priority, the highest one found, and that both ends agree. */
#include "unit.h"

#define THREADS 40

static tcb_t threads[THREADS];

static tcb_t *thread(unsigned number, uint8_t priority) {
    threads[number].priority = priority;
    return &threads[number];
}

TEST(nothing_is_ready_at_first) {
    CHECK(ready_highest() == -1 && !ready_any());
    CHECK(ready_first(0) == NULL && ready_first(255) == NULL);
    CHECK(!ready_contains(&threads[0]));
}

TEST(append_goes_to_the_tail_and_enqueue_to_the_head) {
    tcb_t *a = thread(0, 7), *b = thread(1, 7), *c = thread(2, 7);
    ready_append(a);
    ready_append(b);
    ready_enqueue(c);
    CHECK(ready_first(7) == c && c->ready_next == a && a->ready_next == b && b->ready_next == c);
    CHECK(c->ready_prev == b && b->ready_prev == a && a->ready_prev == c);
}

TEST(a_thread_is_in_a_queue_once) {
    tcb_t *a = thread(0, 7), *b = thread(1, 7);
    ready_append(a);
    ready_append(b);
    ready_append(a);
    ready_enqueue(b);
    CHECK(ready_first(7) == a && a->ready_next == b && b->ready_next == a);
}

TEST(the_highest_of_all_priorities_is_found) {
    static const uint8_t rising[] = {0, 1, 62, 63, 64, 65, 127, 128, 191, 192, 254, 255};
    for (unsigned i = 0; i < sizeof rising; i++) {
        ready_append(thread(i, rising[i]));
        CHECK(ready_highest() == rising[i] && ready_first(rising[i]) == &threads[i]);
    }
    for (unsigned i = sizeof rising; i-- > 0;) {
        CHECK(ready_highest() == rising[i] && ready_any());
        ready_remove(&threads[i]);
        CHECK(!ready_contains(&threads[i]) && ready_first(rising[i]) == NULL);
    }
    CHECK(ready_highest() == -1 && !ready_any());
}

TEST(a_priority_is_ready_until_its_last_thread_goes) {
    tcb_t *a = thread(0, 64), *b = thread(1, 64);
    ready_append(a);
    ready_append(b);
    ready_append(thread(2, 63));
    ready_remove(a);
    CHECK(ready_highest() == 64 && ready_first(64) == b && b->ready_next == b);
    ready_remove(b);
    CHECK(ready_highest() == 63);
    ready_remove(b); /* in none: nothing happens */
    CHECK(ready_highest() == 63 && ready_any());
}

/* The queue of one priority as an array, the first thread first. */
struct model {
    tcb_t *queue[THREADS];
    unsigned count;
};

static void model_remove(struct model *model, const tcb_t *tcb) {
    unsigned kept = 0;
    for (unsigned i = 0; i < model->count; i++) {
        if (model->queue[i] != tcb) {
            model->queue[kept++] = model->queue[i];
        }
    }
    model->count = kept;
}

static void model_insert(struct model *model, tcb_t *tcb, unsigned at) {
    for (unsigned i = model->count++; i > at; i--) {
        model->queue[i] = model->queue[i - 1];
    }
    model->queue[at] = tcb;
}

static void check_against(const struct model *model, unsigned priorities) {
    int highest = -1;
    for (unsigned priority = 0; priority < priorities; priority++) {
        tcb_t *tcb = ready_first(priority);
        CHECK((tcb == NULL) == (model[priority].count == 0));
        highest = tcb != NULL ? (int)priority : highest;
        for (unsigned i = 0; i < model[priority].count; i++, tcb = tcb->ready_next) {
            CHECK(tcb == model[priority].queue[i] && tcb->ready_next->ready_prev == tcb);
        }
        CHECK(tcb == ready_first(priority));
    }
    CHECK(ready_highest() == highest && ready_any() == (highest >= 0));
}

TEST(random_work_agrees_with_a_plain_model) {
    static struct model model[130];
    for (unsigned step = 0; step < 20000; step++) {
        tcb_t *tcb = &threads[unit_random(THREADS)];
        unsigned what = unit_random(3);
        if (what == 2) {
            model_remove(&model[tcb->priority], tcb);
            ready_remove(tcb);
        } else if (!ready_contains(tcb)) {
            tcb->priority = unit_random(130);
            struct model *queue = &model[tcb->priority];
            model_insert(queue, tcb, what == 0 ? 0 : queue->count);
            what == 0 ? ready_enqueue(tcb) : ready_append(tcb);
        }
        if (step % 16 == 0) {
            check_against(model, 130);
        }
    }
}
