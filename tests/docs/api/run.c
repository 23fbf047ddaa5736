/* Runs every example of docs/api/examples once and says of each whether it did what it shows.
 *
 * The examples are static functions: the compiler refuses this file if one of them is not run.
 * Helpers are threads with storage of their own; each waits on `never` when it is done.
 */
#include <sel4runtime.h>
#include <stdio.h>

#include "asid.c"
#include "cnode.c"
#include "debug.c"
#include "domain.c"
#include "io_port.c"
#include "irq.c"
#include "paging.c"
#include "system_calls.c"
#include "tcb.c"
#include "untyped.c"

seL4_BootInfo *platsupport_get_bootinfo(void);

#define HELPERS     14
#define IMAGE_START 0x400000
#define ROOT_CNODE  seL4_CapInitThreadCNode
#define OWN         seL4_CapInitThreadTCB

static char stacks[HELPERS][8192] __attribute__((aligned(16)));
static char storage[HELPERS][1024] __attribute__((aligned(16)));
static union {
    seL4_IPCBuffer buffer;
    char page[4096];
} buffers[HELPERS] __attribute__((aligned(4096)));

static seL4_CPtr pool, next_slot, never;
static int helpers;

static void report(const char *name, int is_so) {
    printf("%s %s\n", is_so ? "ok" : "not ok", name);
}
#define TRY(example, ...)                                                                          \
    do {                                                                                           \
        (void)example;                                                                             \
        report(#example, __VA_ARGS__);                                                             \
    } while (0)

static seL4_CPtr make(seL4_Word type, seL4_Word bits) {
    seL4_CPtr slot = next_slot++;
    if (seL4_Untyped_Retype(pool, type, bits, ROOT_CNODE, 0, 0, slot, 1) != seL4_NoError) {
        printf("no object of type %lu\n", type);
    }
    return slot;
}

static seL4_CPtr copy(seL4_CPtr from, seL4_Word badge) {
    seL4_CPtr slot = next_slot++;
    badge_for_client(from, slot, badge);
    return slot;
}

static seL4_CPtr image_frame(const void *address) {
    return platsupport_get_bootinfo()->userImageFrames.start +
           ((seL4_Word)address - IMAGE_START) / 4096;
}

/* ---- helpers: one function, one argument, then rest ---- */

static void rest(void) {
    seL4_RecvWithMRs(never, seL4_Null, seL4_Null, seL4_Null, seL4_Null, seL4_Null);
}

static void helper_body(void (*function)(seL4_CPtr), seL4_CPtr argument, seL4_Word tls_base,
                        seL4_IPCBuffer *buffer) {
    begin_with_thread_locals(tls_base, buffer);
    function(argument);
    rest();
}

/* Runs a function in a thread of its own until it waits; its TCB. */
static seL4_CPtr help(void (*function)(seL4_CPtr), seL4_CPtr argument) {
    int number = helpers++;
    seL4_IPCBuffer *buffer = &buffers[number].buffer;
    seL4_CPtr tcb = make(seL4_TCBObject, 0);
    give_space(tcb, ROOT_CNODE, seL4_CapInitThreadVSpace, seL4_CapNull);
    give_buffer(tcb, (seL4_Word)buffer, image_frame(buffer));
    seL4_TCB_SetPriority(tcb, OWN, 200);
    seL4_UserContext registers = {.rip = (seL4_Word)helper_body,
                                  .rsp = (seL4_Word)stacks[number] + sizeof stacks[number] - 8,
                                  .rdi = (seL4_Word)function,
                                  .rsi = argument,
                                  .rdx = sel4runtime_write_tls_image(storage[number]),
                                  .rcx = (seL4_Word)buffer,
                                  .rflags = 0x202};
    seL4_TCB_WriteRegisters(tcb, 1, 0, 20, &registers);
    seL4_TCB_SetPriority(OWN, OWN, 100);
    seL4_TCB_SetPriority(OWN, OWN, 255);
    return tcb;
}

static void let_helpers_run(void) {
    seL4_TCB_SetPriority(OWN, OWN, 100);
    seL4_TCB_SetPriority(OWN, OWN, 255);
}

static seL4_Word got;

static void ask(seL4_CPtr endpoint) { got = ask_for_sum(endpoint, 40, 2); }

static void receive_word(seL4_CPtr endpoint) {
    seL4_Recv(endpoint, seL4_Null);
    got = seL4_GetMR(0);
}

static void send_7(seL4_CPtr endpoint) { hand_over(endpoint, 7); }

static void send_8(seL4_CPtr endpoint) { hand_over_in_registers(endpoint, 8); }

static void send_pool_capability(seL4_CPtr endpoint) { send_capability(endpoint, never); }

/* ---- the examples, folder by folder ---- */

static void try_cnode(void) {
    seL4_CPtr ep = next_slot++, client = next_slot++, badged = next_slot++, to = next_slot++;
    TRY(make_endpoint, make_endpoint(pool, ep) == seL4_NoError && !is_empty(ep));
    TRY(copy_for_client, copy_for_client(ep, client) == seL4_NoError);
    TRY(badge_for_client, badge_for_client(ep, badged, 7) == seL4_NoError);
    TRY(move_to, move_to(client, to) == seL4_NoError && is_empty(client) && !is_empty(to));
    seL4_CPtr cnode = make(seL4_CapTableObject, 4), a = make(seL4_TCBObject, 0);
    seL4_CPtr space = next_slot++;
    TRY(move_as_cspace, move_as_cspace(cnode, space) == seL4_NoError);
    TRY(exchange, exchange(space, a) == seL4_NoError && seL4_DebugCapIdentify(a) == 10);
    help(send_7, badged);
    TRY(shut_out, shut_out(badged) == seL4_NoError);
    seL4_CPtr other = make(seL4_EndpointObject, 0);
    help(ask, other);
    TRY(answer_later, answer_later(other, next_slot++) == seL4_NoError);
    TRY(take_back, take_back(ep) == seL4_NoError && is_empty(to) && is_empty(badged));
}

static volatile int flag;

static void raise_flag(void) {
    flag++;
    rest();
}

static void try_tcb(void) {
    seL4_CPtr tcb = make(seL4_TCBObject, 0), twin = make(seL4_TCBObject, 0);
    seL4_CPtr bell = make(seL4_NotificationObject, 0);
    seL4_Word stack_top = (seL4_Word)stacks[helpers++] + sizeof stacks[0];
    TRY(start_thread, start_thread(tcb, raise_flag, stack_top) == seL4_NoError);
    seL4_TCB_SetPriority(OWN, OWN, 100);
    wait_politely(&flag);
    TRY(wait_politely, flag == 1);
    seL4_TCB_SetPriority(OWN, OWN, 255);
    TRY(allow_up_to_50, allow_up_to_50(tcb) == seL4_NoError);
    TRY(give_space, give_space(twin, ROOT_CNODE, seL4_CapInitThreadVSpace, 0) == seL4_NoError);
    seL4_Word buffer = (seL4_Word)&buffers[HELPERS - 1];
    TRY(give_buffer, give_buffer(twin, buffer, image_frame((void *)buffer)) == seL4_NoError);
    TRY(instruction_pointer, instruction_pointer(tcb) > IMAGE_START);
    TRY(copy_thread_state, copy_thread_state(twin, tcb) == seL4_NoError &&
                               instruction_pointer(twin) == instruction_pointer(tcb));
    TRY(with_thread_stopped, with_thread_stopped(tcb, let_helpers_run) == seL4_NoError);
    TRY(bind, bind(tcb, bell) == seL4_NoError);
    TRY(unbind, unbind(tcb) == seL4_NoError);
    TRY(give_thread_locals, give_thread_locals(twin, 0x1000) == seL4_NoError);
    TRY(forbid_fpu, forbid_fpu(twin));
    TRY(put_into_domain_0, put_into_domain_0(tcb) == seL4_NoError);
    TRY(make_time_table, make_time_table() == seL4_NoError);
    name_and_list(tcb);
    TRY(name_and_list, 1);
}

static void try_paging(void) {
    seL4_CPtr frame = make(seL4_X86_4K, 0), near = make(seL4_X86_4K, 0);
    seL4_CPtr pdpt = make(seL4_X86_PDPTObject, 0);
    seL4_CPtr directory = make(seL4_X86_PageDirectoryObject, 0);
    seL4_CPtr table = make(seL4_X86_PageTableObject, 0);
    volatile int *there = (volatile int *)0x10000000000;
    TRY(map_with_tables,
        map_with_tables(frame, (seL4_Word)there, pdpt, directory, table) == seL4_NoError &&
            *there == 0);
    TRY(unmap_all, unmap_all(frame, pdpt, directory, table) == seL4_NoError);
    volatile int *close_by = (volatile int *)0x5ff000;
    TRY(map_readable, map_readable(near, (seL4_Word)close_by) == seL4_NoError && *close_by == 0);
    TRY(address_for_device, address_for_device(frame) != 0 && address_for_device(table) == 0);
    seL4_CPtr untyped = make(seL4_UntypedObject, 12);
    TRY(make_address_space, make_address_space(make(seL4_X64_PML4Object, 0)) == seL4_NoError);
    TRY(make_pool, make_pool(untyped, next_slot++) == seL4_NoError);
}

static seL4_CPtr serial;

static void see_to_serial(void) { seL4_X86_IOPort_In8(serial, 0x3fa); }

static void try_devices(void) {
    seL4_CPtr pci = next_slot++, bell = copy(make(seL4_NotificationObject, 0), 4);
    seL4_CPtr handler = next_slot++;
    serial = next_slot++;
    TRY(take_ports, take_ports(0x3f8, 0x3ff, serial) == seL4_NoError &&
                        take_ports(0xcf8, 0xcff, pci) == seL4_NoError);
    TRY(serial_line_is_there, serial_line_is_there(serial));
    TRY(set_serial_divisor, set_serial_divisor(serial, 1) == 1);
    TRY(first_pci_device, first_pci_device(pci) != 0);
    TRY(has_numbered_interrupts, !has_numbered_interrupts(next_slot));
    TRY(listen_to_serial, listen_to_serial(handler, bell) == seL4_NoError);
    seL4_X86_IOPort_Out8(serial, 0x3f9, 2); /* its transmitter is empty: an interrupt at once */
    TRY(serve_one_interrupt, serve_one_interrupt(bell, handler, see_to_serial) == seL4_NoError);
    seL4_X86_IOPort_Out8(serial, 0x3f9, 0);
    TRY(stop_listening, stop_listening(handler) == seL4_NoError);
    TRY(listen_to_pci_device, listen_to_pci_device(next_slot++) == seL4_NoError);
}

static void try_calls(void) {
    seL4_CPtr ep = make(seL4_EndpointObject, 0);
    help(serve_sums, ep);
    TRY(serve_sums, ask_for_sum(ep, 1, 2) == 3);
    TRY(ask_in_registers, ask_in_registers(ep, 3, 4) == 7);
    ep = make(seL4_EndpointObject, 0);
    help(serve_in_registers, ep);
    TRY(serve_in_registers, ask_for_sum(ep, 5, 6) == 11);
    TRY(ask_for_sum, ask_for_sum(ep, 7, 8) == 15);
    ep = make(seL4_EndpointObject, 0);
    help(ask, ep);
    serve_once(ep);
    let_helpers_run();
    TRY(serve_once, got == 42);
    got = 0;
    help(ask, ep);
    serve_once_in_registers(ep);
    let_helpers_run();
    TRY(serve_once_in_registers, got == 42);
}

static void try_one_way(void) {
    seL4_CPtr ep = make(seL4_EndpointObject, 0), badged = copy(ep, 1);
    mention(ep, 1);
    help(receive_word, ep);
    mention(ep, 2);
    let_helpers_run();
    TRY(mention, got == 2);
    help(receive_word, ep);
    mention_in_registers(ep, 3);
    let_helpers_run();
    TRY(mention_in_registers, got == 3);
    TRY(take_if_there, take_if_there(ep) == 0);
    help(send_7, badged);
    TRY(hand_over, take_if_there(ep) == 7);
    help(send_8, badged);
    TRY(hand_over_in_registers, take_if_there(ep) == 8);
    help(send_pool_capability, ep);
    seL4_CPtr slot = next_slot++;
    TRY(receive_capability, receive_capability(ep, slot) == 1 && !is_empty(slot));
    TRY(send_capability, !is_empty(slot));
}

static void try_signals(void) {
    seL4_CPtr bell = make(seL4_NotificationObject, 0), badged = copy(bell, 6);
    TRY(has_rung, has_rung(bell) == 0);
    ring(badged);
    TRY(ring, has_rung(bell) == 6);
    ring(badged);
    TRY(wait_for_ring, wait_for_ring(bell) == 6);
    TRY(begin_with_thread_locals, helpers > 1);
    TRY(is_empty, is_empty(next_slot));
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i - info->untyped.start];
        pool = !u->isDevice && u->sizeBits >= 22 ? i : pool;
    }
    next_slot = info->empty.start;
    never = make(seL4_NotificationObject, 0);
    try_cnode();
    try_tcb();
    try_paging();
    try_devices();
    try_calls();
    try_one_way();
    try_signals();
    list_everything();
    TRY(list_everything, 1);
    give_up();
    TRY(give_up, 0);
    return 0;
}
