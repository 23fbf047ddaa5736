/* Processes from the archive: what they find, what they give back, what goes wrong. */
#include "check.h"
#include <cpio/cpio.h>
#include <sel4utils/process.h>
#include <stdlib.h>

CPIO_ARCHIVE("programs.cpio");

static sel4utils_process_t process;

static int make(const char *image) {
    return sel4utils_configure_process_custom(&process, &vka, &vspace,
                                              process_config_default_simple(&simple, image, 200));
}

static void the_archive_is_read(void) {
    struct cpio_info info;
    const char *name;
    unsigned long size, length = (unsigned long)(_cpio_archive_end - _cpio_archive);
    CHECK(cpio_info(_cpio_archive, length, &info) == 0);
    CHECK(info.file_count == 3 && info.max_path_sz == 8);
    CHECK(cpio_get_entry(_cpio_archive, length, 0, &name, &size) != NULL);
    CHECK(strcmp(name, "readme") == 0 && size == 17);
    CHECK(cpio_get_entry(_cpio_archive, length, 3, &name, &size) == NULL);
    CHECK(memcmp(cpio_get_file(_cpio_archive, length, "readme", &size), "00000000", 8) == 0);
    CHECK(cpio_get_file(_cpio_archive, length, "nothing", &size) == NULL);
    CHECK(cpio_get_file(_cpio_archive, 100, "readme", &size) == NULL);
    CHECK(cpio_info("no archive", 10, &info) != 0);
}

static void a_process_runs_and_talks(void) {
    char strings[2][WORD_STRING_SIZE];
    char *argv[2];
    cspacepath_t path;
    vka_object_t endpoint;
    seL4_Word badge;
    CHECK(make("program") == 0);
    CHECK(vka_alloc_endpoint(&vka, &endpoint) == 0);
    vka_cspace_make_path(&vka, endpoint.cptr, &path);
    seL4_CPtr slot = sel4utils_mint_cap_to_process(&process, path, seL4_AllRights, 0x61);
    CHECK(slot == SEL4UTILS_FIRST_FREE);
    sel4utils_create_word_args(strings, argv, 2, slot, 18446744073709551615ul);
    CHECK(sel4utils_spawn_process_v(&process, &vka, &vspace, 2, argv, 1) == 0);
    seL4_MessageInfo_t info = seL4_Recv(endpoint.cptr, &badge);
    CHECK(badge == 0x61 && seL4_MessageInfo_get_length(info) == 3);
    CHECK(seL4_GetMR(0) == 0x6161 && seL4_GetMR(1) == 2 && seL4_GetMR(2) == 1);
    seL4_SetMR(0, ~seL4_GetMR(0));
    seL4_Reply(info);
    seL4_Recv(endpoint.cptr, &badge);
    CHECK(seL4_GetMR(0) == 0xffffffffffff9e9e);
    sel4utils_destroy_process(&process, &vka);
    vka_free_object(&vka, &endpoint);
}

static void a_process_can_start_at_a_function(void) {
    char *argv[] = {"8", "xyz"};
    vka_object_t endpoint;
    unsigned long size, length = (unsigned long)(_cpio_archive_end - _cpio_archive);
    CHECK(make("program") == 0);
    CHECK(vka_alloc_endpoint(&vka, &endpoint) == 0);
    CHECK(sel4utils_copy_cap_to_process(&process, &vka, endpoint.cptr) == 8);
    /* The file `readme` holds the function's address. */
    process.entry_point =
        (void *)strtoul(cpio_get_file(_cpio_archive, length, "readme", &size), NULL, 16);
    CHECK(sel4utils_spawn_process(&process, &vka, &vspace, 2, argv, 1) == 0);
    seL4_Recv(endpoint.cptr, NULL);
    CHECK(seL4_GetMR(0) == 2 && seL4_GetMR(1) == 'x' && seL4_GetMR(2) == 1);
    CHECK(seL4_GetMR(3) == process.thread.ipc_buffer_addr);
    sel4utils_destroy_process(&process, &vka);
    vka_free_object(&vka, &endpoint);
}

static void processes_come_and_go_without_loss(void) {
    struct check_left before = {0};
    for (int i = 0; i < 12; i++) {
        if (i == 6) {
            before = check_left();
        }
        CHECK(make("program") == 0);
        sel4utils_destroy_process(&process, &vka);
    }
    CHECK(check_same(before, check_left()));
}

static void what_cannot_be_made_leaves_nothing(void) {
    struct check_left before = check_left();
    sel4utils_process_config_t config = process_config_default_simple(&simple, "program", 200);
    CHECK(make("nothing") != 0);
    CHECK(make("readme") != 0);
    config = process_config_create_cnode(config, 3);
    CHECK(sel4utils_configure_process_custom(&process, &vka, &vspace, config) != 0);
    config = process_config_create_cnode(config, 4);
    config = process_config_asid_pool(config, seL4_CapInitThreadTCB);
    CHECK(sel4utils_configure_process_custom(&process, &vka, &vspace, config) != 0);
    CHECK(check_same(before, check_left()));
}

static void its_faults_come_to_its_endpoint(void) {
    char *argv[] = {"program", "fault"};
    CHECK(make("program") == 0);
    CHECK(sel4utils_spawn_process_v(&process, &vka, &vspace, 2, argv, 1) == 0);
    sel4utils_print_fault_message(seL4_Recv(process.fault_endpoint.cptr, NULL), "program");
    sel4utils_destroy_process(&process, &vka);
}

static void read_only_segments_cannot_be_written(void) {
    char *argv[] = {"program", "write"};
    CHECK(make("program") == 0);
    CHECK(sel4utils_spawn_process_v(&process, &vka, &vspace, 2, argv, 1) == 0);
    sel4utils_print_fault_message(seL4_Recv(process.fault_endpoint.cptr, NULL), "program");
    sel4utils_destroy_process(&process, &vka);
}

static void its_cspace_holds_what_is_documented(void) {
    vka_object_t ep;
    CHECK(make("program") == 0);
    CHECK(process.cspace_size == 12 && process.dest_tcb_cptr == SEL4UTILS_TCB_SLOT);
    CHECK(process.pagesz == 4096 && process.num_elf_regions == 1);
    CHECK(vka_alloc_endpoint(&vka, &ep) == 0);
    CHECK(sel4utils_copy_cap_to_process(&process, &vka, ep.cptr) == 8);
    CHECK(sel4utils_copy_cap_to_process(&process, &vka, ep.cptr) == 9);
    CHECK(sel4utils_copy_cap_to_process(&process, &vka, 7999) == 0);
    cspacepath_t path;
    vka_cspace_make_path(&vka, ep.cptr, &path);
    CHECK(sel4utils_move_cap_to_process(&process, path, &vka) == 10);
    CHECK(seL4_DebugCapIdentify(ep.cptr) == 0);
    vka_utspace_free(&vka, ep.type, ep.size_bits, ep.ut);
    sel4utils_destroy_process(&process, &vka);
}

static void too_many_arguments_are_refused(void) {
    static char *argv[10000];
    for (int i = 0; i < 10000; i++) {
        argv[i] = "argument";
    }
    CHECK(make("program") == 0);
    CHECK(sel4utils_spawn_process_v(&process, &vka, &vspace, 10000, argv, 1) != 0);
    sel4utils_destroy_process(&process, &vka);
}

int main(void) {
    static const struct check_case cases[] = {
        CASE(the_archive_is_read),
        CASE(a_process_runs_and_talks),
        CASE(a_process_can_start_at_a_function),
        CASE(processes_come_and_go_without_loss),
        CASE(what_cannot_be_made_leaves_nothing),
        CASE(its_faults_come_to_its_endpoint),
        CASE(read_only_segments_cannot_be_written),
        CASE(its_cspace_holds_what_is_documented),
        CASE(too_many_arguments_are_refused),
    };
    check_start();
    CHECK_RUN(cases);
    return 0;
}
