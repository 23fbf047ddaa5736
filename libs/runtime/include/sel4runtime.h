/* What the runtime gives a program: how it was started, thread-local storage for threads of its
 * own, and its end.
 *
 * The runtime is entered at _sel4_start (a root task: the kernel hands over the BootInfo) or
 * _start (a process: arguments, environment and auxiliary vector lie on the stack), prepares
 * stack, thread-local storage and IPC buffer, runs constructors and calls main.  When main
 * returns, destructors run and the thread is suspended; no fault is made. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <sel4runtime/auxv.h>

/** BootInfo of a root task, or of a process that was given one; NULL otherwise. */
seL4_BootInfo *sel4runtime_bootinfo(void);

/** Name of the program: argv[0], "rootserver" for a root task; NULL without arguments. */
char const *sel4runtime_process_name(void);

/** Number of arguments. */
int sel4runtime_argc(void);

/** Arguments, then NULL. */
char const *const *sel4runtime_argv(void);

/** Environment, strings of the form NAME=VALUE, then NULL. */
char const *const *sel4runtime_envp(void);

/** Capability of the initial thread's TCB; 0 if the program was told none. */
seL4_CPtr sel4runtime_initial_tcb(void);

/** Whether the initial thread's thread-local variables are usable. */
int sel4runtime_initial_tls_enabled(void);

/** Bytes that the thread-local storage of one thread takes, the thread block included. */
size_t sel4runtime_get_tls_size(void);

/** Fills in the thread-local storage of a new thread with the initial values.
 * @param tls_memory sel4runtime_get_tls_size() bytes, aligned to 16
 * @return the TLS base to give to seL4_TCB_SetTLSBase; 0 if tls_memory is NULL */
uintptr_t sel4runtime_write_tls_image(void *tls_memory);

/** Moves the calling thread's thread-local storage to other memory, values included.
 * @return the new TLS base; 0 if tls_memory is NULL */
uintptr_t sel4runtime_move_initial_tls(void *tls_memory);

/** TLS base of the calling thread, which must have thread-local storage. */
uintptr_t sel4runtime_get_tls_base(void);

/** Sets the TLS base of the calling thread. */
void sel4runtime_set_tls_base(uintptr_t tls_base);

/** Writes `size` bytes at the place that a thread-local variable has in another thread's storage.
 * @param tls_base that thread's TLS base
 * @param offset   distance of the variable from the base, in the calling thread
 * @return 0, or -1 if this is no place of a variable */
int __sel4runtime_write_tls_variable(uintptr_t tls_base, ptrdiff_t offset, void *value,
                                     size_t size);

/** Sets a thread-local variable of another thread, before that thread runs.
 * @param thread_pointer that thread's TLS base
 * @param variable       the variable's name
 * @param value          what it shall be
 * @return 0, or -1 if the variable is not thread-local */
#define sel4runtime_set_tls_variable(thread_pointer, variable, value)                              \
    ({                                                                                             \
        __typeof__(variable) sel4runtime_value_ = (value);                                         \
        __sel4runtime_write_tls_variable(                                                          \
            (thread_pointer), (ptrdiff_t)((uintptr_t) & (variable)-sel4runtime_get_tls_base()),    \
            &sel4runtime_value_, sizeof sel4runtime_value_);                                       \
    })

/** Function that takes over the end of the program. */
typedef void sel4runtime_exit_cb(int code);

/** Chooses what happens at the end of the program, after the destructors.
 * @return what was chosen before; NULL: the thread is suspended */
sel4runtime_exit_cb *sel4runtime_set_exit(sel4runtime_exit_cb *callback);

/** Ends the program: destructors, then the chosen function, then the initial thread stops. */
_Noreturn void sel4runtime_exit(int code);

/** Stops the calling thread for good, without a word and without using the processor. */
_Noreturn void sel4runtime_stop_thread(void);
