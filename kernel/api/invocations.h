/* All invocations, one a line, in the order of their labels.
 *
 * RULE(label, type of capability, least words, least extra capabilities, decode function, name for
 * the console). Who includes this says what RULE makes of a line: api.h a label and a prototype,
 * invocation.c a row of its table. So it has no include guard.
 */

RULE(untyped_retype, untyped, 6, 1, untyped_retype, "Untyped invocation")

RULE(tcb_read_registers, thread, 2, 0, tcb_read_registers, "TCB ReadRegisters")
RULE(tcb_write_registers, thread, 2, 0, tcb_write_registers, "TCB WriteRegisters")
RULE(tcb_copy_registers, thread, 1, 1, tcb_copy_registers, "TCB CopyRegisters")
RULE(tcb_configure, thread, 4, 3, tcb_configure, "TCB Configure")
RULE(tcb_set_priority, thread, 1, 1, tcb_set_priority, "TCB SetPriority")
RULE(tcb_set_mc_priority, thread, 1, 1, tcb_set_mc_priority, "TCB SetMCPriority")
RULE(tcb_set_sched_params, thread, 2, 1, tcb_set_sched_params, "TCB SetSchedParams")
RULE(tcb_set_ipc_buffer, thread, 1, 1, tcb_set_ipc_buffer, "TCB SetIPCBuffer")
RULE(tcb_set_space, thread, 3, 2, tcb_set_space, "TCB SetSpace")
RULE(tcb_suspend, thread, 0, 0, tcb_suspend, "TCB Suspend")
RULE(tcb_resume, thread, 0, 0, tcb_resume, "TCB Resume")
RULE(tcb_bind_notification, thread, 0, 1, tcb_bind, "TCB BindNotification")
RULE(tcb_unbind_notification, thread, 0, 0, tcb_unbind, "TCB UnbindNotification")
RULE(tcb_set_tls_base, thread, 1, 0, tcb_set_tls_base, "TCB SetTLSBase")
RULE(tcb_set_flags, thread, 2, 0, tcb_set_flags, "TCB SetFlags")

/* More words and capabilities are asked for only once the destination is found to be good. */
RULE(cnode_revoke, cnode, 2, 0, cnode_revoke, "CNode Revoke")
RULE(cnode_delete, cnode, 2, 0, cnode_delete, "CNode Delete")
RULE(cnode_cancel_badged, cnode, 2, 0, cnode_cancel_badged, "CNode CancelBadgedSends")
RULE(cnode_copy, cnode, 2, 0, cnode_transfer, "CNode Copy")
RULE(cnode_mint, cnode, 2, 0, cnode_transfer, "CNode Mint")
RULE(cnode_move, cnode, 2, 0, cnode_transfer, "CNode Move")
RULE(cnode_mutate, cnode, 2, 0, cnode_transfer, "CNode Mutate")
RULE(cnode_rotate, cnode, 2, 0, cnode_rotate, "CNode Rotate")
RULE(cnode_save_caller, cnode, 2, 0, cnode_save_caller, "CNode SaveCaller")

RULE(irq_issue_handler, irq_control, 3, 1, irq_issue_handler, "IRQControl Get")
RULE(irq_ack, irq_handler, 0, 0, irq_ack, "IRQHandler Ack")
RULE(irq_set_notification, irq_handler, 0, 1, irq_set_notification, "IRQHandler SetNotification")
RULE(irq_clear, irq_handler, 0, 0, irq_clear, "IRQHandler Clear")

RULE(domain_set, domain, 1, 0, domain_set, "Domain Configure")
RULE(schedule_configure, domain, 3, 0, schedule_configure, "Domain Schedule Configure")
RULE(schedule_set_start, domain, 1, 0, schedule_set_start, "Domain Schedule SetStart")

RULE(pdpt_map, pdpt, 2, 1, table_map, "X64PDPT Map")
RULE(pdpt_unmap, pdpt, 0, 0, table_unmap, "X64PDPT Unmap")
RULE(page_directory_map, page_directory, 2, 1, table_map, "X86PageDirectory Map")
RULE(page_directory_unmap, page_directory, 0, 0, table_unmap, "X86PageDirectory Unmap")
RULE(page_table_map, page_table, 2, 1, table_map, "X86PageTable Map")
RULE(page_table_unmap, page_table, 0, 0, table_unmap, "X86PageTable Unmap")
RULE(page_map, frame, 3, 1, frame_map, "X86FrameMap")
RULE(page_unmap, frame, 0, 0, frame_unmap, "X86FrameUnmap")
RULE(page_get_address, frame, 0, 0, frame_get_address, "X86FrameGetAddress")
RULE(asid_control_make_pool, asid_control, 2, 2, asid_make_pool, "ASIDControlMakePool")
RULE(asid_pool_assign, asid_pool, 0, 1, asid_assign, "X86ASIDPool")

RULE(io_port_control_issue, io_port_control, 4, 1, io_port_issue, "IOPortControl")
RULE(io_port_in8, io_port, 1, 0, io_port_in, "IOPort In8")
RULE(io_port_in16, io_port, 1, 0, io_port_in, "IOPort In16")
RULE(io_port_in32, io_port, 1, 0, io_port_in, "IOPort In32")
RULE(io_port_out8, io_port, 2, 0, io_port_out, "IOPort Out8")
RULE(io_port_out16, io_port, 2, 0, io_port_out, "IOPort Out16")
RULE(io_port_out32, io_port, 2, 0, io_port_out, "IOPort Out32")

RULE(irq_issue_ioapic, irq_control, 7, 1, irq_issue_ioapic, "IRQControl GetIOAPIC")
RULE(irq_issue_msi, irq_control, 7, 1, irq_issue_msi, "IRQControl GetMSI")
