/* The runner behind check.h. */
#include "check.h"

simple_t simple;
vka_t vka;
allocman_t *allocman;
vspace_t vspace;

static char pool[10 * 4096];
static sel4utils_alloc_data_t vspace_data;
static const char *running;
static int failed;

void check_start(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();

    simple_default_init_bootinfo(&simple, info);
    allocman = bootstrap_use_current_simple(&simple, sizeof(pool), pool);
    ZF_LOGF_IF(allocman == NULL, "No allocator");
    allocman_make_vka(&vka, allocman);
    int error = sel4utils_bootstrap_vspace_with_bootinfo_leaky(&vspace, &vspace_data,
                                                               simple_get_pd(&simple), &vka, info);
    ZF_LOGF_IF(error != 0, "No address space");
}

struct check_left check_left(void) {
    utspace_join(&allocman->untypeds);
    return (struct check_left){allocman->slots.available, allocman->memory.free_bytes};
}

void check_failed(int line, const char *condition) {
    failed = 1;
    printf("FAIL %s: line %d: %s\n", running, line, condition);
}

void check_run(const struct check_case *cases, int count) {
    for (int i = 0; i < count; i++) {
        running = cases[i].name;
        failed = 0;
        cases[i].run();
        if (!failed) {
            printf("ok %s\n", running);
        }
    }
    printf("%d cases ran\n", count);
}
