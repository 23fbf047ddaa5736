/* A thread with thread-local storage and IPC buffer of its own answers a call. */
#include "thread.h"
#include <stdint.h>

static char stack[8192] __attribute__((aligned(16)));
static char tls[4096] __attribute__((aligned(16)));
static char buffers[4096] __attribute__((aligned(4096)));
static seL4_CPtr ep;
static __thread int mine = 1;

static void server(void) {
    seL4_Word badge;
    seL4_MessageInfo_t info = seL4_Recv(ep, &badge);
    for (;;) {
        mine += (int)seL4_GetMR(5);
        seL4_SetMR(0, ~seL4_GetMR(0));
        seL4_SetMR(7, (seL4_Word)mine);
        info = seL4_ReplyRecv(ep, seL4_MessageInfo_new(9, 0, 0, 8), &badge);
    }
    (void)info;
}

int main(void) {
    seL4_BootInfo *bi = sel4runtime_bootinfo();
    ep = make(seL4_EndpointObject);
    seL4_CPtr tcb = make_thread(server, stack + sizeof stack - 8, 255);
    seL4_Word page =
        bi->userImageFrames.end - ((seL4_Word)bi->ipcBuffer - (seL4_Word)buffers) / 4096;
    uintptr_t base = sel4runtime_write_tls_image(tls);
    int error = seL4_TCB_SetIPCBuffer(tcb, (seL4_Word)buffers, page);
    error |= seL4_TCB_SetTLSBase(tcb, base);
    error |= sel4runtime_set_tls_variable(base, __sel4_ipc_buffer, (seL4_IPCBuffer *)buffers);
    error |= seL4_TCB_Resume(tcb);
    printf("set up %d\n", error);
    for (int i = 1; i < 3; i++) {
        seL4_SetMR(0, 0x6161);
        seL4_SetMR(5, 10);
        seL4_MessageInfo_t info = seL4_Call(ep, seL4_MessageInfo_new(0, 0, 0, 6));
        printf("answer %lu %lu %#lx %lu, mine %d\n", seL4_MessageInfo_get_label(info),
               seL4_MessageInfo_get_length(info), seL4_GetMR(0), seL4_GetMR(7), mine);
    }
}
