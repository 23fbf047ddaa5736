/*
 * A timer made of the HPET: its main counter is the time, its first comparator the timeout.
 *
 * The comparator is used for one shot at a time, also for periods: setting it is one store, and a
 * new timeout needs no care of an old period. A comparator that was set after the counter had
 * passed it would wait for the counter to wrap around, so each setting is checked afterwards.
 */
#include "acpi.h"
#include "pit.h"
#include "timeout.h"
#include <sel4/sel4.h>
#include <string.h>

#define REGISTERS_SIZE 4096

/* Registers, in bytes from the base. */
#define CAPABILITIES 0x000
#define CONFIG       0x010
#define COUNTER      0x0f0
#define TIMER_CONFIG 0x100
#define COMPARATOR   0x108
#define MSI_ROUTE    0x110

#define CONFIG_ENABLE    1ull
#define CONFIG_LEGACY    2ull
#define TIMER_INTERRUPT  (1ull << 2)
#define TIMER_ROUTE      9
#define TIMER_ROUTE_MASK (31ull << TIMER_ROUTE)
#define TIMER_USE_MSI    (1ull << 14)
#define TIMER_HAS_MSI    (1ull << 15)

/* The processor's address for messages, and what the kernel adds to a vector. */
#define MSI_ADDRESS 0xfee00000ull
#define MSI_VECTOR  60

/* On this pin the PIT's interrupts arrive, too. */
#define PIT_PIN 2

/* Beginning of the table that tells of the HPET. */
struct hpet_table {
    char header[36];
    uint32_t id;
    uint8_t address_space[4];
    uint64_t address;
} __attribute__((packed));

struct hpet_timer {
    ps_io_ops_t ops;
    char *registers;
    uint64_t paddr;
    uint64_t femtoseconds; /* of one tick */
    ps_irq_t irq;
    irq_id_t irq_id;
    struct timeout timeout;
};

static uint64_t get(const struct hpet_timer *hpet, int offset) {
    return *(volatile uint64_t *)(hpet->registers + offset);
}

static void set(const struct hpet_timer *hpet, int offset, uint64_t value) {
    *(volatile uint64_t *)(hpet->registers + offset) = value;
}

/* Both directions split the product, which does not fit in 64 bits. */
static uint64_t ticks_to_ns(const struct hpet_timer *hpet, uint64_t ticks) {
    return ticks / FS_IN_NS * hpet->femtoseconds + ticks % FS_IN_NS * hpet->femtoseconds / FS_IN_NS;
}

static uint64_t ns_to_ticks(const struct hpet_timer *hpet, uint64_t ns) {
    return ns / hpet->femtoseconds * FS_IN_NS +
           ns % hpet->femtoseconds * FS_IN_NS / hpet->femtoseconds;
}

static uint64_t now(const struct hpet_timer *hpet) { return ticks_to_ns(hpet, get(hpet, COUNTER)); }

/* Have the comparator interrupt when the timeout is due, or at once if it is due already. */
static void arm(const struct hpet_timer *hpet) {
    uint64_t distance = 1;
    uint64_t due = ns_to_ticks(hpet, hpet->timeout.due) + 1;

    set(hpet, COMPARATOR, due);
    while (get(hpet, COUNTER) >= due) {
        due = get(hpet, COUNTER) + distance;
        distance *= 2;
        set(hpet, COMPARATOR, due);
    }
}

static void handle_irq(void *data, ps_irq_acknowledge_fn_t acknowledge, void *ack_data) {
    struct hpet_timer *hpet = data;

    acknowledge(ack_data);
    timeout_check(&hpet->timeout, now(hpet));
    if (hpet->timeout.armed) {
        arm(hpet);
    }
}

static size_t get_num_irqs(void *data) {
    (void)data;
    return 1;
}

static int get_nth_irq(void *data, size_t n, ps_irq_t *irq) {
    const struct hpet_timer *hpet = data;
    *irq = hpet->irq;
    return n == 0 ? 0 : EINVAL;
}

static int get_nth_pmem(void *data, size_t n, pmem_region_t *region) {
    const struct hpet_timer *hpet = data;
    *region = (pmem_region_t){PMEM_TYPE_DEVICE, hpet->paddr, REGISTERS_SIZE};
    return n == 0 ? 0 : EINVAL;
}

static int get_time(void *data, uint64_t *time) {
    *time = now(data);
    return 0;
}

static int get_resolution(void *data, uint64_t *resolution) {
    const struct hpet_timer *hpet = data;
    *resolution = (hpet->femtoseconds + FS_IN_NS - 1) / FS_IN_NS;
    return 0;
}

static int set_timeout(void *data, uint64_t ns, timeout_type_t type) {
    struct hpet_timer *hpet = data;
    uint64_t time = now(hpet);
    int error = timeout_set(&hpet->timeout, time, ns, type);

    if (error == 0) {
        set(hpet, TIMER_CONFIG, get(hpet, TIMER_CONFIG) | TIMER_INTERRUPT);
        arm(hpet);
    }
    return error;
}

static int reset(void *data) {
    struct hpet_timer *hpet = data;
    hpet->timeout.armed = false;
    set(hpet, TIMER_CONFIG, get(hpet, TIMER_CONFIG) & ~TIMER_INTERRUPT);
    return 0;
}

static void destroy(void *data) {
    struct hpet_timer *hpet = data;
    ps_malloc_ops_t heap = hpet->ops.malloc_ops;

    reset(hpet);
    ps_irq_unregister(&hpet->ops.irq_ops, hpet->irq_id);
    ps_io_unmap(&hpet->ops.io_mapper, hpet->registers, REGISTERS_SIZE);
    ps_free(&heap, sizeof(*hpet), hpet);
}

/* Choose how the comparator interrupts: by message, else by the highest pin it can reach. */
static int choose_irq(struct hpet_timer *hpet) {
    uint64_t config = get(hpet, TIMER_CONFIG) & ~(TIMER_ROUTE_MASK | TIMER_USE_MSI);
    uint32_t pins = (uint32_t)(config >> 32);

    if (config & TIMER_HAS_MSI) {
        hpet->irq = (ps_irq_t){.type = PS_MSI, .msi = {.vector = MSI_VECTOR}};
        set(hpet, MSI_ROUTE, MSI_ADDRESS << 32 | (MSI_VECTOR + IRQ_OFFSET));
        set(hpet, TIMER_CONFIG, config | TIMER_USE_MSI);
        return 0;
    }
    pins &= (1u << 24) - 1; /* those of the first IOAPIC */
    if (pins == 0) {
        return ENODEV;
    }
    int pin = 31 - __builtin_clz(pins);
    hpet->irq = (ps_irq_t){.type = PS_IOAPIC, .ioapic = {.pin = pin, .vector = pin}};
    set(hpet, TIMER_CONFIG, config | (uint64_t)pin << TIMER_ROUTE);
    return pin == PIT_PIN ? pit_stop(&hpet->ops.io_port_ops) : 0;
}

static int start(struct hpet_timer *hpet) {
    hpet->femtoseconds = get(hpet, CAPABILITIES) >> 32;
    if (hpet->femtoseconds == 0) {
        return ENODEV;
    }
    reset(hpet);
    set(hpet, CONFIG, (get(hpet, CONFIG) & ~CONFIG_LEGACY) | CONFIG_ENABLE);
    int error = choose_irq(hpet);
    if (error != 0) {
        return error;
    }
    hpet->irq_id = ps_irq_register(&hpet->ops.irq_ops, hpet->irq, handle_irq, hpet);
    return hpet->irq_id < 0 ? (int)-hpet->irq_id : 0;
}

static int open_hpet(struct hpet_timer *hpet, ps_io_ops_t ops) {
    struct hpet_table table;

    if (acpi_find(&ops, "HPET", &table, sizeof(table)) != 0) {
        return ENODEV;
    }
    hpet->ops = ops;
    hpet->paddr = table.address;
    hpet->registers = ps_io_map(&ops.io_mapper, table.address, REGISTERS_SIZE, 0, PS_MEM_NORMAL);
    if (hpet->registers == NULL) {
        return ENOMEM;
    }
    int error = start(hpet);
    if (error != 0) {
        ps_io_unmap(&ops.io_mapper, hpet->registers, REGISTERS_SIZE);
    }
    return error;
}

int ltimer_hpet_init(ltimer_t *ltimer, ps_io_ops_t ops, ltimer_callback_fn_t callback,
                     void *token) {
    struct hpet_timer *hpet;

    if (ps_calloc(&ops.malloc_ops, 1, sizeof(*hpet), (void **)&hpet) != 0) {
        return ENOMEM;
    }
    hpet->timeout.callback = callback;
    hpet->timeout.token = token;
    int error = open_hpet(hpet, ops);
    if (error != 0) {
        ps_free(&ops.malloc_ops, sizeof(*hpet), hpet);
        return error;
    }
    *ltimer = (ltimer_t){
        .get_num_irqs = get_num_irqs,
        .get_nth_irq = get_nth_irq,
        .get_num_pmems = get_num_irqs, /* one of each */
        .get_nth_pmem = get_nth_pmem,
        .get_time = get_time,
        .get_resolution = get_resolution,
        .set_timeout = set_timeout,
        .reset = reset,
        .destroy = destroy,
        .data = hpet,
    };
    return 0;
}
