/* Inside of the runtime: what is known about the program. */
#pragma once
#include <sel4runtime.h>
#include <stdbool.h>

struct sel4runtime_env {
    const char *const *argv;
    const char *const *envp;
    int argc;
    seL4_BootInfo *bootinfo;
    seL4_IPCBuffer *ipc_buffer;
    seL4_CPtr tcb;       /**< of the initial thread; 0 if unknown */
    uintptr_t stack_low; /**< the initial thread's stack is [stack_low, stack_high) */
    uintptr_t stack_high;
    bool tls_enabled;
    sel4runtime_exit_cb *exit_callback;
};

extern struct sel4runtime_env __sel4runtime_env;

/** Gives the initial thread its thread-local storage. */
void __sel4runtime_initialise_tls(void);

/** Runs constructors; destructors. */
void __sel4runtime_run_constructors(void);
void __sel4runtime_run_destructors(void);
