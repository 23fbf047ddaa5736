/*
 * First registers of a thread, and words on a stack that another address space owns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sel4/sel4.h>
#include <sel4utils/arch/util.h>
#include <sel4utils/mapping.h>
#include <sel4utils/thread.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

/* A stack pointer must be a multiple of this where a function is called. */
#define STACK_CALL_ALIGNMENT 16

/**
 * Registers for a function without arguments.
 * @param stack_top  a multiple of 16
 * @return 0
 */
int sel4utils_arch_init_context(void *entry_point, void *stack_top, seL4_UserContext *context);

/**
 * Registers for a function of three arguments on a stack of the caller's address space. A return
 * from the function suspends the thread.
 * @param stack_top  a multiple of 16; one word below it is written
 * @return 0, or -1 if stack_top is misaligned
 */
int sel4utils_arch_init_local_context(sel4utils_thread_entry_fn entry_point, void *arg0, void *arg1,
                                      void *ipc_buf, void *stack_top, seL4_UserContext *context);

/**
 * As sel4utils_arch_init_local_context(), also for a stack of another address space, where the
 * word below stack_top stays as it is.
 */
int sel4utils_arch_init_context_with_args(sel4utils_thread_entry_fn entry_point, void *arg0,
                                          void *arg1, void *arg2, bool local_stack, void *stack_top,
                                          seL4_UserContext *context, vka_t *vka,
                                          vspace_t *local_vspace, vspace_t *remote_vspace);

/**
 * Copy bytes into memory of another address space.
 * @param dest  where, in `target`; all of it mapped in pages of 4 KiB
 * @return 0 or an error number
 */
int sel4utils_write_remote(vspace_t *current, vspace_t *target, uintptr_t dest, const void *bytes,
                           size_t length);

/**
 * Put bytes on a stack of another address space.
 * @param stack_top  in: present stack pointer; out: where the bytes are, aligned to 16 bytes
 * @return 0 or an error number
 */
int sel4utils_stack_write(vspace_t *current, vspace_t *target, vka_t *vka, void *buf, size_t len,
                          uintptr_t *stack_top);

/** As sel4utils_stack_write() for one word, without any alignment. */
int sel4utils_stack_write_constant(vspace_t *current, vspace_t *target, vka_t *vka, long value,
                                   uintptr_t *stack_top);
