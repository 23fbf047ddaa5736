/* Invocations of kernel objects: the table of all of them, and the checks they have in common.
 *
 * The order of the checks is the ABI's: the kind of capability, then the label, then the length,
 * then the number of extra capabilities; what is left is the decode function's. Invariant: a decode
 * function that returns FAILED has changed nothing, and one that returns PREEMPTED can simply be
 * called again, since the whole system call is repeated.
 */
#include "api/api.h"

#include "debug/debug.h"
#include "sched/sched.h"

static const struct invocation_rule rules[label_count] = {
    [label_untyped_retype] = {"Untyped invocation", cap_untyped, 6, 1, untyped_retype},

    [label_tcb_read_registers] = {"TCB ReadRegisters", cap_thread, 2, 0, tcb_read_registers},
    [label_tcb_write_registers] = {"TCB WriteRegisters", cap_thread, 2, 0, tcb_write_registers},
    [label_tcb_copy_registers] = {"TCB CopyRegisters", cap_thread, 1, 1, tcb_copy_registers},
    [label_tcb_configure] = {"TCB Configure", cap_thread, 4, 3, tcb_configure},
    [label_tcb_set_priority] = {"TCB SetPriority", cap_thread, 1, 1, tcb_set_priority},
    [label_tcb_set_mc_priority] = {"TCB SetMCPriority", cap_thread, 1, 1, tcb_set_mc_priority},
    [label_tcb_set_sched_params] = {"TCB SetSchedParams", cap_thread, 2, 1, tcb_set_sched_params},
    [label_tcb_set_ipc_buffer] = {"TCB SetIPCBuffer", cap_thread, 1, 1, tcb_set_ipc_buffer},
    [label_tcb_set_space] = {"TCB SetSpace", cap_thread, 3, 2, tcb_set_space},
    [label_tcb_suspend] = {"TCB Suspend", cap_thread, 0, 0, tcb_suspend},
    [label_tcb_resume] = {"TCB Resume", cap_thread, 0, 0, tcb_resume},
    [label_tcb_bind_notification] = {"TCB BindNotification", cap_thread, 0, 1, tcb_bind},
    [label_tcb_unbind_notification] = {"TCB UnbindNotification", cap_thread, 0, 0, tcb_unbind},
    [label_tcb_set_tls_base] = {"TCB SetTLSBase", cap_thread, 1, 0, tcb_set_tls_base},
    [label_tcb_set_flags] = {"TCB SetFlags", cap_thread, 2, 0, tcb_set_flags},

    /* More words and capabilities are asked for only once the destination is found to be good. */
    [label_cnode_revoke] = {"CNode Revoke", cap_cnode, 2, 0, cnode_revoke},
    [label_cnode_delete] = {"CNode Delete", cap_cnode, 2, 0, cnode_delete},
    [label_cnode_cancel_badged_sends] = {"CNode CancelBadgedSends", cap_cnode, 2, 0,
                                         cnode_cancel_badged_sends},
    [label_cnode_copy] = {"CNode Copy", cap_cnode, 2, 0, cnode_copy},
    [label_cnode_mint] = {"CNode Mint", cap_cnode, 2, 0, cnode_mint},
    [label_cnode_move] = {"CNode Move", cap_cnode, 2, 0, cnode_move},
    [label_cnode_mutate] = {"CNode Mutate", cap_cnode, 2, 0, cnode_mutate},
    [label_cnode_rotate] = {"CNode Rotate", cap_cnode, 2, 0, cnode_rotate},
    [label_cnode_save_caller] = {"CNode SaveCaller", cap_cnode, 2, 0, cnode_save_caller},

    [label_irq_issue_handler] = {"IRQControl Get", cap_irq_control, 3, 1, irq_issue_handler},
    [label_irq_ack] = {"IRQHandler Ack", cap_irq_handler, 0, 0, irq_ack},
    [label_irq_set_notification] = {"IRQHandler SetNotification", cap_irq_handler, 0, 1,
                                    irq_set_notification},
    [label_irq_clear] = {"IRQHandler Clear", cap_irq_handler, 0, 0, irq_clear},
    [label_irq_issue_ioapic] = {"IRQControl GetIOAPIC", cap_irq_control, 7, 1, irq_issue_ioapic},
    [label_irq_issue_msi] = {"IRQControl GetMSI", cap_irq_control, 7, 1, irq_issue_msi},

    [label_domain_set] = {"Domain Configure", cap_domain, 1, 0, domain_set},
    [label_domain_schedule_configure] = {"Domain Schedule Configure", cap_domain, 3, 0,
                                         domain_schedule_configure},
    [label_domain_schedule_set_start] = {"Domain Schedule SetStart", cap_domain, 1, 0,
                                         domain_schedule_set_start},

    [label_pdpt_map] = {"X64PDPT Map", cap_pdpt, 2, 1, table_map},
    [label_pdpt_unmap] = {"X64PDPT Unmap", cap_pdpt, 0, 0, table_unmap},
    [label_page_directory_map] = {"X86PageDirectory Map", cap_page_directory, 2, 1, table_map},
    [label_page_directory_unmap] = {"X86PageDirectory Unmap", cap_page_directory, 0, 0,
                                    table_unmap},
    [label_page_table_map] = {"X86PageTable Map", cap_page_table, 2, 1, table_map},
    [label_page_table_unmap] = {"X86PageTable Unmap", cap_page_table, 0, 0, table_unmap},
    [label_page_map] = {"X86FrameMap", cap_frame, 3, 1, frame_map},
    [label_page_unmap] = {"X86FrameUnmap", cap_frame, 0, 0, frame_unmap},
    [label_page_get_address] = {"X86FrameGetAddress", cap_frame, 0, 0, frame_get_address},
    [label_asid_control_make_pool] = {"ASIDControlMakePool", cap_asid_control, 2, 2,
                                      asid_make_pool},
    [label_asid_pool_assign] = {"X86ASIDPool", cap_asid_pool, 0, 1, asid_assign},

    [label_io_port_control_issue] = {"IOPortControl", cap_io_port_control, 4, 1, io_port_issue},
    [label_io_port_in8] = {"IOPort In8", cap_io_port, 1, 0, io_port_in},
    [label_io_port_in16] = {"IOPort In16", cap_io_port, 1, 0, io_port_in},
    [label_io_port_in32] = {"IOPort In32", cap_io_port, 1, 0, io_port_in},
    [label_io_port_out8] = {"IOPort Out8", cap_io_port, 2, 0, io_port_out},
    [label_io_port_out16] = {"IOPort Out16", cap_io_port, 2, 0, io_port_out},
    [label_io_port_out32] = {"IOPort Out32", cap_io_port, 2, 0, io_port_out},
};

word_t word_arg(const struct invocation *inv, unsigned i) {
    kassert(i < inv->length);
    return i < MESSAGE_REGISTERS ? *tcb_message_register(current_thread, i)
                                 : inv->buffer[BUFFER_MSG + i];
}

void set_result(struct invocation *inv, unsigned i, word_t value) {
    kassert(i < INVOCATION_MAX_RESULTS);
    inv->result[i] = value;
    inv->result_length = MAX(inv->result_length, i + 1);
}

static outcome_t refuse_label(cap_t cap) {
    switch (cap_type(cap)) {
    case cap_cnode:
        user_error("CNodeCap: Illegal Operation attempted.");
        break;
    case cap_thread:
        user_error("TCB: Illegal operation.");
        break;
    case cap_irq_control:
        user_error("IRQControl: Illegal operation");
        break;
    default:
        user_error("Illegal operation on a capability of type %s.", cap_type_name(cap_type(cap)));
    }
    return fail_illegal();
}

outcome_t invocation_decode(struct invocation *inv) {
    enum cap_type type = cap_type(inv->cap);
    if (type == cap_null || type == cap_zombie) {
        user_error("Attempted to invoke a %s cap #%lu.", cap_type_name(type), inv->cptr);
        return fail_capability(0);
    }
    const struct invocation_rule *rule =
        &rules[inv->label < label_count ? inv->label : label_invalid];
    if (rule->decode == NULL || rule->type != type)
        return refuse_label(inv->cap);
    if (inv->length < rule->min_words || inv->extra_count < rule->min_caps) {
        user_error("%s: Truncated message.", rule->name);
        return fail_truncated();
    }
    return rule->decode(inv);
}
