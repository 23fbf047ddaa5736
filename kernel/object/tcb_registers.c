/* A thread's registers, read and written by others, in the order of the ABI's seL4_UserContext.
 *
 * What is shown as the instruction pointer is the restart IP: the instruction at which the thread
 * entered the kernel, and at which Resume lets it go on. Invariants: values that the CPU would
 * choke on when the kernel loads them are never stored, except by SetTLSBase, where loading them
 * takes care; FS and GS base of the running thread live in the CPU and are read and set there.
 */
#include "api/api.h"
#include "debug/debug.h"
#include "sched/sched.h"
#include "x86/x86.h"

#define REGISTER_COUNT 20
#define FRAME_COUNT    18 /* the others are the two segment bases, "integer" registers to the ABI */

enum { rip_index = 0, rflags_index = 2 };

static word_t *register_at(tcb_t *tcb, unsigned index) {
    struct registers *r = &tcb->regs;
    word_t *const order[REGISTER_COUNT] = {
        &tcb->restart_ip, &r->rsp, &r->rflags, &r->rax, &r->rbx,     &r->rcx,     &r->rdx,
        &r->rsi,          &r->rdi, &r->rbp,    &r->r8,  &r->r9,      &r->r10,     &r->r11,
        &r->r12,          &r->r13, &r->r14,    &r->r15, &r->fs_base, &r->gs_base,
    };
    return order[index];
}

word_t sanitise_address(word_t address) { return is_canonical(address) ? address : 0; }

/* Arithmetic flags and direction are the user's; bit 1 is always set and interrupts stay on; no
 * single-stepping, no I/O privilege. */
word_t sanitise_flags(word_t flags) {
    word_t fixed_zero = BIT(3) | BIT(5) | RFLAGS_TF;
    return ((flags & MASK(12)) | RFLAGS_USER) & ~fixed_zero;
}

static word_t sanitise(unsigned index, word_t value) {
    if (index == rip_index || index >= FRAME_COUNT)
        return sanitise_address(value);
    return index == rflags_index ? sanitise_flags(value) : value;
}

/* The thread shall go on at its restart IP, and with the registers it has here rather than with
 * what a return from `syscall` leaves of them; but the caller itself is in a system call. */
static void registers_changed(tcb_t *tcb) {
    tcb->regs.rip = tcb->restart_ip;
    if (tcb != current_thread)
        tcb->regs.entry = ENTRY_FULL;
}

outcome_t tcb_read_registers(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    word_t flags = word_arg(inv, 0), count = word_arg(inv, 1);
    if (count < 1 || count > REGISTER_COUNT)
        return refuse(fail_range(1, REGISTER_COUNT),
                      "TCB ReadRegisters: Attempted to read an invalid number of registers (%lu).",
                      count);
    if (tcb == current_thread)
        return refuse(fail_illegal(), "TCB ReadRegisters: Attempted to read our own registers.");
    if (flags & 1)
        thread_suspend(tcb);
    for (unsigned i = 0; i < count; i++)
        set_result(inv, i, *register_at(tcb, i));
    trace(tcb, "readregs", tcb, "");
    return DONE;
}

outcome_t tcb_write_registers(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    word_t flags = word_arg(inv, 0), count = word_arg(inv, 1);
    if (inv->length - 2 < count)
        return refuse(fail_truncated(),
                      "TCB WriteRegisters: Message too short for requested write size (%lu/%lu).",
                      inv->length - 2, count);
    if (tcb == current_thread)
        return refuse(fail_illegal(), "TCB WriteRegisters: Attempted to write our own registers.");
    for (unsigned i = 0; i < MIN(count, (word_t)REGISTER_COUNT); i++)
        *register_at(tcb, i) = sanitise(i, word_arg(inv, i + 2));
    registers_changed(tcb);
    if (flags & 1)
        thread_restart(tcb);
    trace(tcb, "writeregs", tcb, "ip:%lx sp:%lx resume:%u", inv->length > 2 ? word_arg(inv, 2) : 0,
          inv->length > 3 ? word_arg(inv, 3) : 0, (unsigned)flags & 1);
    return DONE;
}

static void copy_range(tcb_t *to, tcb_t *from, unsigned first, unsigned end) {
    for (unsigned i = first; i < end; i++)
        *register_at(to, i) = *register_at(from, i);
}

outcome_t tcb_copy_registers(struct invocation *inv) {
    tcb_t *dest = cap_object(inv->cap);
    word_t flags = word_arg(inv, 0);
    cap_t source_cap = cap_arg(inv, 0);
    if (cap_type(source_cap) != cap_thread)
        return refuse(fail_capability(1), "TCB CopyRegisters: Invalid source TCB.");
    tcb_t *source = cap_object(source_cap);
    if (flags & BIT(0))
        thread_suspend(source);
    if (flags & BIT(1))
        thread_restart(dest);
    if (flags & BIT(2)) {
        copy_range(dest, source, 0, FRAME_COUNT);
        registers_changed(dest);
    }
    if (flags & BIT(3)) {
        cpu_save_bases(current_thread);
        copy_range(dest, source, FRAME_COUNT, REGISTER_COUNT);
        cpu_load_bases(current_thread);
    }
    trace(tcb, "copyregs", dest, "");
    return DONE;
}

outcome_t tcb_set_tls_base(struct invocation *inv) {
    tcb_t *tcb = cap_object(inv->cap);
    cpu_save_bases(current_thread); /* the thread's own GS base, which is not ours to change */
    tcb->regs.fs_base = word_arg(inv, 0);
    cpu_load_bases(current_thread);
    if (tcb == current_thread)
        sched_reschedule();
    trace(tcb, "tls", tcb, "base:%lx", tcb->regs.fs_base);
    return DONE;
}
