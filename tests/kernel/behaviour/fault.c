/* Faults as messages to a handler, word by word. */
#include "faulter.h"

SNIPPET(read_rax, "movq (%rax), %rbx");
SNIPPET(write_rax, "movq %rbx, (%rax)");
SNIPPET(jump_rax, "jmp *%rax");
SNIPPET(divide_by_zero, "divq %rcx");
SNIPPET(breakpoint, "int3");
SNIPPET(undefined, "ud2");
SNIPPET(halt, "hlt");
SNIPPET(clear_interrupts, "cli");
SNIPPET(set_interrupts, "sti");
SNIPPET(port_in, "inb $0x80, %al");
SNIPPET(port_out, "outb %al, $0x80");
SNIPPET(read_cr0, "movq %cr0, %rax");
SNIPPET(write_cr3, "movq %rax, %cr3");
SNIPPET(read_dr7, "movq %dr7, %rax");
SNIPPET(write_dr7, "movq %rax, %dr7");
SNIPPET(read_msr, "rdmsr");
SNIPPET(write_msr, "wrmsr");
SNIPPET(load_gdt, "lgdt (%rsp)");
SNIPPET(load_idt, "lidt (%rsp)");
SNIPPET(load_task, "ltr %ax");
SNIPPET(clear_ts, "clts");
SNIPPET(flush_page, "invlpg (%rsp)");
SNIPPET(swap_gs, "swapgs");
SNIPPET(sys_return, "sysretq");
SNIPPET(write_back, "wbinvd");
SNIPPET(load_machine_word, "lmsw %ax");
SNIPPET(far_return, "pushq $0x08\n leaq 1f(%rip), %rax\n pushq %rax\n 1: lretq");
SNIPPET(interrupt_21, "int $0x21");
SNIPPET(interrupt_9e, "int $0x9e");
SNIPPET(interrupt_ff, "int $0xff");
SNIPPET(system_call_rdx, "syscall");
SNIPPET(trap_flag, "pushfq\n orq $0x100, (%rsp)\n popfq\n nop");
SNIPPET(write_fs_base, "wrfsbase %rax");
SNIPPET(read_gs_base, "rdgsbase %rax");
SNIPPET(read_counter, "rdpmc");
SNIPPET(read_time, "rdtsc");

BEHAVIOUR("fault: reading address 0 is a VM fault with ip, address and status 4") {
    check_vm_fault(fault_in(read_rax, 0, 0), (word)read_rax, 0, 4);
}

BEHAVIOUR("fault: writing where nothing is mapped has status 6") {
    check_vm_fault(fault_in(write_rax, 0x10008, 0), (word)write_rax, 0x10008, 6);
}

BEHAVIOUR("fault: jumping to where nothing is mapped faults at the target") {
    check_vm_fault(fault_in(jump_rax, 0x5000, 0), 0x5000, 0x5000, 4);
}

BEHAVIOUR("fault: kernel addresses are a VM fault like any other") {
    struct message m = fault_in(read_rax, 0xffffffff80100000, 0);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[1], 0xffffffff80100000);
    EQUAL(m.mr[3], 4); /* as if nothing were there: what the kernel has mapped does not show */
    m = fault_in(write_rax, 0xffffff8000100000, 0);
    EQUAL(LABEL(m.info), seL4_Fault_VMFault);
    EQUAL(m.mr[3], 6);
}

BEHAVIOUR("fault: a non-canonical address is exception 13") {
    check_exception(fault_in(read_rax, 0x800000000000, 0), read_rax, 13, 0);
}

BEHAVIOUR("fault: dividing by zero is exception 0") {
    check_exception(fault_in(divide_by_zero, 1, 0), divide_by_zero, 0, 0);
}

BEHAVIOUR("fault: an undefined instruction is exception 6") {
    check_exception(fault_in(undefined, 0, 0), undefined, 6, 0);
}

BEHAVIOUR("fault: the instructions for bases are undefined where the CPU lacks them") {
    check_exception(fault_in(write_fs_base, 0x1000, 0), write_fs_base, 6, 0);
    check_exception(fault_next(read_gs_base), read_gs_base, 6, 0);
}

BEHAVIOUR("fault: a breakpoint is exception 3 with the ip after the instruction") {
    check_exception(fault_in(breakpoint, 0, 0), breakpoint_next, 3, 0);
}

BEHAVIOUR("fault: every privileged instruction and every port is exception 13") {
    static const char *const forbidden[] = {
        clear_interrupts, set_interrupts, port_in,    port_out,     read_cr0,
        write_cr3,        read_dr7,       write_dr7,  read_msr,     write_msr,
        load_gdt,         load_idt,       load_task,  clear_ts,     flush_page,
        swap_gs,          sys_return,     write_back, read_counter, load_machine_word};
    check_exception(fault_in(halt, 0, 0), halt, 13, 0);
    for (unsigned i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        check_exception(fault_next(forbidden[i]), forbidden[i], 13, 0);
    }
}

BEHAVIOUR("fault: a far return into the kernel's code segment is exception 13") {
    struct message m = fault_in(far_return, 0, 0);
    EQUAL(LABEL(m.info), seL4_Fault_UserException);
    EQUAL(m.mr[3], 13);
    EQUAL(seL4_GetMR(4), 0x08);
}

BEHAVIOUR("fault: the time stamp counter may be read") {
    check_exception(fault_in(read_time, 0, 0), read_time_next, 6, 0);
}

BEHAVIOUR("fault: a software interrupt that users may not raise is exception 13 with its number") {
    struct message m = fault_in(interrupt_21, 0, 0);
    EQUAL(m.mr[0], (word)interrupt_21);
    EQUAL(m.mr[3], 13);
    word code = seL4_GetMR(4); /* the CPU's own: hardware counts 8 a vector, emulation 16 */
    CHECK(code == 0x21 * 8 + 2 || code == 0x21 * 16 + 2);
}

BEHAVIOUR("fault: int 0xff is ignored") {
    check_exception(fault_in(interrupt_ff, 0, 0), interrupt_ff_next, 6, 0);
}

BEHAVIOUR("fault: a thread that sets its trap flag gets exception 1 after the next instruction") {
    check_exception(fault_in(trap_flag, 0, 0), trap_flag_next, 1, 0);
}

BEHAVIOUR("fault: an unknown system call brings all registers, ip and number") {
    struct message m = fault_in(system_call_rdx, 0xaa, 12345);
    EQUAL(m.cap, 0xfa);
    EQUAL(m.info, INFO(seL4_Fault_UnknownSyscall, 0, 19));
    EQUAL(m.mr[0], 0xaa);
    EQUAL(m.mr[1], 0xb0);
    EQUAL(m.mr[3], 12345);
    static const word from_4[] = {0x51, 0xd1, 0xb9, 0x8, 0x9, 0x10};
    for (word i = 0; i < 6; i++) {
        EQUAL(seL4_GetMR(4 + i), from_4[i]);
    }
    for (word i = 0; i < 4; i++) {
        EQUAL(seL4_GetMR(11 + i), 0x12 + i);
    }
    EQUAL(seL4_GetMR(15), (word)system_call_rdx);
    EQUAL(seL4_GetMR(17) & 0xfff, 0x202);
    EQUAL(seL4_GetMR(18), 12345);
}

BEHAVIOUR("fault: numbers of calls that this build does not have are unknown system calls") {
    static const long absent[] = {0, -15, -16, -17, -22, -27, -28, -29, -31, -1000, 1};
    for (unsigned i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (i % 4 == 0 && i) {
            EXPECT(delete (faulter->tcb), DONE);
        }
        if (i < MAX_THREADS) {
            struct message m = fault_in(system_call_rdx, 0, (word)absent[i]);
            EQUAL(LABEL(m.info), seL4_Fault_UnknownSyscall);
            EQUAL(seL4_GetMR(18), (word)absent[i]);
        }
    }
}

BEHAVIOUR("fault: int 0x9e is an unknown system call numbered by vector and rax") {
    struct message m = fault_in(interrupt_9e, 0x1234567, 0);
    EQUAL(LABEL(m.info), seL4_Fault_UnknownSyscall);
    EQUAL(seL4_GetMR(15), (word)interrupt_9e);
    EQUAL(seL4_GetMR(18), (word)(long)(int)0x9e000000 + 0x234567);
}
