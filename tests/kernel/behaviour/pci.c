/* A PCI device as a user drives it: configuration by ports of all widths, registers in memory, and
 * interrupts by its pin (level) and by messages.
 * Machine: pc
 * Options: -device edu
 * Unchecked: a look at all objects takes longer than the waits here.
 *
 * The device is QEMU's `edu`, made for learning: it raises an interrupt when told to.
 */
#include "check.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define EDU            0x11e81234
#define HOST_BRIDGE    0x12378086
#define VECTOR         50
#define AT             0x10000000000ul
#define A_WHILE        1000000ul

enum { ID = 0, COMMAND = 4, CAPABILITIES = 0x34, BAR0 = 0x10, INTERRUPT_LINE = 0x3c };
enum { IDENTITY = 0, LIVENESS = 4, INTERRUPTS = 0x24, RAISE = 0x60, LOWER = 0x64 };

static word config, device;

static word in(word label, word port) {
    struct answer a = invoke(config, label, WORDS(port), WITH());
    REQUIRE(a.label == 0 && a.length == 1);
    return a.mr[0];
}
static void out(word label, word port, word value) {
    REQUIRE(invoke(config, label, WORDS(port, value), WITH()).label == 0);
}
static void choose(word number, word offset) {
    out(X86IOPortOut32, CONFIG_ADDRESS, 0x80000000 | number << 11 | (offset & ~3ul));
}
static word read32(word offset) {
    choose(device, offset);
    return in(X86IOPortIn32, CONFIG_DATA);
}
static void write32(word offset, word value) {
    choose(device, offset);
    out(X86IOPortOut32, CONFIG_DATA, value);
}
static void find_device(void) {
    config = slot();
    REQUIRE(invoke(seL4_CapIOPortControl, X86IOPortControlIssue,
                   WORDS(CONFIG_ADDRESS, CONFIG_DATA + 3, config, DEPTH), WITH(OWN_CNODE))
                .label == 0);
    for (device = 0; device < 32; device++) {
        if (read32(ID) == EDU) {
            return;
        }
    }
    REQUIRE(!"the device edu");
}

BEHAVIOUR("port: reads of 8, 16 and 32 bits give the same bytes, zero-extended") {
    find_device();
    choose(0, ID);
    EQUAL(in(X86IOPortIn32, CONFIG_DATA), HOST_BRIDGE);
    for (word i = 0; i < 4; i++) {
        EQUAL(in(X86IOPortIn8, CONFIG_DATA + i), HOST_BRIDGE >> 8 * i & 0xff);
    }
    EQUAL(in(X86IOPortIn16, CONFIG_DATA), HOST_BRIDGE & 0xffff);
    EQUAL(in(X86IOPortIn16, CONFIG_DATA + 2), HOST_BRIDGE >> 16);
}

BEHAVIOUR("port: writes of 8, 16 and 32 bits change as many bits and no others") {
    find_device();
    word line = read32(INTERRUPT_LINE), bar = read32(BAR0);
    choose(device, INTERRUPT_LINE);
    out(X86IOPortOut8, CONFIG_DATA, 0x5a5a5a5a5a5a);
    EQUAL(read32(INTERRUPT_LINE), (line & ~0xfful) | 0x5a);
    choose(device, BAR0);
    out(X86IOPortOut32, CONFIG_DATA, ~0ul);
    word most = read32(BAR0);
    CHECK(most != bar && most <= 0xffffffff);
    choose(device, BAR0);
    out(X86IOPortOut16, CONFIG_DATA + 2, 0x123450000);
    EQUAL(read32(BAR0), most & 0xffff);
    write32(BAR0, bar);
    write32(INTERRUPT_LINE, line);
    EQUAL(read32(BAR0), bar);
}

/* ---- the device's registers, in a frame of device memory ---- */

static volatile uint32_t *registers(word offset) { return (volatile uint32_t *)(AT + offset); }
static word device_untyped_at(word paddr, word *base) {
    for (word s = boot_info->untyped.start; s < boot_info->untyped.end; s++) {
        const seL4_UntypedDesc *u = &boot_info->untypedList[s - boot_info->untyped.start];
        if (u->isDevice && paddr - u->paddr < 1ul << u->sizeBits) {
            *base = u->paddr;
            return s;
        }
    }
    REQUIRE(!"device memory at that address");
    return 0;
}
/* The frame at an address: what lies before it becomes untypeds of a megabyte, which are left. */
static word device_frame(word paddr) {
    word base, untyped = device_untyped_at(paddr, &base);
    REQUIRE(paddr % (1 << 20) == 0);
    for (; base < paddr; base += 1 << 20) {
        make_from(untyped, seL4_UntypedObject, 20);
    }
    return make_from(untyped, seL4_X86_4K, 0);
}
static void map_registers(void) {
    find_device();
    REQUIRE(
        invoke(make(seL4_X86_PDPTObject, 0), X86PDPTMap, WORDS(AT, 0), WITH(OWN_VSPACE)).label ==
        0);
    REQUIRE(invoke(make(seL4_X86_PageDirectoryObject, 0), X86PageDirectoryMap, WORDS(AT, 0),
                   WITH(OWN_VSPACE))
                .label == 0);
    REQUIRE(
        invoke(make(seL4_X86_PageTableObject, 0), X86PageTableMap, WORDS(AT, 0), WITH(OWN_VSPACE))
            .label == 0);
    word frame = device_frame(read32(BAR0) & ~0xful);
    REQUIRE(invoke(frame, X86PageMap, WORDS(AT, 3, seL4_X86_Uncacheable), WITH(OWN_VSPACE)).label ==
            0);
    write32(COMMAND, (read32(COMMAND) & 0xffff) | 6); /* answers in memory, may write messages */
}

BEHAVIOUR("device: registers in memory answer through a frame of device memory") {
    map_registers();
    EQUAL(*registers(IDENTITY) & 0xff, 0xed);
    *registers(LIVENESS) = 0x12345678;
    EQUAL(*registers(LIVENESS), ~0x12345678u);
}

/* ---- interrupts ---- */

static word next_signal(word ntfn) {
    for (word end = __builtin_ia32_rdtsc() + A_WHILE; __builtin_ia32_rdtsc() < end;) {
        struct message m = poll(ntfn);
        if (m.cap) {
            return m.cap;
        }
    }
    return 0;
}
static void ack(word handler) { REQUIRE(invoke(handler, IRQAckIRQ, WORDS(), WITH()).label == 0); }

BEHAVIOUR("interrupt: a PCI pin is level-triggered, and shared by all that hang on it") {
    map_registers();
    word ntfn = notification(), h = slot(), pin = read32(INTERRUPT_LINE) & 0xff;
    REQUIRE(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerIOAPIC,
                   WORDS(h, DEPTH, 0, pin, 1, 1, VECTOR), WITH(OWN_CNODE))
                .label == 0);
    REQUIRE(invoke(h, IRQSetIRQHandler, WORDS(), WITH(badged(ntfn, 1))).label == 0);
    *registers(RAISE) = 2;
    EQUAL(next_signal(ntfn), 1);
    EQUAL(*registers(INTERRUPTS), 2);
    ack(h);
    EQUAL(next_signal(ntfn), 1); /* the device still pulls at the pin */
    *registers(LOWER) = 2;
    ack(h);
    EQUAL(next_signal(ntfn), 0);
    *registers(RAISE) = 4;
    EQUAL(next_signal(ntfn), 1);
    *registers(LOWER) = 4;
}

#define CAPABILITY_MSI 5

static word message_capability(void) {
    word at = read32(CAPABILITIES) & 0xfc;
    for (; at; at = read32(at) >> 8 & 0xfc) {
        if ((read32(at) & 0xff) == CAPABILITY_MSI) {
            return at;
        }
    }
    REQUIRE(!"message signalled interrupts");
    return 0;
}

BEHAVIOUR("interrupt: a PCI device's message signals the handler that was issued for it") {
    map_registers();
    word ntfn = notification(), h = slot(), msi = message_capability();
    REQUIRE(invoke(seL4_CapIRQControl, X86IRQIssueIRQHandlerMSI,
                   WORDS(h, DEPTH, 0, device, 0, 0, VECTOR), WITH(OWN_CNODE))
                .label == 0);
    REQUIRE(invoke(h, IRQSetIRQHandler, WORDS(), WITH(badged(ntfn, 0x10))).label == 0);
    write32(msi + 4, 0xfee00000);
    write32(msi + 8, 0);
    write32(msi + 12, VECTOR + 0x30);
    write32(msi, read32(msi) | 1 << 16);
    *registers(RAISE) = 1;
    EQUAL(next_signal(ntfn), 0x10);
    *registers(LOWER) = 1;
    *registers(RAISE) = 1;
    EQUAL(next_signal(ntfn), 0x10);
    *registers(LOWER) = 1;
    write32(msi, read32(msi) & ~(1ul << 16));
    *registers(RAISE) = 1;
    word after = next_signal(ntfn);
    *registers(LOWER) = 1;
    EQUAL(after, 0);
}
