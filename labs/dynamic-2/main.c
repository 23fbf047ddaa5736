/*
 * Two threads of one address space talk through an endpoint.
 *
 * main builds all that a conversation needs: a page for thread_2's IPC buffer, an endpoint, and a
 * badged capability to it. Then main calls, thread_2 turns every bit of the word over and replies,
 * and main checks the reply. Tasks 1 to 7, 9, 11 and 15 ask the kernel for something; tasks 8, 10,
 * 12, 13 and 14 are small functions that only touch message registers. The lesson is README.md.
 */
#include <autoconf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include <allocman/allocman.h>
#include <allocman/bootstrap.h>
#include <allocman/vka.h>
#include <sel4/sel4.h>
#include <sel4platsupport/bootinfo.h>
#include <sel4runtime.h>
#include <sel4utils/mapping.h>
#include <sel4utils/util.h>
#include <simple-default/simple-default.h>
#include <simple/simple.h>
#include <utils/arith.h>
#include <utils/zf_log.h>
#include <vka/object.h>
#include <vka/object_capops.h>

#include <lab_constants.h> /* EP_BADGE and MSG_DATA: other values when the lab is graded */

#include "rehearsal.h"

/* Where thread_2's IPC buffer shall appear. Any free, page-aligned address would do; at this one
 * not even a page table exists yet. */
#define IPCBUF_VADDR           0x7000000
#define IPCBUF_FRAME_SIZE_BITS 12

/* thread_2 runs only while main waits, so the two never talk over each other. */
#define THREAD_2_PRIORITY (seL4_MaxPrio - 1)

#define STACK_WORDS    1024
#define TLS_BYTES      4096
#define ALLOCATOR_POOL (10 * BIT(seL4_PageBits))

/* What the libraries keep between calls: what we were given (simple), how to ask for objects
 * (vka), and the allocator behind it, whose own memory is the pool. */
simple_t simple;
vka_t vka;
static char allocator_pool[ALLOCATOR_POOL];

/* The capabilities of the conversation: pd_cap is the root of the address space that both threads
 * share. vka_object_t says where an object's capability lies (cptr); cspacepath_t is the full
 * address of a slot. */
seL4_CPtr pd_cap;
vka_object_t tcb_object;
vka_object_t ipc_frame_object;
vka_object_t pt_object;
vka_object_t ep_object;
cspacepath_t ep_cap_path;

static seL4_Word thread_2_stack[STACK_WORDS] ALIGN(16);
static char thread_2_tls[TLS_BYTES] ALIGN(16);

/* ---- The five steps that never enter the kernel: message registers only ---- */

/* The request that main will send. */
static seL4_MessageInfo_t make_request(void) {
    /* TASK 8: put MSG_DATA into message register 0 with seL4_SetMR(), and return the tag of a
     * message of one word: seL4_MessageInfo_new(), its first three fields 0. */
    /* TASK 8 BEGIN */
    return seL4_MessageInfo_new(0, 0, 0, 0);
    /* TASK 8 END */
}

/* The word of the reply, after main's call came back. */
static seL4_Word read_reply(void) {
    /* TASK 10: return what lies in message register 0: seL4_GetMR(). */
    /* TASK 10 BEGIN */
    return 0;
    /* TASK 10 END */
}

/* Is this the message that thread_2 waits for? */
static bool is_expected(seL4_MessageInfo_t tag, seL4_Word sender_badge) {
    /* TASK 12: true only if the sender's badge is EP_BADGE and the message has exactly one word:
     * seL4_MessageInfo_get_length(). */
    /* TASK 12 BEGIN */
    return true;
    /* TASK 12 END */
}

/* The word of the request, after thread_2 received it. */
static seL4_Word read_request(void) {
    /* TASK 13: return what lies in message register 0: seL4_GetMR(). */
    /* TASK 13 BEGIN */
    return 0;
    /* TASK 13 END */
}

/* The word that thread_2 will reply with. */
static void write_reply(seL4_Word word) {
    /* TASK 14: put the word into message register 0: seL4_SetMR(). */
    /* TASK 14 BEGIN */
    /* TASK 14 END */
}

/* ---- The second thread ---- */

static void thread_2(void) {
    seL4_Word sender_badge = 0;
    seL4_MessageInfo_t tag = seL4_MessageInfo_new(0, 0, 0, 0);

    printf("thread_2: hallo wereld\n");

    /* TASK 11: wait for a message on the endpoint itself, ep_object.cptr: seL4_Recv(). Keep the
     * returned tag in tag and the sender's badge in sender_badge. */
    /* TASK 11 BEGIN */
    /* TASK 11 END */

    if (!is_expected(tag, sender_badge)) {
        printf("thread_2: this is not the message that I wait for\n");
        seL4_TCB_Suspend(tcb_object.cptr);
    }

    seL4_Word msg = read_request();
    printf("thread_2: got a message %#" PRIxPTR " from %#" PRIxPTR "\n", msg, sender_badge);
    write_reply(~msg);

    /* TASK 15: reply with a message of one word and wait for the next one: seL4_ReplyRecv(). */
    /* TASK 15 BEGIN */
    /* TASK 15 END */
}

/* ---- The first thread, which runs main ---- */

/* Hands all free memory and all free slots to the allocator behind vka. */
static void start_libraries(void) {
    zf_log_set_tag_prefix("dynamic-2:");

    seL4_BootInfo *info = platsupport_get_bootinfo();
    ZF_LOGF_IF(info == NULL, "Failed to get bootinfo.");
    simple_default_init_bootinfo(&simple, info);

    allocman_t *allocman = bootstrap_use_current_simple(&simple, ALLOCATOR_POOL, allocator_pool);
    ZF_LOGF_IF(allocman == NULL, "Failed to start the allocator.");
    allocman_make_vka(&vka, allocman);
}

/* Gives thread_2 the CSpace and the VSpace that main has, an IPC buffer, and its registers. */
static void configure_thread_2(seL4_Word ipc_buffer_vaddr) {
    int error =
        seL4_TCB_Configure(tcb_object.cptr, seL4_CapNull, simple_get_cnode(&simple), seL4_NilData,
                           pd_cap, seL4_NilData, ipc_buffer_vaddr, ipc_frame_object.cptr);
    ZF_LOGF_IFERR(error, "Failed to configure thread_2.");
    error = seL4_TCB_SetPriority(tcb_object.cptr, simple_get_tcb(&simple), THREAD_2_PRIORITY);
    ZF_LOGF_IFERR(error, "Failed to set thread_2's priority.");

    /* Compiled code relies on rsp + 8 being a multiple of 16 at a function's first instruction,
     * where rsp points at the return address. That address is 0 here: thread_2 was called by
     * nobody. The sixteen words above are what a fault report shows of the stack. */
    seL4_Word *stack_pointer = &thread_2_stack[STACK_WORDS - 16];
    *--stack_pointer = 0;
    seL4_UserContext registers = {0};
    sel4utils_set_instruction_pointer(&registers, (seL4_Word)thread_2);
    sel4utils_set_stack_pointer(&registers, (seL4_Word)stack_pointer);
    error = seL4_TCB_WriteRegisters(tcb_object.cptr, 0, 0, sizeof(registers) / sizeof(seL4_Word),
                                    &registers);
    ZF_LOGF_IFERR(error, "Failed to write thread_2's registers.");

    /* seL4_SetMR and seL4_GetMR find the caller's IPC buffer through a thread-local pointer, so
     * thread_2 gets thread-local storage of its own with that pointer in it. */
    ZF_LOGF_IF(sel4runtime_get_tls_size() > TLS_BYTES, "The TLS region is too small.");
    uintptr_t tls = sel4runtime_write_tls_image(thread_2_tls);
    error =
        sel4runtime_set_tls_variable(tls, __sel4_ipc_buffer, (seL4_IPCBuffer *)ipc_buffer_vaddr);
    ZF_LOGF_IF(error, "Failed to set thread_2's IPC buffer pointer.");
    error = seL4_TCB_SetTLSBase(tcb_object.cptr, tls);
    ZF_LOGF_IFERR(error, "Failed to set thread_2's TLS base.");
}

int main(void) {
    seL4_Word ipc_buffer_vaddr = IPCBUF_VADDR;

    start_libraries();
    pd_cap = simple_get_pd(&simple);

    int error = vka_alloc_tcb(&vka, &tcb_object);
    ZF_LOGF_IFERR(error, "Failed to allocate a TCB for thread_2.");

    /* TASK 1: allocate a frame of 2^IPCBUF_FRAME_SIZE_BITS bytes for thread_2's IPC buffer:
     * vka_alloc_frame() into ipc_frame_object. Keep what it returns in error. */
    /* TASK 1 BEGIN */
    /* TASK 1 END */
    ZF_LOGF_IFERR(error, "Failed to allocate a frame for the IPC buffer.");

    /* TASK 2: try to map the frame at ipc_buffer_vaddr in pd_cap: seL4_ARCH_Page_Map(), with all
     * rights and the default attributes. Keep the error: it fails, as the lesson explains. */
    /* TASK 2 BEGIN */
    /* TASK 2 END */

    if (error != seL4_NoError) {
        /* Each step below begins with the error of task 2, which stands until the step's own call
         * puts another value in its place. */
        int not_mapped = error;

        /* TASK 3: allocate a page table: vka_alloc_page_table() into pt_object. Keep what it
         * returns in error. */
        /* TASK 3 BEGIN */
        /* TASK 3 END */
        ZF_LOGF_IFERR(error, "Failed to allocate new page table.");
        error = not_mapped;

        /* TASK 4: map the page table where ipc_buffer_vaddr needs it: seL4_ARCH_PageTable_Map().
         * Keep what it returns in error. */
        /* TASK 4 BEGIN */
        /* TASK 4 END */
        ZF_LOGF_IFERR(error, "Failed to map the page table.");
        error = not_mapped;

        /* TASK 5: map the frame again, as in task 2: this time it works. Keep what it returns in
         * error. */
        /* TASK 5 BEGIN */
        /* TASK 5 END */
        ZF_LOGF_IFERR(error, "Failed to map the frame for the IPC buffer.");
    }

    /* The first touch of the new page. If nothing is mapped there, main faults right here. */
    ((seL4_IPCBuffer *)ipc_buffer_vaddr)->userData = ipc_buffer_vaddr;

    /* TASK 6: allocate the endpoint: vka_alloc_endpoint() into ep_object. Keep what it returns in
     * error. */
    /* TASK 6 BEGIN */
    /* TASK 6 END */
    ZF_LOGF_IFERR(error, "Failed to allocate an endpoint.");

    /* TASK 7: make a copy of the endpoint's capability with the badge EP_BADGE and all rights:
     * vka_mint_object() into ep_cap_path. Keep what it returns in error. */
    /* TASK 7 BEGIN */
    /* TASK 7 END */
    ZF_LOGF_IFERR(error, "Failed to mint a badged capability.");

    configure_thread_2(ipc_buffer_vaddr);
    rehearse(make_request, read_reply, is_expected, read_request, write_reply);
    error = seL4_TCB_Resume(tcb_object.cptr);
    ZF_LOGF_IFERR(error, "Failed to start thread_2.");
    printf("main: hello world\n");

    seL4_MessageInfo_t tag = make_request();

    /* TASK 9: send the request through the badged capability, ep_cap_path.capPtr, and wait for the
     * reply: seL4_Call(). Keep the reply's tag in tag. */
    /* TASK 9 BEGIN */
    /* TASK 9 END */

    seL4_Word msg = read_reply();
    if (seL4_MessageInfo_get_length(tag) != 1 || msg != ~MSG_DATA) {
        /* main is about to give up. Stop thread_2, so that main's complaint stands alone. */
        seL4_TCB_Suspend(tcb_object.cptr);
    }
    ZF_LOGF_IF(seL4_MessageInfo_get_length(tag) != 1,
               "Response data from thread_2 was not the length expected.\n"
               "\tHow many registers did you set with seL4_SetMR within thread_2?");
    ZF_LOGF_IF(msg != ~MSG_DATA,
               "Response data from thread_2's content was not what was expected.");

    printf("main: got a reply: %#" PRIxPTR "\n", msg);
    return 0;
}
