/* The parts of the kernel beside the capability layer, as far as its unit tests need them. */
#include <string.h>

#include "debug/debug.h"
#include "ipc/ipc.h"
#include "unit.h"
#include "x86/x86.h"

/* ---- running the test that is asked for ---- */

static struct {
    const char *name;
    void (*run)(void);
} tests[100];
static unsigned test_count;

void unit_add(const char *name, void (*run)(void)) {
    tests[test_count].name = name;
    tests[test_count++].run = run;
}

int main(int argc, char **argv) {
    for (unsigned i = 0; i < test_count; i++) {
        if (argc == 2 && strcmp(argv[1], tests[i].name) == 0) {
            tests[i].run();
            return 0;
        }
    }
    printf("no such test\n");
    return 2;
}

/* ---- a little world ---- */

void *unit_memory(unsigned bits) {
    void *memory = aligned_alloc(MAX(BIT(bits), 64ul), MAX(BIT(bits), 64ul));
    memset(memory, 0, BIT(bits));
    return memory;
}

slot_t *unit_untyped(void) {
    static slot_t slot;
    if (slot_is_empty(&slot)) {
        slot_insert_root(&slot, cap_untyped_new(unit_memory(24), 24, false, 0));
    }
    return &slot;
}

void unit_create(slot_t *untyped, slot_t *dest, enum object_type type, word_t size_bits) {
    cap_t cap = untyped->cap;
    unsigned bits = object_size_bits(type, size_bits);
    word_t base = (word_t)cap_object(cap);
    word_t start = ALIGN_UP(base + cap_untyped_free_index(cap), bits);
    untyped->cap.word[1] = start + BIT(bits) - base;
    CHECK(untyped->cap.word[1] <= BIT(cap_untyped_bits(cap)));
    slot_insert_child(dest, object_create(type, (void *)start, size_bits, false), untyped);
}

void unit_check_list(const slot_t *slot) {
    unsigned limit = 1000000;
    while (slot_prev(slot) != NULL && limit-- > 0) {
        slot = slot_prev(slot);
    }
    for (; slot != NULL && limit-- > 0; slot = slot_next(slot)) {
        CHECK(!slot_is_empty(slot));
        CHECK(slot_next(slot) == NULL || slot_prev(slot_next(slot)) == slot);
    }
    CHECK(limit > 0);
}

static uint64_t random_state = 1;

void unit_seed(uint64_t seed) { random_state = seed * 2654435761u + 1; }

unsigned unit_random(unsigned limit) {
    random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
    return (random_state >> 33) % limit;
}

/* ---- fakes ---- */

struct unit_calls unit_calls;
bool unit_interrupt;
bool trace_on;
tcb_t *current_thread;

bool apic_interrupt_pending(void) { return unit_interrupt; }

void user_error_at(const char *function, unsigned line, const char *format, ...) {}

void assert_failed(const char *file, unsigned line, const char *function, const char *expression) {
    printf("%s:%u: %s: assertion %s\n", file, line, function, expression);
    exit(1);
}

void panic_at(const char *file, unsigned line, const char *function, const char *why) {
    assert_failed(file, line, function, why);
}

void endpoint_finalise(cap_t cap) { unit_calls.endpoints++; }

void notification_finalise(cap_t cap) {}

void frame_finalise(cap_t cap) {}

void table_finalise(cap_t cap) {}

void pml4_finalise(cap_t cap) {}

void asid_pool_finalise(cap_t cap) {}

void irq_handler_cleanup(cap_t cap) { unit_calls.irqs++; }

void io_port_cleanup(cap_t cap) { unit_calls.ports++; }

cap_t tcb_finalise(cap_t cap) {
    unit_calls.threads++;
    return cap_zombie_new(tcb_object(cap_object(cap)), true, 0, tcb_slot_count);
}

tcb_t *tcb_create(void *object) { return tcb_of_object(object); }

void pml4_init(pte_t *pml4) {}

/* The message of an invocation, for the decode functions. */
word_t word_arg(const struct invocation *inv, unsigned i) {
    CHECK(i < inv->length);
    return inv->buffer[i];
}
