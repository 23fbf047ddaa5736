/* Stops the machine: by DebugHalt, or by naming a thread in a wrong way.
 *
 * MISUSE: something that is no thread. ENDLESS: a name without an end. UNREADABLE: no IPC buffer.
 */
#include <sel4/sel4.h>
#include <stdio.h>
#include <string.h>

#ifdef PADDING
char padding[PADDING]; /* a large image */
#endif

int main(void) {
#ifdef PADDING
    padding[PADDING - 1] = 1;
#endif
    printf("before\n");
#ifdef MISUSE
    seL4_DebugNameThread(seL4_CapInitThreadCNode, "not a thread");
#elif defined ENDLESS || defined UNREADABLE
    seL4_Word tcb = seL4_CapInitThreadTCB, info = 0;
#ifdef UNREADABLE
    seL4_TCB_SetIPCBuffer(seL4_CapInitThreadTCB, 0, seL4_CapInitThreadIPCBuffer);
#endif
    memset(seL4_GetIPCBuffer()->msg, 'n', sizeof seL4_GetIPCBuffer()->msg);
    __asm__ volatile("movq %%rsp, %%rbx\n\tsyscall\n\tmovq %%rbx, %%rsp"
                     : "+D"(tcb), "+S"(info)
                     : "d"((long)seL4_SysDebugNameThread)
                     : "rbx", "rcx", "r11", "r8", "r9", "r10", "r15", "memory");
#else
    seL4_DebugHalt();
#endif
    printf("after\n");
    return 0;
}
