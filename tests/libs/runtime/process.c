/* Enters the program a second time, as a parent that starts a process would: by either entry, with
 * arguments, environment and auxiliary vector on the stack. */
#include <sel4runtime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void _start(void);
void _sel4_start(void);

static int again(int argc, char **argv, char **envp) {
    printf("arguments %d %s %s\n", argc, argv[0], argv[1]);
    printf("environment %s %s\n", envp[0], getenv("B"));
    printf("thread %lu, bootinfo %d, buffer %d\n", sel4runtime_initial_tcb(),
           sel4runtime_bootinfo() != NULL, seL4_GetIPCBuffer() != NULL);
    return 0;
}

static void enter(void (*entry)(void), seL4_IPCBuffer *buffer) {
    static seL4_Word stack[2048];
    seL4_Word *top = stack + 1900;
    const char *const strings[] = {"client", "8", NULL, "A=1", "B=two", NULL};
    seL4_Word auxv[] = {AT_PAGESZ, 4096, AT_SEL4_IPC_BUFFER_PTR, (seL4_Word)buffer, AT_SEL4_TCB, 1,
                        AT_NULL,   0};
    top[0] = 2;
    memcpy(top + 1, strings, sizeof strings);
    memcpy(top + 7, auxv, sizeof auxv);
    __asm__ volatile("movq %0, %%rsp\n\tjmp *%1" : : "r"(top), "r"(entry));
    __builtin_unreachable();
}

int main(int argc, char **argv, char **envp) {
    static int entered;
    entered++;
    if (argc == 2) {
        again(argc, argv, envp);
    }
    if (entered < 3) {
        enter(entered == 1 ? _start : _sel4_start, seL4_GetIPCBuffer());
    }
    return 0;
}
