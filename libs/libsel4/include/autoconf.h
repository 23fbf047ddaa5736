/* The configuration of the kit as C programs see it: one symbol for every choice of the kernel
 * build, under seL4's own names.  A choice that is off has no symbol at all.
 *
 * CAPLAB_RELEASE selects the release kernel (no console, no debug calls) for measuring. */
#pragma once

/* Machine. */
#define CONFIG_ARCH_X86              1
#define CONFIG_ARCH_X86_64           1
#define CONFIG_SEL4_ARCH_X86_64      1
#define CONFIG_ARCH                  "x86"
#define CONFIG_SEL4_ARCH             "x86_64"
#define CONFIG_PLAT                  "pc99"
#define CONFIG_PLAT_PC99             1
#define CONFIG_ARCH_X86_NEHALEM      1
#define CONFIG_WORD_SIZE             64
#define CONFIG_HAVE_FPU              1
#define CONFIG_FXSAVE                1
#define CONFIG_XSAVE_SIZE            512
#define CONFIG_SYSCALL               1
#define CONFIG_HUGE_PAGE             1
#define CONFIG_IRQ_IOAPIC            1
#define CONFIG_XAPIC                 1
#define CONFIG_MAX_NUM_IOAPIC        1
#define CONFIG_FASTPATH              1
#define CONFIG_PADDR_USER_DEVICE_TOP 140737488355328

/* The base of %fs is set by a system call: it works on processors without FSGSBASE, too. */
#define CONFIG_FSGSBASE_MSR      1
#define CONFIG_SET_TLS_BASE_SELF 1

/* Kernel limits. */
#define CONFIG_MAX_NUM_NODES                     1
#define CONFIG_NUM_DOMAINS                       1
#define CONFIG_NUM_DOMAIN_SCHEDULES              2
#define CONFIG_NUM_PRIORITIES                    256
#define CONFIG_TIMER_TICK_MS                     2
#define CONFIG_TIME_SLICE                        5
#define CONFIG_ROOT_CNODE_SIZE_BITS              13
#define CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS     230
#define CONFIG_RETYPE_FAN_OUT_LIMIT              256
#define CONFIG_RESET_CHUNK_BITS                  8
#define CONFIG_MAX_NUM_WORK_UNITS_PER_PREEMPTION 100
#define CONFIG_USER_STACK_TRACE_LENGTH           16
#define CONFIG_KERNEL_STACK_BITS                 12

#ifndef CAPLAB_RELEASE
#define CONFIG_DEBUG_BUILD     1
#define CONFIG_PRINTING        1
#define CONFIG_IRQ_REPORTING   1
#define CONFIG_COLOUR_PRINTING 1
#endif

/* User side. */
#define CONFIG_LIB_SEL4_INLINE_INVOCATIONS                  1
#define CONFIG_LIB_SEL4_DEFAULT_FUNCTION_ATTRIBUTES         1
#define CONFIG_LIB_SEL4_USE_THREAD_LOCALS                   1
#define CONFIG_LIB_SEL4_PLAT_SUPPORT_USE_SEL4_DEBUG_PUTCHAR 1
#define CONFIG_SEL4RUNTIME_ROOT_STACK                       16384
#define CONFIG_SEL4UTILS_STACK_SIZE                         65536
#define CONFIG_SEL4UTILS_CSPACE_SIZE_BITS                   12
#define LIB_UTILS_DEFAULT_ZF_LOG_LEVEL                      5
