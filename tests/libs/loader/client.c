/* Calls the server once; its name's last letter says what else it does. */
#include <sel4/sel4.h>
#include <stdio.h>
#include <string.h>

extern seL4_CPtr endpoint;
static __thread int own = 5;
static char zero[100000];

/* Far deeper than the stack. */
static int recurse(int n) {
    volatile char here[1000];
    here[0] = (char)n;
    return n == 1000000 ? 0 : recurse(n + 1) + here[0];
}

int main(int argc, char **argv) {
    char last = argv[0][strlen(argv[0]) - 1];

    (void)argc;
    printf("%s: own %d, zero %d\n", argv[0], own, zero[sizeof(zero) - 1]);
    seL4_SetMR(0, 41);
    seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    printf("%s: got %lu\n", argv[0], seL4_GetMR(0));
    if (last == 'r') {
        return recurse(0);
    }
    if (last == 'l') {
        seL4_Recv(endpoint, NULL); /* its capability has no read right */
    }
    return 0;
}
