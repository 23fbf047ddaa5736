/* What most programs need of sel4utils: registers, error names, log lines for kernel errors. */
#pragma once

#include <sel4utils/arch/util.h>
#include <sel4utils/sel4_zf_logif.h>
#include <sel4utils/strerror.h>
#include <utils/util.h>

/* Name a thread in the kernel's messages, in debug builds. */
#ifdef CONFIG_DEBUG_BUILD
#define NAME_THREAD(tcb, name) seL4_DebugNameThread(tcb, name)
#else
#define NAME_THREAD(tcb, name) ((void)(tcb), (void)(name))
#endif
