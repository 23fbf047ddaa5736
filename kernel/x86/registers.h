/* The CPU's own registers: control registers, model-specific registers and CPUID. */
#pragma once

#include "types.h"

#define CR0_PE BIT(0)
#define CR0_MP BIT(1)
#define CR0_TS BIT(3)
#define CR0_ET BIT(4)
#define CR0_NE BIT(5)
#define CR0_WP BIT(16)
#define CR0_PG BIT(31)
/* Paging and write protection, FPU errors as exceptions; TS comes and goes with the FPU's owner. */
#define CR0_RUNNING (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG)

#define CR4_PAE      BIT(5)
#define CR4_PGE      BIT(7)
#define CR4_OSFXSR   BIT(9)
#define CR4_FSGSBASE BIT(16)
#define CR4_SMEP     BIT(20)

#define MSR_APIC_BASE 0x1b
#define MSR_PAT       0x277
#define MSR_EFER      0xc0000080
#define MSR_STAR      0xc0000081
#define MSR_LSTAR     0xc0000082
#define MSR_FMASK     0xc0000084
#define MSR_FS_BASE   0xc0000100
#define MSR_GS_BASE   0xc0000101

#define EFER_SCE BIT(0)
#define EFER_LME BIT(8)

static inline uint64_t msr_read(uint32_t msr) {
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return low | ((uint64_t)high << 32);
}

static inline void msr_write(uint32_t msr, uint64_t value) {
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"(value >> 32) : "memory");
}

/* cr0_read(), cr0_write() and so on. */
#define CONTROL_REGISTER(name)                                                                     \
    static inline word_t name##_read(void) {                                                       \
        word_t value;                                                                              \
        __asm__ volatile("movq %%" #name ", %0" : "=r"(value));                                    \
        return value;                                                                              \
    }                                                                                              \
    static inline void name##_write(word_t value) {                                                \
        __asm__ volatile("movq %0, %%" #name : : "r"(value) : "memory");                           \
    }
CONTROL_REGISTER(cr0)
CONTROL_REGISTER(cr2)
CONTROL_REGISTER(cr3)
CONTROL_REGISTER(cr4)

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf) {
    struct cpuid r;
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(0));
    return r;
}

/** The answer to @p leaf, all zero if the CPU does not have it. */
static inline struct cpuid cpuid_checked(uint32_t leaf) {
    uint32_t highest = cpuid(leaf & 0xffff0000).eax;
    return leaf <= highest ? cpuid(leaf) : (struct cpuid){0};
}
