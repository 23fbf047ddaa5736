/* Order of memory accesses, as the compiler and as other threads see it. */
#pragma once

/** The compiler moves no memory access across. */
#define COMPILER_MEMORY_FENCE()   __atomic_signal_fence(__ATOMIC_ACQ_REL)
#define COMPILER_MEMORY_RELEASE() __atomic_signal_fence(__ATOMIC_RELEASE)
#define COMPILER_MEMORY_ACQUIRE() __atomic_signal_fence(__ATOMIC_ACQUIRE)

/** Nor does the processor. */
#define THREAD_MEMORY_FENCE()   __atomic_thread_fence(__ATOMIC_ACQ_REL)
#define THREAD_MEMORY_RELEASE() __atomic_thread_fence(__ATOMIC_RELEASE)
#define THREAD_MEMORY_ACQUIRE() __atomic_thread_fence(__ATOMIC_ACQUIRE)
