/* The machine: everything that names an x86 register, port or device is behind this header.
 *
 * Invariants: the kernel runs with interrupts off; CR3 always holds a table whose upper half is the
 * kernel's; CR0.TS is set unless the thread that runs has its state in the FPU's registers.
 */
#pragma once

#include "object/tcb.h"
#include "x86/isolation.h"
#include "x86/registers.h"

/* Selectors: sysret and iretq want them in this order (sheet 3.2). */
#define SEL_KERNEL_CODE  0x08
#define SEL_KERNEL_DATA  0x10
#define SEL_TSS          0x18 /* 16 bytes */
#define SEL_USER_CODE    0x2b
#define SEL_USER_DATA    0x33
#define SEL_USER_CODE_SR 0x3b /* what sysret loads */

#define RFLAGS_RESERVED 0x002ul
#define RFLAGS_IF       0x200ul
#define RFLAGS_TF       0x100ul
#define RFLAGS_USER     (RFLAGS_RESERVED | RFLAGS_IF)

#define VECTOR_IRQ_BASE   0x20
#define VECTOR_USER_FIRST 0x30
#define VECTOR_USER_LAST  0x9b
#define VECTOR_TIMER      0x9d
#define VECTOR_TRAP_FIRST 0x9e
#define VECTOR_SPURIOUS   0xff

/* cpu.c */
/** Requires the features of sheet 11.1 and sets control registers and MSRs. */
void cpu_init(void);
/** Descriptor tables and the system call entry (descriptor.c). */
void descriptors_init(void);
/** Makes traps save into @p tcb (TSS stack pointer). */
void cpu_set_trap_stack(tcb_t *tcb);
uint64_t cpu_timestamp(void);
/** FS and GS base of the running thread into its TCB: before another thread runs, and before the
 *  TCB's values are read or one of them is changed. */
void cpu_save_bases(tcb_t *from);
/** FS and GS base of the TCB into the CPU: when the thread is to run, or one was just changed. */
void cpu_load_bases(const tcb_t *to);
void cpu_set_cr3(paddr_t pml4);
paddr_t cpu_cr3(void);
void cpu_flush_page(vaddr_t vaddr);
void cpu_flush_all(void); /* everything but the kernel's global pages */

/* entry.S */
/** Leaves the kernel for the current thread. */
void return_to_user(tcb_t *tcb) __attribute__((noreturn));

/* fpu.c: lazy switching (sheet 11.3) */
extern tcb_t *fpu_owner;
void fpu_init(void);
/** The fresh FPU state of a new thread. */
void fpu_init_state(tcb_t *tcb);
/** Another thread becomes the current one: only the FPU's owner finds it switched on. */
void fpu_thread_switch(const tcb_t *from, const tcb_t *to);
/** Device-not-available trap: loads the thread's state. False: the thread may not use the FPU. */
bool fpu_take(tcb_t *tcb);
/** The thread is destroyed or may not use the FPU any more: its state leaves the FPU. */
void fpu_release(tcb_t *tcb);

/* vm.c: the kernel's own page tables */

extern word_t kernel_pml4[512]; /* window.S */
#define KERNEL_ENTRY 511        /* the top 512 GiB: the window and the kernel's image */
/** Entry KERNEL_ENTRY of every user's PML4: what is there of the kernel while user code runs. */
static inline word_t kernel_entry_of_users(void) {
    return ISOLATED ? trampoline_entry : kernel_pml4[KERNEL_ENTRY];
}
void vm_init(void);
/** Ends boot's view of physical memory at its own addresses. */
void vm_forget_identity(void);
/** Kernel address of a device page. */
volatile void *vm_device(paddr_t paddr);

/* apic.c, ioapic.c */
/** Where this CPU has its APIC. */
paddr_t apic_address(void);
void apic_init(paddr_t apic);
void apic_eoi(void);
uint32_t apic_id(void);
/** True if an interrupt waits to be taken: the question of a preemption point. */
bool apic_interrupt_pending(void);
/** The timer runs down, without interrupts; apic_timer_elapsed() says how far it is. */
void apic_timer_count_down(void);
uint32_t apic_timer_elapsed(void);
/** The kernel's tick begins. */
void apic_timer_init(void);
void ioapic_init(paddr_t ioapic);
unsigned ioapic_count(void);
unsigned ioapic_pins(unsigned ioapic);
/** Connects a pin to a vector of this CPU and unmasks it. */
void ioapic_route(unsigned ioapic, unsigned pin, bool level, bool low, unsigned vector);
void ioapic_mask(unsigned ioapic, unsigned pin, bool masked);
void pic_disable(void);

/* clock.c */
/** Finds out how fast the clocks run; the APIC must be there. */
void clock_init(void);
/** Megahertz of the time stamp counter. */
uint32_t clock_tsc_mhz(void);
/** Ticks of the APIC timer in one kernel tick. */
uint32_t clock_apic_ticks(void);

/* serial.c */
void serial_init(uint16_t port);
void serial_put(char c); /* '\n' goes out as CR LF */
/** A user wrote to so many ports @p from there: what goes out on the line counts as output, too. */
void serial_written(uint16_t from, unsigned bytes);

/* Ports: port_in8(), port_out8() and so on. */
#define PORT_ACCESS(bits, suffix)                                                                  \
    static inline uint##bits##_t port_in##bits(uint16_t port) {                                    \
        uint##bits##_t value;                                                                      \
        __asm__ volatile("in" suffix " %1, %0" : "=a"(value) : "Nd"(port));                        \
        return value;                                                                              \
    }                                                                                              \
    static inline void port_out##bits(uint16_t port, uint##bits##_t value) {                       \
        __asm__ volatile("out" suffix " %0, %1" : : "a"(value), "Nd"(port));                       \
    }
PORT_ACCESS(8, "b")
PORT_ACCESS(16, "w")
PORT_ACCESS(32, "l")
