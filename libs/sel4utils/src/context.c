/*
 * First registers of threads, by the calling convention: at a function's first instruction rsp + 8
 * is a multiple of 16, because a return address has just been pushed.
 */
#include <sel4utils/helpers.h>
#include <sel4runtime.h>
#include <string.h>
#include <utils/page.h>
#include <utils/zf_log.h>

int sel4utils_arch_init_context(void *entry_point, void *stack_top, seL4_UserContext *context) {
    memset(context, 0, sizeof(*context));
    sel4utils_set_instruction_pointer(context, (seL4_Word)entry_point);
    sel4utils_set_stack_pointer(context, (seL4_Word)stack_top);
    return 0;
}

int sel4utils_arch_init_context_with_args(sel4utils_thread_entry_fn entry_point, void *arg0,
                                          void *arg1, void *arg2, bool local_stack, void *stack_top,
                                          seL4_UserContext *context, vka_t *vka,
                                          vspace_t *local_vspace, vspace_t *remote_vspace) {
    seL4_Word *return_address = (seL4_Word *)stack_top - 1;
    (void)vka;
    (void)local_vspace;
    (void)remote_vspace;

    if ((seL4_Word)stack_top % STACK_CALL_ALIGNMENT != 0) {
        ZF_LOGE("The stack's top %p is not a multiple of %d", stack_top, STACK_CALL_ALIGNMENT);
        return -1;
    }
    if (local_stack) {
        *return_address = (seL4_Word)sel4runtime_stop_thread;
    }
    sel4utils_arch_init_context((void *)entry_point, return_address, context);
    context->rdi = (seL4_Word)arg0;
    context->rsi = (seL4_Word)arg1;
    context->rdx = (seL4_Word)arg2;
    return 0;
}

int sel4utils_arch_init_local_context(sel4utils_thread_entry_fn entry_point, void *arg0, void *arg1,
                                      void *ipc_buf, void *stack_top, seL4_UserContext *context) {
    return sel4utils_arch_init_context_with_args(entry_point, arg0, arg1, ipc_buf, true, stack_top,
                                                 context, NULL, NULL, NULL);
}
