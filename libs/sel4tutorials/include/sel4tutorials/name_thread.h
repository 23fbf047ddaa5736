/*
 * The naming of threads as the lessons' programs call it.
 */
#pragma once

#include <sel4/sel4.h>
#include <sel4utils/util.h> /* NAME_THREAD() does name one */

/**
 * Does nothing: threads that the lessons make keep the kernel's name for them, and fault reports
 * read as the lessons quote them. seL4_DebugNameThread() gives a thread a name.
 */
void name_thread(seL4_CPtr tcb, char *name);
