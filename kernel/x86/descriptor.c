/* Descriptor tables: flat segments, one TSS, and 256 gates that all save into the current thread.
 *
 * Invariants: IST 1 points at the end of the current thread's registers whenever a trap can happen;
 * the TSS has no IO bitmap, so user code has no port.
 */
#include "x86/offsets.h"
#include "x86/x86.h"

#define CODE_SEGMENT 0x00af9b000000ffffull /* 64-bit, present, accessed */
#define DATA_SEGMENT 0x00cf93000000ffffull
#define FOR_USER     0x0000600000000000ull /* DPL 3 */
#define TSS_SEGMENT  0x0000890000000000ull

#define GATE_INTERRUPT  0x8e00 /* present, interrupts off, DPL 0 */
#define GATE_USER       0x6000 /* DPL 3: reachable by `int n` */
#define GATE_COUNT      256
#define STUB_BYTES      16
#define VECTOR_BREAK    3
#define TRAP_STACK_IST1 1
#define GDT_ENTRIES     8

/* Also that of the kernel's first instructions (boot/multiboot.S). */
extern uint64_t gdt[GDT_ENTRIES];
TRAMPOLINE_DATA()
uint64_t gdt[GDT_ENTRIES] = {
    [SEL_KERNEL_CODE / 8] = CODE_SEGMENT,
    [SEL_KERNEL_DATA / 8] = DATA_SEGMENT,
    [SEL_USER_CODE / 8] = CODE_SEGMENT | FOR_USER,
    [SEL_USER_DATA / 8] = DATA_SEGMENT | FOR_USER,
    [SEL_USER_CODE_SR / 8] = CODE_SEGMENT | FOR_USER,
};

static TRAMPOLINE_DATA(HOT_DATA) struct __attribute__((packed)) {
    uint32_t reserved0;
    uint64_t rsp[3], reserved1, ist[7], reserved2;
    uint16_t reserved3, io_map;
} tss;
static_assert(sizeof(tss) == 104, "hardware");

static TRAMPOLINE_DATA() struct {
    uint16_t offset_low, selector, attributes, offset_middle;
    uint32_t offset_high, reserved;
} idt[GATE_COUNT];
static_assert(sizeof(idt[0]) == 16, "hardware");

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    const void *base;
};

extern const char trap_stubs[];

/* Where a trap saves while there is no thread: only a kernel bug can bring one, and it panics. */
static alignas(16) struct registers no_thread_yet;

static void set_trap_stack(struct registers *to) {
    if (!ISOLATED) {
        tss.ist[TRAP_STACK_IST1 - 1] = (uint64_t)(to + 1);
        return;
    }
    trap_stack = to + 1;
    if (unlikely(trap_frame_used)) { /* by another thread: not for this one to see */
        __builtin_memset(trap_frame, 0, sizeof(trap_frame));
        trap_frame_used = false;
    }
}

static void set_gate(unsigned vector) {
    word_t target = (word_t)trap_stubs + vector * STUB_BYTES;
    bool for_user = vector == VECTOR_BREAK || vector >= VECTOR_TRAP_FIRST;
    idt[vector].offset_low = (uint16_t)target;
    idt[vector].selector = SEL_KERNEL_CODE;
    idt[vector].attributes = GATE_INTERRUPT | TRAP_STACK_IST1 | (for_user ? GATE_USER : 0);
    idt[vector].offset_middle = (uint16_t)(target >> 16);
    idt[vector].offset_high = (uint32_t)(target >> 32);
}

static void load_tables(void) {
    struct table_pointer gdt_pointer = {sizeof(gdt) - 1, gdt};
    struct table_pointer idt_pointer = {sizeof(idt) - 1, idt};
    __asm__ volatile("lgdt %0" : : "m"(gdt_pointer));
    __asm__ volatile("lidt %0" : : "m"(idt_pointer));
    __asm__ volatile("lldt %w0" : : "r"(0));
    __asm__ volatile("ltr %w0" : : "r"(SEL_TSS));
    __asm__ volatile("movw %w0, %%ds\n\tmovw %w0, %%es\n\tmovw %w0, %%ss\n\t"
                     "movw %w0, %%fs\n\tmovw %w0, %%gs"
                     :
                     : "r"(0));
}

void descriptors_init(void) {
    word_t base = (word_t)&tss;
    gdt[SEL_TSS / 8] = TSS_SEGMENT | (sizeof(tss) - 1) | ((base & MASK(24)) << 16) |
                       (((base >> 24) & MASK(8)) << 56);
    gdt[SEL_TSS / 8 + 1] = base >> 32;
    tss.io_map = sizeof(tss); /* past the segment's limit: every port is forbidden */
    if (ISOLATED)
        tss.ist[TRAP_STACK_IST1 - 1] = (uint64_t)&trap_frame[TRAP_FRAME_WORDS];
    set_trap_stack(&no_thread_yet);
    for (unsigned vector = 0; vector < GATE_COUNT; vector++)
        set_gate(vector);
    load_tables();
}

void cpu_set_trap_stack(tcb_t *tcb) { set_trap_stack(&tcb->regs); }
