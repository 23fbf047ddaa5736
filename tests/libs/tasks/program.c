/* The process that processes.c starts: calls through a capability, or faults as it is told. */
#include <sel4/sel4.h>
#include <sel4runtime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int constant = 1;
static int variable = 1, zero[3000];
static __thread int own = 1;

/* Entered without the runtime: no thread-local storage, so words go in registers only. */
void plain_entry(seL4_Word argc, char **argv, void *ipc_buffer) {
    seL4_Word letter = (seL4_Word)argv[1][0], end = argv[argc] == NULL;
    seL4_Word buffer = (seL4_Word)ipc_buffer;

    seL4_SendWithMRs(strtoul(argv[0], NULL, 10), seL4_MessageInfo_new(0, 0, 0, 4), &argc, &letter,
                     &end, &buffer);
    sel4runtime_stop_thread();
}

int main(int argc, char **argv) {
    if (argc == 0) {
        plain_entry(0, argv, NULL); /* never: keeps the function in the image */
    }
    if (argc == 2 && strcmp(argv[1], "fault") == 0) {
        *(volatile int *)0x1000 = 1;
    }
    if (argc == 2 && strcmp(argv[1], "write") == 0) {
        *(volatile char *)main = 0;
    }
    seL4_CPtr endpoint = strtoul(argv[0], NULL, 10);
    printf("program: %s %s, %d\n", argv[0], argv[1], (int)sel4runtime_initial_tcb());
    seL4_SetMR(0, 0x6161);
    seL4_SetMR(1, (seL4_Word)argc);
    seL4_SetMR(2, (seL4_Word)(variable + zero[2999] + own - constant));
    seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 3));
    printf("program: got %#lx\n", seL4_GetMR(0));
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    return 0;
}
