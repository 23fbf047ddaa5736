/* The local APIC: this CPU's interrupt inbox and the kernel's timer. */
#include "x86/x86.h"

#include "boot/boot.h"

#define APIC_BASE_ENABLED BIT(11)
#define APIC_BASE_X2APIC  BIT(10)

enum apic_register {
    apic_reg_id = 0x20,
    apic_reg_version = 0x30,
    apic_reg_task_priority = 0x80,
    apic_reg_eoi = 0xb0,
    apic_reg_spurious = 0xf0,
    apic_reg_requests = 0x200, /* 256 bits in 8 words, 16 bytes apart */
    apic_reg_lvt_timer = 0x320,
    apic_reg_lvt_lint0 = 0x350,
    apic_reg_lvt_lint1 = 0x360,
    apic_reg_lvt_error = 0x370,
    apic_reg_timer_start = 0x380,
    apic_reg_timer_now = 0x390,
    apic_reg_timer_divide = 0x3e0,
};

#define LVT_MASKED       BIT(16)
#define TIMER_PERIODIC   BIT(17)
#define TIMER_DIVIDE_BY1 0xb
#define SOFTWARE_ENABLE  BIT(8)
#define MIN_LVT_ENTRIES  3
#define WORD_VECTORS     32
#define LONGEST_COUNT    0xffffffff

static volatile uint8_t *apic;

static uint32_t apic_read(enum apic_register reg) { return *(volatile uint32_t *)(apic + reg); }

static void apic_write(enum apic_register reg, word_t value) {
    *(volatile uint32_t *)(apic + reg) = (uint32_t)value;
}

paddr_t apic_address(void) { return ALIGN_DOWN(msr_read(MSR_APIC_BASE), PAGE_BITS); }

void apic_init(paddr_t paddr) {
    uint64_t base = msr_read(MSR_APIC_BASE);
    boot_require(base & APIC_BASE_ENABLED, "APIC: Enabled bit not set\n");
    boot_require(!(base & APIC_BASE_X2APIC),
                 "x2APIC enabled in BIOS but kernel does not support that\n");
    apic = vm_device(paddr);
    uint32_t version = apic_read(apic_reg_version);
    boot_require((version & 0xf0) == 0x10, "APIC: apic_version must be 0x1X\n");
    boot_require(((version >> 16) & 0xff) + 1 >= MIN_LVT_ENTRIES, "APIC: too few local vectors\n");
    apic_write(apic_reg_task_priority, 0);
    apic_write(apic_reg_lvt_timer, LVT_MASKED | VECTOR_TIMER);
    apic_write(apic_reg_lvt_lint0, LVT_MASKED);
    apic_write(apic_reg_lvt_lint1, LVT_MASKED);
    apic_write(apic_reg_lvt_error, LVT_MASKED);
    apic_write(apic_reg_spurious, SOFTWARE_ENABLE | VECTOR_SPURIOUS);
    apic_write(apic_reg_timer_divide, TIMER_DIVIDE_BY1);
}

void apic_eoi(void) { apic_write(apic_reg_eoi, 0); }

uint32_t apic_id(void) { return apic_read(apic_reg_id) >> 24; }

bool apic_interrupt_pending(void) {
    for (unsigned i = VECTOR_IRQ_BASE / WORD_VECTORS; i < 8; i++)
        if (apic_read(apic_reg_requests + i * 16) != 0)
            return true;
    return false;
}

void apic_timer_count_down(void) { apic_write(apic_reg_timer_start, LONGEST_COUNT); }

uint32_t apic_timer_elapsed(void) { return LONGEST_COUNT - apic_read(apic_reg_timer_now); }

void apic_timer_init(void) {
    apic_write(apic_reg_lvt_timer, TIMER_PERIODIC | VECTOR_TIMER);
    apic_write(apic_reg_timer_start, clock_apic_ticks());
}
