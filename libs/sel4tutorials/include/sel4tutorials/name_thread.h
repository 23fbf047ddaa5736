/*
 * The naming of threads as the lessons' programs call it.
 */
#pragma once

#include <sel4/sel4.h>

/**
 * Does nothing: threads that the lessons make keep the kernel's name for them, and fault reports
 * read as the lessons quote them. seL4_DebugNameThread() gives a thread a name.
 */
void name_thread(seL4_CPtr tcb, char *name);

/* Name a thread, in debug builds. */
#ifdef CONFIG_DEBUG_BUILD
#define NAME_THREAD(tcb, name) seL4_DebugNameThread(tcb, name)
#else
#define NAME_THREAD(tcb, name) ((void)(tcb), (void)(name))
#endif
