/* What main finds, and what happens after it: each line is compared with the expected one. */
#include <sel4runtime.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static __thread int initialised = 42;
static __thread long zero;
static __thread char wide[64] __attribute__((aligned(64))) = "aligned";
static char big[100000];
static const char *before_main = "";

static void __attribute__((constructor(200))) second(void) {
    before_main = strcmp(before_main, "first") == 0 ? "first, second" : "wrong order";
}

static void __attribute__((constructor(150))) first(void) { before_main = "first"; }

static void __attribute__((destructor)) at_the_end(void) { printf("destructor\n"); }

static void registered_first(void) { printf("atexit 1\n"); }

static void registered_last(void) { printf("atexit 2\n"); }

static void callback(int code) { printf("callback %d\n", code); }

static int jumps(void) {
    jmp_buf place;
    volatile int count = 0, sum = 0;
    sum += setjmp(place);
    if (++count < 3) {
        longjmp(place, count == 1 ? 0 : 7);
    }
    return count * 100 + sum; /* 0 arrives as 1 */
}

int main(int argc, char **argv, char **envp) {
    seL4_BootInfo *bootinfo = sel4runtime_bootinfo();
    printf("arguments %d %s %d\n", argc, argv[0], argv[1] == NULL);
    printf("environment %s %d %s\n", envp[0], envp[1] == NULL, getenv("seL4"));
    printf("name %s\n", sel4runtime_process_name());
    printf("thread %lu\n", sel4runtime_initial_tcb());
    printf("buffer %d\n", seL4_GetIPCBuffer() == bootinfo->ipcBuffer);
    printf("thread-locals %d %ld %s %d %d\n", initialised, zero, wide, (int)((seL4_Word)wide % 64),
           sel4runtime_initial_tls_enabled());
    printf("constructors %s\n", before_main);
    for (size_t i = 0; i < sizeof big; i++) {
        if (big[i] != 0) {
            printf("bss is not zero at %zu\n", i);
        }
    }
    printf("frame aligned %d\n", (int)((seL4_Word)__builtin_frame_address(0) % 16));
    printf("jumps %d\n", jumps());
    printf("heap %d\n", malloc(1000) != NULL && malloc(1 << 30) == NULL);
    printf("floats %.3f %g %e\n", 2.0 / 3, 1e100, -0.5);
    static char memory[4096] __attribute__((aligned(16)));
    initialised = 43;
    uintptr_t other = sel4runtime_write_tls_image(memory);
    int set = sel4runtime_set_tls_variable(other, zero, 5);
    sel4runtime_move_initial_tls(memory + 2048);
    printf("moved %d %s %d\n", initialised, wide, sel4runtime_get_tls_size() <= 2048);
    sel4runtime_set_tls_base(other);
    int seen = initialised;
    long changed = zero;
    seL4_SetIPCBuffer(bootinfo->ipcBuffer);
    printf("other thread's %d %ld %d\n", seen, changed, set);
    printf("not thread-local %d\n", sel4runtime_set_tls_variable(other, before_main, "x"));
    printf("no memory %lu\n", sel4runtime_write_tls_image(NULL));
    atexit(registered_first);
    atexit(registered_last);
    printf("callback before %d\n", sel4runtime_set_exit(callback) == NULL);
    return 5;
}
