/*
 * A timer made of the PIT, which interrupts, and the time stamp counter, which tells the time.
 *
 * The PIT counts 55 ms at most. A period that fits is given to the hardware, so that each period
 * is one interrupt; a longer timeout is waited for in pieces, and interrupts in between only start
 * the next piece.
 */
#include "pit.h"
#include "timeout.h"
#include <platsupport/arch/tsc.h>
#include <string.h>

struct pit_timer {
    ps_io_ops_t ops;
    irq_id_t irq;
    uint32_t tsc_mhz;
    bool in_hardware; /* the PIT repeats by itself */
    struct timeout timeout;
};

static const ps_irq_t pit_irq = {.type = PS_INTERRUPT, .irq = {.number = PIT_IRQ}};

static uint64_t now(const struct pit_timer *pit) { return tsc_to_ns(rdtsc_pure(), pit->tsc_mhz); }

/* One piece of the way to the timeout. */
static int start_piece(struct pit_timer *pit) {
    uint64_t time = now(pit);
    uint64_t left = pit->timeout.due > time ? pit->timeout.due - time : 0;

    return pit_once(&pit->ops.io_port_ops, pit_ticks(left));
}

static void handle_irq(void *data, ps_irq_acknowledge_fn_t acknowledge, void *ack_data) {
    struct pit_timer *pit = data;

    acknowledge(ack_data);
    if (pit->in_hardware) {
        /* The PIT and the time stamp counter drift apart: here the PIT says when. */
        timeout_check(&pit->timeout, pit->timeout.due);
        return;
    }
    timeout_check(&pit->timeout, now(pit));
    if (pit->timeout.armed && !pit->in_hardware) {
        start_piece(pit);
    }
}

static size_t get_num_irqs(void *data) {
    (void)data;
    return 1;
}

static int get_nth_irq(void *data, size_t n, ps_irq_t *irq) {
    (void)data;
    *irq = pit_irq;
    return n == 0 ? 0 : EINVAL;
}

static size_t get_num_pmems(void *data) {
    (void)data;
    return 0;
}

static int get_time(void *data, uint64_t *time) {
    *time = now(data);
    return 0;
}

static int get_resolution(void *data, uint64_t *resolution) {
    const struct pit_timer *pit = data;
    *resolution = pit->tsc_mhz > 1000 ? 1 : 1000 / pit->tsc_mhz;
    return 0;
}

static int set_timeout(void *data, uint64_t ns, timeout_type_t type) {
    struct pit_timer *pit = data;
    const uint64_t longest = PIT_MAX_TICKS * NS_IN_S / PIT_HZ;

    int error = timeout_set(&pit->timeout, now(pit), ns, type);
    if (error != 0) {
        return error;
    }
    pit->in_hardware = type == TIMEOUT_PERIODIC && ns <= longest;
    return pit->in_hardware ? pit_periodic(&pit->ops.io_port_ops, pit_ticks(ns)) : start_piece(pit);
}

static int reset(void *data) {
    struct pit_timer *pit = data;
    pit->timeout.armed = false;
    pit->in_hardware = false;
    return pit_stop(&pit->ops.io_port_ops);
}

static void destroy(void *data) {
    struct pit_timer *pit = data;
    ps_malloc_ops_t heap = pit->ops.malloc_ops;

    reset(pit);
    ps_irq_unregister(&pit->ops.irq_ops, pit->irq);
    ps_free(&heap, sizeof(*pit), pit);
}

static int start(struct pit_timer *pit) {
    if (pit->tsc_mhz == 0) {
        ZF_LOGE("The frequency of the time stamp counter is not known");
        return ENODEV;
    }
    int error = pit_stop(&pit->ops.io_port_ops);
    if (error != 0) {
        return error;
    }
    pit->irq = ps_irq_register(&pit->ops.irq_ops, pit_irq, handle_irq, pit);
    return pit->irq < 0 ? (int)-pit->irq : 0;
}

int ltimer_pit_init(ltimer_t *ltimer, ps_io_ops_t ops, ltimer_callback_fn_t callback, void *token) {
    struct pit_timer *pit;

    if (ps_calloc(&ops.malloc_ops, 1, sizeof(*pit), (void **)&pit) != 0) {
        return ENOMEM;
    }
    pit->ops = ops;
    pit->tsc_mhz = ops.machine.tsc_mhz;
    pit->timeout.callback = callback;
    pit->timeout.token = token;
    int error = start(pit);
    if (error != 0) {
        ps_free(&ops.malloc_ops, sizeof(*pit), pit);
        return error;
    }
    *ltimer = (ltimer_t){
        .get_num_irqs = get_num_irqs,
        .get_nth_irq = get_nth_irq,
        .get_num_pmems = get_num_pmems,
        .get_time = get_time,
        .get_resolution = get_resolution,
        .set_timeout = set_timeout,
        .reset = reset,
        .destroy = destroy,
        .data = pit,
    };
    return 0;
}
