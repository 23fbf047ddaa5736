/* How fast the two clocks of a CPU run: the APIC timer and the time stamp counter.
 *
 * Emulators and hypervisors say so, or are known; that keeps boot short. Other machines are timed
 * against the one clock of known speed that every PC has, for 10 ms.
 */
#include "x86/x86.h"

#include "config.h"
#include "debug/debug.h"

#define CPUID_FEATURES         1
#define FEATURE_HYPERVISOR     BIT(31) /* ecx */
#define CPUID_CRYSTAL          0x15
#define CPUID_HYPERVISOR       0x40000000
#define CPUID_HYPERVISOR_CLOCK 0x40000010 /* eax: TSC in kHz, ebx: APIC timer in kHz */

#define EMULATED_APIC_KHZ     1000000
#define COMPARISON_TICKS      100000 /* APIC timer ticks the TSC is watched for: 0.1 ms at 1 GHz */
#define COMPARISON_MOST_POLLS 1000000
#define READS_A_SAMPLE        5
#define PLAUSIBLE_KHZ(khz)    ((khz) >= 1000 && (khz) <= 100000000)

#define PIT_HZ         1193182
#define PIT_CHANNEL2   0x42
#define PIT_COMMAND    0x43
#define PIT_ONE_SHOT2  0xb0 /* channel 2, low byte then high byte, interrupt on terminal count */
#define PIT_GATE       0x61
#define PIT_GATE_OPEN  0x01 /* and bit 1, the loudspeaker, off */
#define PIT_GATE_BITS  0x03
#define PIT_GATE_OUT   0x20
#define PIT_TICKS      (PIT_HZ / 100)
#define PIT_MOST_POLLS 200000

static uint64_t tsc_khz, apic_khz;

struct sample {
    uint64_t tsc;
    uint32_t apic;
};

/* Both clocks at one moment: of several tries the one that took least time, i.e. undisturbed. */
static struct sample sample_clocks(void) {
    struct sample best = {0, 0};
    uint64_t shortest = ~0ul;
    for (unsigned i = 0; i < READS_A_SAMPLE; i++) {
        uint64_t before = cpu_timestamp();
        uint32_t apic = apic_timer_elapsed();
        uint64_t took = cpu_timestamp() - before;
        if (took < shortest) {
            shortest = took;
            best = (struct sample){before + took / 2, apic};
        }
    }
    return best;
}

static void ask_hypervisor(void) {
    if (!(cpuid(CPUID_FEATURES).ecx & FEATURE_HYPERVISOR))
        return;
    struct cpuid name = cpuid(CPUID_HYPERVISOR);
    struct cpuid clocks = cpuid_checked(CPUID_HYPERVISOR_CLOCK);
    if (__builtin_memcmp(&name.ebx, "TCGTCGTCGTCG", 12) == 0 ||
        __builtin_memcmp(&name.ebx, "KVMKVMKVM\0\0\0", 12) == 0)
        apic_khz = EMULATED_APIC_KHZ;
    if (PLAUSIBLE_KHZ(clocks.eax) && PLAUSIBLE_KHZ(clocks.ebx)) {
        tsc_khz = clocks.eax;
        apic_khz = clocks.ebx;
    }
}

static void ask_cpu(void) {
    struct cpuid crystal = cpuid_checked(CPUID_CRYSTAL);
    if (crystal.eax != 0 && crystal.ebx != 0 && crystal.ecx != 0)
        tsc_khz = (uint64_t)crystal.ecx * crystal.ebx / crystal.eax / 1000;
}

/* Starts the PIT's free channel, which no interrupt hangs on, and waits until it has run out. */
static void wait_for_pit(void) {
    port_out8(PIT_GATE, (port_in8(PIT_GATE) & ~PIT_GATE_BITS) | PIT_GATE_OPEN);
    port_out8(PIT_COMMAND, PIT_ONE_SHOT2);
    port_out8(PIT_CHANNEL2, PIT_TICKS & 0xff);
    port_out8(PIT_CHANNEL2, PIT_TICKS >> 8);
    for (unsigned polls = 0; polls < PIT_MOST_POLLS; polls++)
        if (port_in8(PIT_GATE) & PIT_GATE_OUT)
            return;
}

static void wait_for_apic(uint32_t start) {
    for (unsigned polls = 0; polls < COMPARISON_MOST_POLLS; polls++)
        if (apic_timer_elapsed() - start >= COMPARISON_TICKS)
            return;
}

/* The APIC timer against the PIT if need be, the TSC against the APIC timer. */
static void time_clocks(void) {
    struct sample start = sample_clocks();
    if (apic_khz == 0)
        wait_for_pit();
    else
        wait_for_apic(start.apic);
    struct sample end = sample_clocks();
    uint64_t ticks = MAX(end.apic - start.apic, 1u);
    if (apic_khz == 0)
        apic_khz = ticks * PIT_HZ / PIT_TICKS / 1000;
    tsc_khz = (end.tsc - start.tsc) * apic_khz / ticks;
}

static uint64_t plausible(uint64_t khz, const char *clock) {
    if (PLAUSIBLE_KHZ(khz))
        return khz;
    kprintf("Warning: the speed of the %s could not be found out; 1 GHz is assumed.\n", clock);
    return EMULATED_APIC_KHZ;
}

void clock_init(void) {
    ask_hypervisor();
    ask_cpu();
    apic_timer_count_down();
    if (apic_khz == 0 || tsc_khz == 0)
        time_clocks();
    apic_khz = plausible(apic_khz, "APIC timer");
    tsc_khz = plausible(tsc_khz, "time stamp counter");
}

uint32_t clock_tsc_mhz(void) { return (uint32_t)((tsc_khz + 500) / 1000); }

uint32_t clock_apic_ticks(void) { return (uint32_t)(apic_khz * CONFIG_TIMER_TICK_MS); }
