/* Functions that run before main and after it, collected by the linker script. */
#include "env.h"

typedef void function_t(void);
extern function_t *const __preinit_array_start[], *const __preinit_array_end[];
extern function_t *const __init_array_start[], *const __init_array_end[];
extern function_t *const __fini_array_start[], *const __fini_array_end[];

void __sel4runtime_run_constructors(void) {
    for (function_t *const *f = __preinit_array_start; f != __preinit_array_end; f++) {
        (*f)();
    }
    for (function_t *const *f = __init_array_start; f != __init_array_end; f++) {
        (*f)();
    }
}

void __sel4runtime_run_destructors(void) {
    for (function_t *const *f = __fini_array_end; f != __fini_array_start;) {
        (*--f)();
    }
}
