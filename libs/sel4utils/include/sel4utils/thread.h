/*
 * Threads with everything that C code needs: TCB, IPC buffer, stack, thread-local storage.
 *
 * A configured thread owns its TCB, its IPC buffer's page and its stack until
 * sel4utils_clean_up_thread() takes them back; a configuration that fails owns nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sel4/sel4.h>
#include <sel4utils/util.h>
#include <sel4utils/sched.h>
#include <sel4utils/thread_config.h>
#include <simple/simple.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

typedef struct sel4utils_thread {
    vka_object_t tcb;
    vka_object_t sched_context; /* does not exist in this kernel */
    void *stack_top;
    void *initial_stack_pointer; /* set when the thread is started */
    size_t stack_size;           /* in pages */
    seL4_CPtr ipc_buffer;
    seL4_Word ipc_buffer_addr;
    bool own_sc;
    bool own_reply;
    vka_object_t reply;
} sel4utils_thread_t;

typedef void (*sel4utils_thread_entry_fn)(void *arg0, void *arg1, void *ipc_buf);

/**
 * Make a thread with a stack of the usual size.
 * @param parent            address space of this program
 * @param alloc             address space that the thread runs in
 * @param fault_endpoint    fault handler in the thread's CSpace, or 0
 * @param cspace            its CSpace
 * @param cspace_root_data  guard for the CSpace; 0 keeps the capability's own
 * @param res               receives the thread
 * @return 0 or an error number
 */
int sel4utils_configure_thread(vka_t *vka, vspace_t *parent, vspace_t *alloc,
                               seL4_CPtr fault_endpoint, seL4_CNode cspace,
                               seL4_Word cspace_root_data, sel4utils_thread_t *res);

/** As sel4utils_configure_thread(), from a configuration. */
int sel4utils_configure_thread_config(vka_t *vka, vspace_t *parent, vspace_t *alloc,
                                      sel4utils_thread_config_t config, sel4utils_thread_t *res);

/**
 * Start a thread that runs in the caller's address space.
 *
 * Its thread-local storage is taken from the top of its stack. When the entry function returns,
 * the thread is suspended.
 * @param arg0, arg1  handed to the entry function; the third argument is its IPC buffer
 * @param resume      0: only prepare it, for seL4_TCB_Resume()
 * @return 0 or an error number
 */
int sel4utils_start_thread(sel4utils_thread_t *thread, sel4utils_thread_entry_fn entry_point,
                           void *arg0, void *arg1, int resume);

/** Free everything of a thread. */
void sel4utils_clean_up_thread(vka_t *vka, vspace_t *alloc, sel4utils_thread_t *thread);

/** Print a fault message that has just been received, in colour. `name` is the faulting thread. */
void sel4utils_print_fault_message(seL4_MessageInfo_t tag, const char *name);

/**
 * Make and start a thread that prints every fault that arrives on an endpoint and leaves the
 * faulting thread stopped.
 * @param cspace, data  the handler's CSpace and guard
 * @param name          printed as the faulting thread's name; it must stay
 * @return 0 or an error number
 */
int sel4utils_start_fault_handler(seL4_CPtr fault_endpoint, vka_t *vka, vspace_t *vspace,
                                  seL4_CPtr cspace, seL4_Word data, char *name,
                                  sel4utils_thread_t *res);

/** @return the thread's TCB */
static inline seL4_TCB sel4utils_get_tcb(sel4utils_thread_t *thread) { return thread->tcb.cptr; }

/** Stop a thread until seL4_TCB_Resume(). @return 0 or an error number */
static inline int sel4utils_suspend_thread(sel4utils_thread_t *thread) {
    return seL4_TCB_Suspend(thread->tcb.cptr);
}

/** Set priority and maximum controlled priority, each only if it is not zero. @return 0 or error */
int sel4utils_set_sched_params(seL4_TCB tcb, sched_params_t params);
