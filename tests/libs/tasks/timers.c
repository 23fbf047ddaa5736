/* Timers, IO ports, device memory and interrupts; TIMER says which timer the machine must have. */
#include "check.h"
#include <platsupport/arch/tsc.h>
#include <platsupport/plat/timer.h>
#include <platsupport/serial.h>
#include <sel4platsupport/arch/io.h>
#include <sel4platsupport/io.h>
#include <sel4platsupport/irq.h>
#include <sel4platsupport/platsupport.h>
#include <sel4tutorials/alloc.h>
#include <sel4tutorials/name_thread.h>

#define IS_HPET (TIMER != 'p')

static ps_io_ops_t ops;
static ltimer_t timer;
static vka_object_t ntfn;
static int calls;

static void count_call(void *token, ltimer_event_t event) {
    if (event == LTIMER_TIMEOUT_EVENT) {
        (*(int *)token)++;
    }
}

static void never_called(void *data, ps_irq_acknowledge_fn_t acknowledge, void *ack_data) {
    (void)data;
    acknowledge(ack_data);
}

static int start_timer(void) {
    int error = vka_alloc_notification(&vka, &ntfn);
    error = error ? error : sel4platsupport_new_io_ops(&vspace, &vka, &simple, &ops);
    error = error ? error
                  : sel4platsupport_new_mini_irq_ops(&ops.irq_ops, &vka, &simple, &ops.malloc_ops,
                                                     ntfn.cptr, MASK(64));
    return error ? error : ltimer_default_init(&timer, ops, count_call, &calls);
}

static uint64_t time_now(void) {
    uint64_t time = 0;
    ltimer_get_time(&timer, &time);
    return time;
}

static void wait_one(void) {
    seL4_Word badge;
    seL4_Wait(ntfn.cptr, &badge);
    sel4platsupport_irq_handle(&ops.irq_ops, MINI_IRQ_INTERFACE_NTFN_ID, badge);
}

/* Set a relative timeout and handle interrupts until it is due; the nanoseconds that it took. */
static uint64_t wait_relative(uint64_t ns) {
    int before = calls;
    uint64_t start = time_now();
    if (ltimer_set_timeout(&timer, ns, TIMEOUT_RELATIVE) != 0) {
        return 0;
    }
    while (calls == before) {
        wait_one();
    }
    return time_now() - start;
}

static void the_machine_s_timer_starts(void) {
    ps_irq_t irq;
    pmem_region_t region;
    CHECK(start_timer() == 0);
    CHECK(ltimer_get_num_irqs(&timer) == 1 && ltimer_get_nth_irq(&timer, 0, &irq) == 0);
    CHECK(ltimer_get_num_pmems(&timer) == IS_HPET);
    CHECK(irq.type == (TIMER == 'h' ? PS_IOAPIC : TIMER == 'm' ? PS_MSI : PS_INTERRUPT));
    if (IS_HPET) {
        CHECK(ltimer_get_nth_pmem(&timer, 0, &region) == 0 && region.base_addr == 0xfed00000);
    }
}

static void time_goes_forward_at_the_right_speed(void) {
    uint64_t resolution, start = time_now(), ticks = rdtsc_pure();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = time_now();
        CHECK(now >= start);
        start = now;
    }
    uint64_t from = time_now();
    ticks = rdtsc_pure();
    while (rdtsc_pure() - ticks < ops.machine.tsc_mhz * 20000ul) {
    }
    uint64_t took = time_now() - from;
    CHECK(took > 15 * NS_IN_MS && took < 1000 * NS_IN_MS);
    CHECK(ltimer_get_resolution(&timer, &resolution) == 0 && resolution >= 1 && resolution < 1000);
}

static void a_relative_timeout_comes_once_and_not_early(void) {
    calls = 0;
    CHECK(wait_relative(20 * NS_IN_MS) >= 20 * NS_IN_MS && calls == 1);
    seL4_Word badge = 0;
    uint64_t until = time_now() + 60 * NS_IN_MS;
    while (time_now() < until) {
        seL4_Poll(ntfn.cptr, &badge);
        sel4platsupport_irq_handle(&ops.irq_ops, MINI_IRQ_INTERFACE_NTFN_ID, badge);
    }
    CHECK(calls == 1);
}

static void a_long_timeout_is_waited_for_whole(void) {
    uint64_t took = wait_relative(150 * NS_IN_MS);
    CHECK(took >= 150 * NS_IN_MS && took < 5000 * NS_IN_MS);
}

static void an_absolute_timeout_comes_then(void) {
    uint64_t due = time_now() + 10 * NS_IN_MS;
    CHECK(ltimer_set_timeout(&timer, due, TIMEOUT_ABSOLUTE) == 0);
    for (int before = calls; calls == before;) {
        wait_one();
    }
    CHECK(time_now() >= due);
    CHECK(ltimer_set_timeout(&timer, due, TIMEOUT_ABSOLUTE) == ETIME);
}

static void a_period_comes_again_and_again(void) {
    calls = 0;
    uint64_t start = time_now();
    CHECK(ltimer_set_timeout(&timer, 2 * NS_IN_MS, TIMEOUT_PERIODIC) == 0);
    while (calls < 50) {
        wait_one();
    }
    uint64_t took = time_now() - start;
    CHECK(took >= 90 * NS_IN_MS && took < 5000 * NS_IN_MS);
    CHECK(ltimer_reset(&timer) == 0);
}

static void a_long_period_works_too(void) {
    calls = 0;
    uint64_t start = time_now();
    CHECK(ltimer_set_timeout(&timer, 80 * NS_IN_MS, TIMEOUT_PERIODIC) == 0);
    while (calls < 2) {
        wait_one();
    }
    CHECK(time_now() - start >= 160 * NS_IN_MS);
    CHECK(ltimer_reset(&timer) == 0);
}

static void nonsense_is_refused(void) {
    ltimer_t none = {0};
    uint64_t time;
    CHECK(ltimer_set_timeout(&timer, 0, TIMEOUT_RELATIVE) == EINVAL);
    CHECK(ltimer_set_timeout(&timer, 5, (timeout_type_t)7) == EINVAL);
    CHECK(ltimer_get_time(&none, &time) == ENOSYS);
    CHECK(sel4platsupport_irq_handle(&ops.irq_ops, 1, 1) == EINVAL);
    CHECK(sel4platsupport_irq_handle(&ops.irq_ops, MINI_IRQ_INTERFACE_NTFN_ID, ~0ul << 8) == 0);
    CHECK(ps_irq_unregister(&ops.irq_ops, 40) == EINVAL);
    CHECK(ps_irq_register(&ops.irq_ops, (ps_irq_t){.type = PS_INTERRUPT, .irq = {.number = 300}},
                          never_called, NULL) == -ENODEV);
}

static void a_destroyed_timer_gives_all_back(void) {
    ltimer_destroy(&timer);
    /* The ports stay with the ops; the rest comes back. */
    for (int i = 0; i < 3; i++) {
        struct check_left before = check_left();
        CHECK(ltimer_default_init(&timer, ops, NULL, NULL) == 0);
        ltimer_destroy(&timer);
        CHECK(check_same(before, check_left()));
    }
}

static void a_bit_of_the_badge_is_one_interrupt(void) {
    ps_irq_ops_t two;
    ps_irq_t line = {.type = PS_INTERRUPT, .irq = {.number = 5}};
    struct check_left before = check_left();
    CHECK(sel4platsupport_new_mini_irq_ops(&two, &vka, &simple, &ops.malloc_ops, ntfn.cptr, 0) ==
          EINVAL);
    CHECK(sel4platsupport_new_mini_irq_ops(&two, &vka, &simple, &ops.malloc_ops, ntfn.cptr, 0x28) ==
          0);
    CHECK(ps_irq_register(&two, line, never_called, NULL) == 3);
    CHECK(ps_irq_register(&two, line, never_called, NULL) == -ENODEV);
    line.irq.number = 6;
    CHECK(ps_irq_register(&two, line, never_called, NULL) == 5);
    line.irq.number = 7;
    CHECK(ps_irq_register(&two, line, never_called, NULL) == -ENOMEM);
    CHECK(sel4platsupport_destroy_mini_irq_ops(&two) == 0);
    CHECK(check_same(before, check_left()));
}

static void ports_are_read_and_written(void) {
    uint32_t value;
    CHECK(ps_io_port_out(&ops.io_port_ops, 0x3ff, 1, 0x5a) == 0); /* scratch register of COM1 */
    CHECK(ps_io_port_in(&ops.io_port_ops, 0x3ff, 1, &value) == 0 && value == 0x5a);
    CHECK(ps_io_port_in(&ops.io_port_ops, 0x3ff, 3, &value) != 0);
    CHECK(ps_io_port_in(&ops.io_port_ops, 0xffff, 2, &value) != 0);
}

static void a_serial_line_takes_characters(void) {
    ps_chardevice_t serial;
    CHECK(ps_cdev_init(PC99_SERIAL_COM1, &ops, &serial) == &serial);
    for (const char *c = "by the driver\n"; *c != '\0'; c++) {
        CHECK(ps_cdev_putchar(&serial, *c) == *c);
    }
    CHECK(ps_cdev_getchar(&serial) == -1);
    CHECK(ps_cdev_init(9, &ops, &serial) == NULL);
    CHECK(platsupport_serial_setup_simple(&vspace, &simple, &vka) == 0);
}

static void there_is_no_device_tree(void) { CHECK(ops.io_fdt.get_fn(ops.io_fdt.cookie) == NULL); }

/* Last: it takes slots behind the allocator's back, at the low end, where none is free. */
static void the_lessons_allocator_makes_objects(void) {
    seL4_BootInfo info = *platsupport_get_bootinfo();
    info.empty.start = info.empty.end - 2;
    seL4_CPtr ep = alloc_object(&info, seL4_EndpointObject, 0);
    CHECK(ep == info.empty.start && seL4_DebugCapIdentify(ep) == 4);
    CHECK(alloc_object(&info, seL4_UntypedObject, 46) == 0);
    CHECK(alloc_slot(&info) == ep + 1 && alloc_slot(&info) == 0);
    name_thread(seL4_CapInitThreadTCB, "nobody");
    NAME_THREAD(seL4_CapInitThreadTCB, "somebody");
}

int main(void) {
    static const struct check_case cases[] = {
        CASE(the_machine_s_timer_starts),
        CASE(time_goes_forward_at_the_right_speed),
        CASE(a_relative_timeout_comes_once_and_not_early),
        CASE(a_long_timeout_is_waited_for_whole),
        CASE(an_absolute_timeout_comes_then),
        CASE(a_period_comes_again_and_again),
        CASE(a_long_period_works_too),
        CASE(nonsense_is_refused),
        CASE(a_destroyed_timer_gives_all_back),
        CASE(a_bit_of_the_badge_is_one_interrupt),
        CASE(ports_are_read_and_written),
        CASE(a_serial_line_takes_characters),
        CASE(there_is_no_device_tree),
        CASE(the_lessons_allocator_makes_objects),
    };
    check_start();
    CHECK_RUN(cases);
    return 0;
}
