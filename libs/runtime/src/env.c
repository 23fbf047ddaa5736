/* Answers about how the program was started. */
#include "env.h"

seL4_BootInfo *sel4runtime_bootinfo(void) { return __sel4runtime_env.bootinfo; }

char const *sel4runtime_process_name(void) {
    return __sel4runtime_env.argc > 0 ? __sel4runtime_env.argv[0] : NULL;
}

int sel4runtime_argc(void) { return __sel4runtime_env.argc; }

char const *const *sel4runtime_argv(void) { return __sel4runtime_env.argv; }

char const *const *sel4runtime_envp(void) { return __sel4runtime_env.envp; }

seL4_CPtr sel4runtime_initial_tcb(void) { return __sel4runtime_env.tcb; }

int sel4runtime_initial_tls_enabled(void) { return __sel4runtime_env.tls_enabled; }
