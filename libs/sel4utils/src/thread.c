/*
 * Makes, starts and frees threads; see thread.h.
 *
 * A thread's fields are filled in only as each part comes into being, so cleaning up a thread that
 * was half made is the same as cleaning up a whole one.
 */
#include <sel4utils/thread.h>
#include <sel4runtime.h>
#include <sel4utils/api.h>
#include <sel4utils/helpers.h>
#include <string.h>
#include <utils/page.h>
#include <utils/zf_log.h>

/* Thread-local storage must leave the stack to the thread. */
#define MAX_TLS_SHARE 8

int sel4utils_set_sched_params(seL4_TCB tcb, sched_params_t params) {
    int error = 0;

    if (params.mcp != 0) {
        error = seL4_TCB_SetMCPriority(tcb, params.auth, params.mcp);
    }
    if (error == 0 && params.priority != 0) {
        error = seL4_TCB_SetPriority(tcb, params.auth, params.priority);
    }
    return error;
}

static int make_parts(vka_t *vka, vspace_t *alloc, sel4utils_thread_config_t config,
                      sel4utils_thread_t *thread) {
    size_t pages = config.custom_stack_size ? config.stack_size
                                            : BYTES_TO_4K_PAGES(CONFIG_SEL4UTILS_STACK_SIZE);

    if (vka_alloc_tcb(vka, &thread->tcb) != 0) {
        return -1;
    }
    if (!config.no_ipc_buffer) {
        thread->ipc_buffer_addr = (seL4_Word)vspace_new_ipc_buffer(alloc, &thread->ipc_buffer);
        if (thread->ipc_buffer_addr == 0) {
            return -1;
        }
    }
    if (pages > 0) {
        thread->stack_top = vspace_new_sized_stack(alloc, pages);
        if (thread->stack_top == NULL) {
            return -1;
        }
        thread->stack_size = pages;
    }
    return 0;
}

int sel4utils_configure_thread_config(vka_t *vka, vspace_t *parent, vspace_t *alloc,
                                      sel4utils_thread_config_t config, sel4utils_thread_t *res) {
    (void)parent; /* nothing of the thread is visible here until it is started */
    memset(res, 0, sizeof(*res));
    int error = make_parts(vka, alloc, config, res);
    if (error == 0) {
        error = api_tcb_configure(res->tcb.cptr, config.fault_endpoint, seL4_CapNull, seL4_CapNull,
                                  config.cspace, config.cspace_root_data, vspace_get_root(alloc),
                                  seL4_NilData, res->ipc_buffer_addr, res->ipc_buffer);
    }
    if (error == 0) {
        error = sel4utils_set_sched_params(res->tcb.cptr, config.sched_params);
    }
    if (error != 0) {
        ZF_LOGE("Failed to make a thread, error %d", error);
        sel4utils_clean_up_thread(vka, alloc, res);
    }
    return error;
}

int sel4utils_configure_thread(vka_t *vka, vspace_t *parent, vspace_t *alloc,
                               seL4_CPtr fault_endpoint, seL4_CNode cspace,
                               seL4_Word cspace_root_data, sel4utils_thread_t *res) {
    sel4utils_thread_config_t config = {
        .fault_endpoint = fault_endpoint,
        .cspace = cspace,
        .cspace_root_data = cspace_root_data,
    };
    return sel4utils_configure_thread_config(vka, parent, alloc, config, res);
}

/* Thread-local storage at the top of the stack; returns its base, and what is left of the stack. */
static uintptr_t make_tls(sel4utils_thread_t *thread, uintptr_t *stack_top) {
    size_t size = ROUND_UP(sel4runtime_get_tls_size(), STACK_CALL_ALIGNMENT);
    uintptr_t memory = (uintptr_t)thread->stack_top - size;

    if (size > thread->stack_size * PAGE_SIZE_4K / MAX_TLS_SHARE) {
        ZF_LOGE("Thread-local storage of %zu bytes takes too much of the stack", size);
        return 0;
    }
    *stack_top = ALIGN_DOWN(memory, (uintptr_t)STACK_CALL_ALIGNMENT);
    uintptr_t base = sel4runtime_write_tls_image((void *)memory);
    seL4_IPCBuffer *ipc_buffer = (void *)thread->ipc_buffer_addr;
    sel4runtime_set_tls_variable(base, __sel4_ipc_buffer, ipc_buffer);
    return base;
}

int sel4utils_start_thread(sel4utils_thread_t *thread, sel4utils_thread_entry_fn entry_point,
                           void *arg0, void *arg1, int resume) {
    seL4_UserContext context;
    uintptr_t stack_top;

    uintptr_t tls_base = make_tls(thread, &stack_top);
    if (tls_base == 0 ||
        sel4utils_arch_init_local_context(entry_point, arg0, arg1, (void *)thread->ipc_buffer_addr,
                                          (void *)stack_top, &context) != 0) {
        return -1;
    }
    thread->initial_stack_pointer = (void *)sel4utils_get_sp(context);
    int error = seL4_TCB_WriteRegisters(thread->tcb.cptr, 0, 0, SEL4_USER_CONTEXT_WORDS, &context);
    if (error == 0) {
        error = seL4_TCB_SetTLSBase(thread->tcb.cptr, tls_base);
    }
    if (error == 0 && resume) {
        error = seL4_TCB_Resume(thread->tcb.cptr);
    }
    return error;
}

void sel4utils_clean_up_thread(vka_t *vka, vspace_t *alloc, sel4utils_thread_t *thread) {
    if (thread->tcb.cptr != 0) {
        vka_free_object(vka, &thread->tcb);
    }
    if (thread->ipc_buffer_addr != 0) {
        vspace_free_ipc_buffer(alloc, (void *)thread->ipc_buffer_addr);
    }
    if (thread->stack_top != NULL) {
        vspace_free_sized_stack(alloc, thread->stack_top, thread->stack_size);
    }
    memset(thread, 0, sizeof(*thread));
}
