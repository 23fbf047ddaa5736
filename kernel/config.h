/* The configuration that user programs can see, with the names of the ABI sheet (0.3). */
#pragma once

#define CONFIG_ROOT_CNODE_SIZE_BITS              13 /* more for an image of more than 28 MiB */
#define CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS     230
#define CONFIG_RETYPE_FAN_OUT_LIMIT              256
#define CONFIG_RESET_CHUNK_BITS                  8
#define CONFIG_MAX_NUM_WORK_UNITS_PER_PREEMPTION 100
#define CONFIG_USER_STACK_TRACE_LENGTH           16
#define CONFIG_TIMER_TICK_MS                     2
#define CONFIG_TIME_SLICE                        5
#define CONFIG_NUM_PRIORITIES                    256
#define CONFIG_NUM_DOMAINS                       1
#define CONFIG_NUM_DOMAIN_SCHEDULES              2
#define CONFIG_PADDR_USER_DEVICE_TOP             (1ul << 47)

/* Set by the build: debug kernels have a console, names, checks and the trace. */
#ifdef CONFIG_DEBUG_BUILD
#define DEBUG_BUILD 1
#else
#define DEBUG_BUILD 0
#endif
