/* A call on a new stack of the usual size; the stack goes when the function returns. */
#include <sel4utils/stack.h>
#include <utils/zf_log.h>

int sel4utils_run_on_stack(vspace_t *vspace, void *(*func)(void *arg), void *arg, void **retval) {
    void *stack_top = vspace_new_stack(vspace);

    if (stack_top == NULL) {
        ZF_LOGE("Failed to make a stack");
        return -1;
    }
    void *result = utils_run_on_stack(stack_top, func, arg);
    if (retval != NULL) {
        *retval = result;
    }
    vspace_free_stack(vspace, stack_top);
    return 0;
}
