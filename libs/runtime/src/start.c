/* From the first C function to main: the same path for root tasks and processes once the
 * arguments are found. Nothing here may use a thread-local variable before the storage for them
 * is there, and nothing of the C library does at all. */
#include "env.h"
#include <stddef.h>
#include <stdlib.h>

int main(int argc, char **argv, char **envp);

struct sel4runtime_env __sel4runtime_env;

static void read_auxv(const auxv_t *auxv) {
    struct sel4runtime_env *env = &__sel4runtime_env;
    for (; auxv->a_type != AT_NULL; auxv++) {
        switch (auxv->a_type) {
        case AT_SEL4_BOOT_INFO:
            env->bootinfo = auxv->a_un.a_ptr;
            break;
        case AT_SEL4_IPC_BUFFER_PTR:
            env->ipc_buffer = auxv->a_un.a_ptr;
            break;
        case AT_SEL4_TCB:
            env->tcb = (seL4_CPtr)auxv->a_un.a_val;
            break;
        default: /* program headers, page size: this image knows its own */
            break;
        }
    }
    if (env->bootinfo != NULL && env->ipc_buffer == NULL) {
        env->ipc_buffer = env->bootinfo->ipcBuffer;
    }
}

/* The kernel's messages call the thread by the program's name. Only with an IPC buffer, which the
 * call needs, and only if the capability is a TCB: else the kernel stops the machine. */
static void name_thread(void) {
#ifdef CONFIG_DEBUG_BUILD
    enum { CAP_TCB = 12 }; /* what seL4_DebugCapIdentify says of one */
    const struct sel4runtime_env *env = &__sel4runtime_env;
    if (env->ipc_buffer != NULL && env->argc > 0 && env->tcb != 0 &&
        seL4_DebugCapIdentify(env->tcb) == CAP_TCB) {
        seL4_DebugNameThread(env->tcb, env->argv[0]);
    }
#endif
}

static _Noreturn void run(int argc, const char *const *argv, const char *const *envp,
                          const auxv_t *auxv) {
    struct sel4runtime_env *env = &__sel4runtime_env;
    env->argc = argc;
    env->argv = argv;
    env->envp = envp;
    read_auxv(auxv);
    __sel4runtime_initialise_tls();
    seL4_SetIPCBuffer(env->ipc_buffer);
    name_thread();
    __sel4runtime_run_constructors();
    exit(main(argc, (char **)argv, (char **)envp));
}

/* Called from _sel4_start: a root task gets arguments and environment made for it. */
_Noreturn void __sel4_start_root(seL4_BootInfo *bootinfo) {
    extern char sel4runtime_root_stack[], sel4runtime_root_stack_top[];
    static const char *const argv[] = {"rootserver", NULL};
    static const char *const envp[] = {"seL4=1", NULL};
    const auxv_t auxv[] = {
        {.a_type = AT_SEL4_BOOT_INFO, .a_un.a_ptr = bootinfo},
        {.a_type = AT_SEL4_TCB, .a_un.a_val = seL4_CapInitThreadTCB},
        {.a_type = AT_NULL},
    };
    __sel4runtime_env.stack_low = (uintptr_t)sel4runtime_root_stack;
    __sel4runtime_env.stack_high = (uintptr_t)sel4runtime_root_stack_top;
    run(1, argv, envp, auxv);
}

/* Called from _start. `stack` is where the parent put argc, argv, NULL, environment, NULL and the
 * auxiliary vector; below it lies the stack, of which the customary size is taken to be true. */
_Noreturn void __sel4_start_process(const uintptr_t *stack) {
    int argc = (int)stack[0];
    const char *const *argv = (const char *const *)(stack + 1);
    const char *const *envp = argv + argc + 1;
    const char *const *end = envp;
    while (*end != NULL) {
        end++;
    }
    __sel4runtime_env.stack_low = (uintptr_t)stack - CONFIG_SEL4UTILS_STACK_SIZE;
    __sel4runtime_env.stack_high = (uintptr_t)stack;
    run(argc, argv, envp, (const auxv_t *)(end + 1));
}
