/* Fault messages in words, and a thread that does nothing but print them. */
#include <sel4utils/thread.h>
#include <stdio.h>
#include <utils/zf_log.h>

#define RED     "\033[1;31m"
#define NO_RED  "\033[0m"
#define WRITING 2 /* bit of the page fault's error code */

static void print_vm_fault(seL4_Fault_t fault, const char *name) {
    seL4_Word code = seL4_Fault_VMFault_get_FSR(fault);

    printf(RED "Pagefault from [%s]: %s %s at PC: %p vaddr: %p, FSR %p" NO_RED "\n", name,
           code & WRITING ? "write" : "read",
           seL4_Fault_VMFault_get_PrefetchFault(fault) ? "prefetch fault" : "fault",
           (void *)seL4_Fault_VMFault_get_IP(fault), (void *)seL4_Fault_VMFault_get_Addr(fault),
           (void *)code);
}

static void print_cap_fault(seL4_Fault_t fault, const char *name) {
    printf(RED "Cap fault from [%s] in phase %s\nPC = %p\nCPtr = %p" NO_RED "\n", name,
           seL4_Fault_CapFault_get_InRecvPhase(fault) ? "receive" : "send",
           (void *)seL4_Fault_CapFault_get_IP(fault), (void *)seL4_Fault_CapFault_get_Addr(fault));
}

void sel4utils_print_fault_message(seL4_MessageInfo_t tag, const char *name) {
    seL4_Fault_t fault = seL4_getFault(tag);

    switch (seL4_Fault_get_seL4_FaultType(fault)) {
    case seL4_Fault_VMFault:
        print_vm_fault(fault, name);
        break;
    case seL4_Fault_UnknownSyscall:
        printf(RED "Bad syscall from [%s]: scno %lu at PC: %p" NO_RED "\n", name,
               seL4_Fault_UnknownSyscall_get_Syscall(fault),
               (void *)seL4_Fault_UnknownSyscall_get_FaultIP(fault));
        break;
    case seL4_Fault_UserException:
        printf(RED "Invalid instruction from [%s] at PC: %p" NO_RED "\n", name,
               (void *)seL4_Fault_UserException_get_FaultIP(fault));
        break;
    case seL4_Fault_CapFault:
        print_cap_fault(fault, name);
        break;
    default:
        printf("Unknown fault from [%s]: %lu (length = %lu)\n", name,
               seL4_MessageInfo_get_label(tag), seL4_MessageInfo_get_length(tag));
    }
}

/* Never replies: the faulting thread stays where it is. */
static void print_faults(void *name, void *endpoint, void *ipc_buf) {
    (void)ipc_buf;
    for (;;) {
        seL4_MessageInfo_t tag = seL4_Recv((seL4_CPtr)endpoint, NULL);
        sel4utils_print_fault_message(tag, name);
    }
}

int sel4utils_start_fault_handler(seL4_CPtr fault_endpoint, vka_t *vka, vspace_t *vspace,
                                  seL4_CPtr cspace, seL4_Word data, char *name,
                                  sel4utils_thread_t *res) {
    int error = sel4utils_configure_thread(vka, vspace, vspace, 0, cspace, data, res);

    if (error != 0) {
        ZF_LOGE("Failed to make a fault handler, error %d", error);
        return error;
    }
    error = sel4utils_start_thread(res, print_faults, name, (void *)fault_endpoint, 1);
    if (error != 0) {
        sel4utils_clean_up_thread(vka, vspace, res);
    }
    return error;
}
