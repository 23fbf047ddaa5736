/* A thread that someone started by hand: no TLS, no IPC buffer, any stack pointer, perhaps no FPU.
 * It must be able to print, and to die of an assertion without a fault. */
#include "thread.h"
#include <assert.h>
#include <utils/util.h>

static char stack[8192] __attribute__((aligned(16)));

static void second(void) {
    printf("thread: %d %s %c %#lx %p\n", -5, "text", 'c', 0x6161ul, NULL);
    if (!WITHOUT_FPU) {
        printf("thread: %.2f %e %Lg\n", 2.5, 1e10, 0.125L);
    }
    ZF_LOGE("from %s", "the log");
    puts("before the assertion");
    assert(1 == 2);
    puts("never");
}

int main(void) {
    seL4_CPtr tcb = make_thread(second, stack + sizeof stack - OFF, 254);
    seL4_TCB_SetFlags(tcb, 0, WITHOUT_FPU ? seL4_TCBFlag_fpuDisabled : 0);
    seL4_TCB_Resume(tcb);
    printf("main: done\n");
}
