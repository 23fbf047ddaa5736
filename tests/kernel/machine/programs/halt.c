/* Stops the machine: by DebugHalt, or (MISUSE) by naming something that is no thread. */
#include <sel4/sel4.h>
#include <stdio.h>

#ifdef PADDING
char padding[PADDING]; /* a large image */
#endif

int main(void) {
#ifdef PADDING
    padding[PADDING - 1] = 1;
#endif
    printf("before\n");
#ifdef MISUSE
    seL4_DebugNameThread(seL4_CapInitThreadCNode, "not a thread");
#else
    seL4_DebugHalt();
#endif
    printf("after\n");
    return 0;
}
