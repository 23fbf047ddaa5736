/* Running on a larger stack than the one a program was started with. */
#pragma once

#include <stddef.h>
#include <vspace/vspace.h>

/** @return the address just above a new stack of `n_pages` pages, NULL on failure */
static inline void *allocate_stack(vspace_t *vspace, size_t n_pages) {
    return vspace_new_sized_stack(vspace, n_pages);
}

/**
 * Call a function on another stack and come back.
 * @param stack_top  a multiple of 16
 * @param func       receives `arg`
 * @return what the function returned
 */
void *utils_run_on_stack(void *stack_top, void *(*func)(void *arg), void *arg);

/**
 * Call a function on a new stack of the usual size and come back; the stack is freed.
 * @param retval  receives what the function returned; may be NULL
 * @return 0, or -1 if there is no memory for the stack
 */
int sel4utils_run_on_stack(vspace_t *vspace, void *(*func)(void *arg), void *arg, void **retval);
