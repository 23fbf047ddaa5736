/* Three threads; the middle one aborts, then the last, then main. Each stops itself alone. */
#include "thread.h"
#include <stdlib.h>

static char stack[3][4096] __attribute__((aligned(16)));

static void first(void) {
    for (int i = 0; i < 3; i++) {
        printf("first %d\n", i);
        seL4_Yield();
    }
    printf("first ends\n");
    abort();
}

static void second(void) {
    printf("second aborts\n");
    abort();
}

int main(void) {
    seL4_TCB_Resume(make_thread(first, stack[0] + 4096, 100));
    seL4_TCB_Resume(make_thread(second, stack[1] + 4096, 100));
    printf("main aborts\n");
    abort();
}
