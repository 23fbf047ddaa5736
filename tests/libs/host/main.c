/* Runs one case of the allocator, by name; without an argument it lists all. */
#include "cases.h"
#include <simple-default/simple-default.h>

_Alignas(4096) char pool[64 * 4096];
allocman_t *alloc;
vka_t vka;
seL4_Word slots_at_start;
size_t notes_at_start;

void start_with_pool(size_t bytes) {
    simple_t simple;
    simple_default_init_bootinfo(&simple, fake_bootinfo());
    alloc = bootstrap_use_current_simple(&simple, bytes, pool);
    CHECK(alloc != NULL);
    allocman_make_vka(&vka, alloc);
    slots_at_start = alloc->slots.available;
    notes_at_start = alloc->memory.free_bytes;
}

void start(void) {
    fake_reset();
    fake_untyped(16, 2 * MIB, 21, 0);
    fake_untyped(17, 1 * MIB, 20, 0);
    fake_untyped(18, 0xfed00000, 20, 1);
    fake_untyped(19, 0x8000000000, 46, 1);
    start_with_pool(sizeof(pool));
}

void check_nothing_lost(void) {
    utspace_join(&alloc->untypeds);
    CHECK(fake_num_caps() == 0);
    CHECK(alloc->slots.available == slots_at_start);
    CHECK(alloc->memory.free_bytes == notes_at_start);
}

unsigned long next_random(void) {
    static unsigned long state = 88172645463325252ul;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

#define ENTRY(name) {#name, name},
static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {CASES(ENTRY)};

int main(int argc, char **argv) {
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (argc < 2) {
            puts(cases[i].name);
        } else if (strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
            return 0;
        }
    }
    return argc >= 2;
}
