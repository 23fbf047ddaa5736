/* Threads of the helper library: starting, thread-local storage, ending, faults in words. */
#include "check.h"
#include <sel4runtime.h>
#include <sel4utils/api.h>
#include <sel4utils/thread.h>
#include <sel4utils/util.h>

static __thread int own = 7;
static volatile int seen[4];
static vka_object_t done;

static void entry(void *arg0, void *arg1, void *ipc_buf) {
    volatile float half = 0.5f;
    seen[0] = (int)(long)arg0 + (int)(long)arg1;
    seen[1] = ipc_buf == seL4_GetIPCBuffer();
    seen[2] = own++;
    seen[3] = (int)(half * 84);
    seL4_Signal(done.cptr);
}

static void a_thread_gets_arguments_and_storage_of_its_own(void) {
    struct check_left before = check_left();
    sel4utils_thread_t thread;
    sel4utils_thread_config_t config =
        thread_config_default(&simple, simple_get_cnode(&simple), seL4_NilData, 0, 250);
    CHECK(vka_alloc_notification(&vka, &done) == 0);
    own = 9;
    CHECK(sel4utils_configure_thread_config(&vka, &vspace, &vspace, config, &thread) == 0);
    CHECK(sel4utils_start_thread(&thread, entry, (void *)30, (void *)12, 1) == 0);
    seL4_Wait(done.cptr, NULL);
    CHECK(seen[0] == 42 && seen[1] == 1 && seen[2] == 7 && seen[3] == 42 && own == 9);
    CHECK((seL4_Word)thread.initial_stack_pointer % 16 == 8);
    CHECK(sel4utils_suspend_thread(&thread) == 0);
    sel4utils_clean_up_thread(&vka, &vspace, &thread);
    vka_free_object(&vka, &done);
    CHECK(before.slots - check_left().slots <= 16); /* page tables of the stack's addresses */
}

static void threads_come_and_go_without_loss(void) {
    sel4utils_thread_t thread;
    struct check_left before = {0};
    for (int i = 0; i < 100; i++) {
        if (i == 50) {
            before = check_left();
        }
        CHECK(sel4utils_configure_thread(&vka, &vspace, &vspace, 0, simple_get_cnode(&simple), 0,
                                         &thread) == 0);
        sel4utils_clean_up_thread(&vka, &vspace, &thread);
    }
    CHECK(before.slots - check_left().slots <= 16);
}

static void a_bad_configuration_leaves_nothing(void) {
    sel4utils_thread_t thread;
    struct check_left before = check_left();
    CHECK(sel4utils_configure_thread(&vka, &vspace, &vspace, 0, seL4_CapInitThreadTCB, 0,
                                     &thread) != 0);
    CHECK(thread.tcb.cptr == 0);
    CHECK(check_same(before, check_left()));
}

static void a_priority_above_the_limit_is_an_error(void) {
    sel4utils_thread_t thread;
    sel4utils_thread_config_t config =
        thread_config_default(&simple, simple_get_cnode(&simple), seL4_NilData, 0, 250);
    CHECK(seL4_TCB_SetMCPriority(simple_get_tcb(&simple), simple_get_tcb(&simple), 200) == 0);
    CHECK(sel4utils_configure_thread_config(&vka, &vspace, &vspace, config, &thread) ==
          seL4_RangeError);
    config =
        thread_config_stack_size(thread_config_mcp(thread_config_priority(config, 100), 90), 2);
    CHECK(sel4utils_configure_thread_config(&vka, &vspace, &vspace, config, &thread) == 0);
    CHECK(thread.stack_size == 2);
    sel4utils_clean_up_thread(&vka, &vspace, &thread);
}

static void guard_words_are_made(void) {
    CHECK(api_make_guard_skip_word(52) == 52);
    CHECK(api_make_guard_word(3, 8) == (3 << 6 | 8));
}

static void errors_have_names(void) {
    CHECK(strcmp(sel4_strerror(seL4_FailedLookup), "seL4_FailedLookup") == 0);
    CHECK(strcmp(sel4_strfault(seL4_Fault_VMFault), "seL4_Fault_VMFault") == 0);
    CHECK(strcmp(sel4_strfault(4), "Unknown Fault") == 0);
    ZF_LOGE_IFERR(seL4_NoError, "not printed");
    ZF_LOGE_IFERR(seL4_DeleteFirst, "slot %d", 5);
}

static void read_null(void *arg0, void *arg1, void *ipc_buf) {
    (void)arg0, (void)arg1, (void)ipc_buf;
    *(volatile int *)0x1234000;
}

static void write_null(void *arg0, void *arg1, void *ipc_buf) {
    (void)arg0, (void)arg1, (void)ipc_buf;
    *(volatile int *)0x1234000 = 1;
}

static void bad_syscall(void *arg0, void *arg1, void *ipc_buf) {
    (void)arg0, (void)arg1, (void)ipc_buf;
    sel4_trap_plain(-100, 0, 0);
}

static void bad_instruction(void *arg0, void *arg1, void *ipc_buf) {
    (void)arg0, (void)arg1, (void)ipc_buf;
    __asm__ volatile("ud2");
}

static void bad_cap(void *arg0, void *arg1, void *ipc_buf) {
    (void)arg0, (void)arg1, (void)ipc_buf;
    seL4_Signal(BIT(40));
}

static void faults_are_told_in_words(void) {
    static const sel4utils_thread_entry_fn bad[] = {read_null, write_null, bad_syscall,
                                                    bad_instruction, bad_cap};
    static const char *const names[] = {"reader", "writer", "caller", "jumper", "sender"};
    vka_object_t endpoint;
    CHECK(vka_alloc_endpoint(&vka, &endpoint) == 0);
    for (int i = 0; i < 5; i++) {
        sel4utils_thread_t thread;
        CHECK(sel4utils_configure_thread(&vka, &vspace, &vspace, endpoint.cptr,
                                         simple_get_cnode(&simple), 0, &thread) == 0);
        CHECK(sel4utils_start_thread(&thread, bad[i], NULL, NULL, 1) == 0);
        sel4utils_print_fault_message(seL4_Recv(endpoint.cptr, NULL), names[i]);
        sel4utils_clean_up_thread(&vka, &vspace, &thread);
    }
    sel4utils_print_fault_message(seL4_MessageInfo_new(9, 0, 0, 2), "nobody");
    vka_free_object(&vka, &endpoint);
}

static void a_handler_thread_prints_faults(void) {
    sel4utils_thread_t handler, thread;
    vka_object_t endpoint;
    CHECK(vka_alloc_endpoint(&vka, &endpoint) == 0);
    CHECK(sel4utils_start_fault_handler(endpoint.cptr, &vka, &vspace, simple_get_cnode(&simple), 0,
                                        "watched", &handler) == 0);
    CHECK(sel4utils_configure_thread(&vka, &vspace, &vspace, endpoint.cptr,
                                     simple_get_cnode(&simple), 0, &thread) == 0);
    CHECK(seL4_TCB_SetPriority(handler.tcb.cptr, simple_get_tcb(&simple), 200) == 0);
    CHECK(seL4_TCB_SetPriority(thread.tcb.cptr, simple_get_tcb(&simple), 150) == 0);
    CHECK(sel4utils_start_thread(&thread, write_null, NULL, NULL, 1) == 0);
    CHECK(seL4_TCB_SetPriority(simple_get_tcb(&simple), simple_get_tcb(&simple), 100) == 0);
    sel4utils_clean_up_thread(&vka, &vspace, &thread);
    sel4utils_clean_up_thread(&vka, &vspace, &handler);
    vka_free_object(&vka, &endpoint);
}

int main(void) {
    static const struct check_case cases[] = {
        CASE(a_thread_gets_arguments_and_storage_of_its_own),
        CASE(threads_come_and_go_without_loss),
        CASE(a_bad_configuration_leaves_nothing),
        CASE(guard_words_are_made),
        CASE(errors_have_names),
        CASE(faults_are_told_in_words),
        CASE(a_priority_above_the_limit_is_an_error),
        CASE(a_handler_thread_prints_faults),
    };
    check_start();
    CHECK_RUN(cases);
    return 0;
}
