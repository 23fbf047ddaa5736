/* The pointer to the calling thread's IPC buffer, one for every thread. */
#include <sel4/functions.h>

#ifdef CONFIG_LIB_SEL4_USE_THREAD_LOCALS
__thread seL4_IPCBuffer *__sel4_ipc_buffer;
#else
seL4_IPCBuffer *__sel4_ipc_buffer;
#endif
