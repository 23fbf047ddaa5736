/* The kernel entry for programs that run on the host: every trap goes to the fake kernel. */
#pragma once
#include <sel4/message_info.h>
#include <sel4/syscall.h>

typedef struct {
    seL4_Word cap;
    seL4_Word info;
    seL4_Word mr[4];
} sel4_regs_t;

sel4_regs_t fake_exchange(seL4_Syscall_ID number, sel4_regs_t m);
seL4_Word fake_plain(seL4_Syscall_ID number, seL4_Word arg);

static inline sel4_regs_t sel4_trap_exchange(seL4_Syscall_ID number, sel4_regs_t m) {
    return fake_exchange(number, m);
}

static inline void sel4_trap_send(seL4_Syscall_ID number, sel4_regs_t m) {
    (void)fake_exchange(number, m);
}

static inline sel4_regs_t sel4_trap_receive(seL4_Syscall_ID number, seL4_Word cap) {
    return fake_exchange(number, (sel4_regs_t){.cap = cap});
}

static inline seL4_Word sel4_trap_plain(seL4_Syscall_ID number, seL4_Word arg, seL4_Word info) {
    (void)info;
    return fake_plain(number, arg);
}
