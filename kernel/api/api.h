/* The system call interface: what a kernel entry asks for, and the table of all invocations.
 *
 * An invocation is a message to a kernel object. Its label picks a row of the table in
 * invocation.c; the row says which capability type it belongs to and how many words and extra
 * capabilities it needs. Checks common to all happen there, once; a decode function checks the
 * rest, then acts.
 */
#pragma once

#include "cap/cap.h"
#include "object/tcb.h"

enum syscall_number {
    sys_call = -1,
    sys_reply_recv = -2,
    sys_send = -3,
    sys_nb_send = -4,
    sys_recv = -5,
    sys_reply = -6,
    sys_yield = -7,
    sys_nb_recv = -8,
    sys_debug_put_char = -9,
    sys_debug_dump_scheduler = -10,
    sys_debug_halt = -11,
    sys_debug_cap_identify = -12,
    sys_debug_snapshot = -13,
    sys_debug_name_thread = -14,
    sys_set_tls_base = -30,
};

enum invocation_label {
    label_invalid = 0,
    label_untyped_retype,
    label_tcb_read_registers,
    label_tcb_write_registers,
    label_tcb_copy_registers,
    label_tcb_configure,
    label_tcb_set_priority,
    label_tcb_set_mc_priority,
    label_tcb_set_sched_params,
    label_tcb_set_ipc_buffer,
    label_tcb_set_space,
    label_tcb_suspend,
    label_tcb_resume,
    label_tcb_bind_notification,
    label_tcb_unbind_notification,
    label_tcb_set_tls_base,
    label_tcb_set_flags,
    label_cnode_revoke,
    label_cnode_delete,
    label_cnode_cancel_badged_sends,
    label_cnode_copy,
    label_cnode_mint,
    label_cnode_move,
    label_cnode_mutate,
    label_cnode_rotate,
    label_cnode_save_caller,
    label_irq_issue_handler,
    label_irq_ack,
    label_irq_set_notification,
    label_irq_clear,
    label_domain_set,
    label_domain_schedule_configure,
    label_domain_schedule_set_start,
    label_pdpt_map,
    label_pdpt_unmap,
    label_page_directory_map,
    label_page_directory_unmap,
    label_page_table_map,
    label_page_table_unmap,
    label_page_map,
    label_page_unmap,
    label_page_get_address,
    label_asid_control_make_pool,
    label_asid_pool_assign,
    label_io_port_control_issue,
    label_io_port_in8,
    label_io_port_in16,
    label_io_port_in32,
    label_io_port_out8,
    label_io_port_out16,
    label_io_port_out32,
    label_irq_issue_ioapic,
    label_irq_issue_msi,
    label_count,
};
static_assert(label_irq_issue_msi == 52 && label_count == 53, "sheet 6.1");

/* The message info word: label (52), caps unwrapped (3), extra caps (2), length (7). */
#define MESSAGE_MAX_LENGTH 120
#define MESSAGE_MAX_CAPS   3
#define INFO_CAPS_MASK     (MASK(5) << 7) /* the two fields that only the kernel sets */
static inline word_t info_new(word_t label, word_t unwrapped, word_t caps, word_t length) {
    return (label << 12) | (unwrapped << 9) | (caps << 7) | length;
}
static inline word_t info_label(word_t info) { return info >> 12; }
static inline word_t info_caps(word_t info) { return (info >> 7) & 3; }
static inline word_t info_length(word_t info) /* clamped to the maximum */
{
    return MIN(info & MASK(7), (word_t)MESSAGE_MAX_LENGTH);
}
/** True for a message in registers alone, without capabilities: no IPC buffer is looked at. */
static inline bool info_is_short(word_t info) { return (info & MASK(9)) <= MESSAGE_REGISTERS; }

/* Word offsets in an IPC buffer (sheet 4.2). */
#define BUFFER_MSG           1
#define BUFFER_CAPS          122
#define BUFFER_RECEIVE_CNODE 125
#define BUFFER_RECEIVE_INDEX 126
#define BUFFER_RECEIVE_DEPTH 127

/* The longest result is that of ReadRegisters. */
#define INVOCATION_MAX_RESULTS 20

struct invocation {
    cptr_t cptr; /* what was invoked: its address, slot and capability */
    slot_t *slot;
    cap_t cap;
    word_t label, length;
    slot_t *extra[MESSAGE_MAX_CAPS]; /* slots of the first extra_count extra capabilities */
    unsigned extra_count;
    const word_t *buffer; /* the caller's IPC buffer, NULL if it has none or needs none */
    unsigned result_length;
    word_t result[INVOCATION_MAX_RESULTS]; /* the reply, filled by set_result() */
    bool blocking, is_call;                /* how the caller asked */
};

typedef outcome_t (*decode_fn)(struct invocation *inv);

struct invocation_rule {
    const char *name; /* for the console */
    enum cap_type type;
    uint8_t min_words, min_caps;
    decode_fn decode;
};

/** Message word @p i of the invocation. */
word_t word_arg(const struct invocation *inv, unsigned i);
/** Sets word @p i of the reply (delivered only if the caller used Call). */
void set_result(struct invocation *inv, unsigned i, word_t value);
/** Capability in extra slot @p i; the decode rule guarantees that it is there. */
static inline cap_t cap_arg(const struct invocation *inv, unsigned i) { return inv->extra[i]->cap; }
/** Checks the common rules of sheet 6.2 and dispatches. */
outcome_t invocation_decode(struct invocation *inv);

/** Entry from entry.S: a system call of the current thread, whose registers are saved; rdi, rsi and
 *  rdx are the arguments just as the thread left them. Afterwards current_thread is the one that
 *  entry.S returns to; likewise for the other two. */
void handle_syscall(cptr_t cptr, word_t info, int64_t number);
/** A trap that is not an interrupt: a user exception or `int n` (sheet 7.7). */
void handle_user_trap(unsigned vector, word_t error);
/** A device or timer interrupt. */
void handle_interrupt(unsigned vector);
/** The system calls of debug kernels; false if @p number is none of them. */
bool debug_syscall(tcb_t *tcb, int64_t number);

/* The decode functions, grouped by file. */
outcome_t untyped_retype(struct invocation *); /* object/untyped.c */

outcome_t tcb_read_registers(struct invocation *); /* object/tcb_registers.c */
outcome_t tcb_write_registers(struct invocation *);
outcome_t tcb_copy_registers(struct invocation *);
outcome_t tcb_set_tls_base(struct invocation *);
outcome_t tcb_configure(struct invocation *); /* object/tcb_configure.c */
outcome_t tcb_set_ipc_buffer(struct invocation *);
outcome_t tcb_set_space(struct invocation *);
outcome_t tcb_set_priority(struct invocation *); /* object/tcb.c */
outcome_t tcb_set_mc_priority(struct invocation *);
outcome_t tcb_set_sched_params(struct invocation *);
outcome_t tcb_suspend(struct invocation *);
outcome_t tcb_resume(struct invocation *);
outcome_t tcb_bind(struct invocation *);
outcome_t tcb_unbind(struct invocation *);
outcome_t tcb_set_flags(struct invocation *);

outcome_t cnode_revoke(struct invocation *); /* object/cnode.c */
outcome_t cnode_delete(struct invocation *);
outcome_t cnode_cancel_badged_sends(struct invocation *);
outcome_t cnode_copy(struct invocation *);
outcome_t cnode_mint(struct invocation *);
outcome_t cnode_move(struct invocation *);
outcome_t cnode_mutate(struct invocation *);
outcome_t cnode_rotate(struct invocation *);
outcome_t cnode_save_caller(struct invocation *);

outcome_t irq_issue_handler(struct invocation *); /* object/irq.c */
outcome_t irq_issue_ioapic(struct invocation *);
outcome_t irq_issue_msi(struct invocation *);
outcome_t irq_ack(struct invocation *);
outcome_t irq_set_notification(struct invocation *);
outcome_t irq_clear(struct invocation *);

outcome_t domain_set(struct invocation *); /* object/domain.c */
outcome_t domain_schedule_configure(struct invocation *);
outcome_t domain_schedule_set_start(struct invocation *);

outcome_t table_map(struct invocation *); /* object/table.c: PDPT, page directory, page table */
outcome_t table_unmap(struct invocation *);
outcome_t frame_map(struct invocation *); /* object/frame.c */
outcome_t frame_unmap(struct invocation *);
outcome_t frame_get_address(struct invocation *);
outcome_t asid_make_pool(struct invocation *); /* object/asid.c */
outcome_t asid_assign(struct invocation *);

outcome_t io_port_issue(struct invocation *); /* object/io_port.c */
outcome_t io_port_in(struct invocation *);
outcome_t io_port_out(struct invocation *);
