/* The processor core: features the kernel needs, control registers, segment bases, TLB.
 *
 * Invariant: user code finds the control state of the ABI sheet, 11.2, whatever the boot loader
 * left; FS and GS base always are the running thread's own (the kernel uses neither).
 */
#include "x86/x86.h"

#include "boot/boot.h"

#define CPUID_FEATURES          1
#define CPUID_STRUCTURED        7
#define CPUID_EXTENDED_FEATURES 0x80000001

#define FEATURE_PAT      BIT(16) /* leaf 1, edx */
#define FEATURE_FXSR     BIT(24)
#define FEATURE_SSE2     BIT(26)
#define FEATURE_FSGSBASE BIT(0) /* leaf 7, ebx */
#define FEATURE_SMEP     BIT(7)
#define FEATURE_SYSCALL  BIT(11) /* leaf 0x80000001, edx */

/* Memory types by PWT | PCD << 1 | PAT << 2: WB, WT, UC-, UC, WC, and the first three again. */
#define PAT_TYPES 0x0007040100070406ul

/* Flags that a system call clears: TF, IF, DF, IOPL, NT and AC, so that no setting of the user's
 * follows into the kernel (NT would make iretq fault). */
#define SYSCALL_CLEARS 0x47700ul

void syscall_entry(void);

static HOT_DATA bool has_fsgsbase;

void cpu_init(void) {
    uint32_t basic = cpuid(CPUID_FEATURES).edx;
    uint32_t extended = cpuid_checked(CPUID_EXTENDED_FEATURES).edx;
    boot_require(extended & FEATURE_SYSCALL,
                 "SYSCALL/SYSRET instruction not supported by the processor\n");
    boot_require(basic & FEATURE_PAT, "PAT support not found\n");
    boot_require((basic & FEATURE_FXSR) && (basic & FEATURE_SSE2),
                 "FXSAVE and SSE2 not supported by the processor\n");
    uint32_t structured = cpuid_checked(CPUID_STRUCTURED).ebx;
    has_fsgsbase = structured & FEATURE_FSGSBASE;
    cr0_write(CR0_RUNNING);
    cr4_write(CR4_PAE | CR4_OSFXSR | (has_fsgsbase ? CR4_FSGSBASE : 0) |
              (structured & FEATURE_SMEP ? CR4_SMEP : 0));
    msr_write(MSR_EFER, EFER_LME | EFER_SCE);
    msr_write(MSR_PAT, PAT_TYPES);
    msr_write(MSR_STAR, ((word_t)SEL_USER_CODE << 48) | ((word_t)SEL_KERNEL_CODE << 32));
    msr_write(MSR_LSTAR, (word_t)syscall_entry);
    msr_write(MSR_FMASK, SYSCALL_CLEARS);
}

#define PORT_DEBUG_EXIT 0xf4

void machine_stop(uint32_t status) {
    if (machine.idle_exit)
        port_out32(PORT_DEBUG_EXIT, status);
    for (;;)
        __asm__ volatile("cli\n\thlt");
}

uint64_t cpu_timestamp(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return low | ((uint64_t)high << 32);
}

/* Without the FSGSBASE instructions a user can only set a base through the kernel, so the TCB is
 * always right; with them, the registers are. */
void cpu_save_bases(tcb_t *from) {
    if (has_fsgsbase) {
        __asm__ volatile("rdfsbase %0\n\trdgsbase %1"
                         : "=r"(from->regs.fs_base), "=r"(from->regs.gs_base));
    }
}

/* Writing a base is slow, and most threads have none. A base that is 0 in the CPU can only be
 * changed through here: a user who loads a selector gets its descriptor's base, which is 0. */
static void load_base(uint32_t msr, word_t base) {
    static HOT_DATA word_t last[MSR_GS_BASE - MSR_FS_BASE + 1];
    if ((base | last[msr - MSR_FS_BASE]) != 0) {
        last[msr - MSR_FS_BASE] = base;
        msr_write(msr, canonical(base));
    }
}

/* A TCB may say anything (TCB_SetTLSBase), but real CPUs trap here on what is not canonical. */
void cpu_load_bases(const tcb_t *to) {
    if (has_fsgsbase) {
        __asm__ volatile("wrfsbase %0\n\twrgsbase %1"
                         :
                         : "r"(canonical(to->regs.fs_base)), "r"(canonical(to->regs.gs_base)));
    } else {
        load_base(MSR_FS_BASE, to->regs.fs_base);
        load_base(MSR_GS_BASE, to->regs.gs_base);
    }
}

void cpu_set_cr3(paddr_t pml4) {
    if (ISOLATED)
        user_cr3 = pml4; /* loaded on the way out */
    else
        cr3_write(pml4);
}

paddr_t cpu_cr3(void) { return ISOLATED ? user_cr3 : cr3_read(); }

void cpu_flush_page(vaddr_t vaddr) { __asm__ volatile("invlpg (%0)" : : "r"(vaddr) : "memory"); }

void cpu_flush_all(void) { cpu_set_cr3(cpu_cr3()); }
