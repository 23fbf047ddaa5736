/* The cases: each says in a few lines what is unusual about its hand-over. */
#include "handover.h"

#define MIB 0x100000ull
#define GIB 0x40000000ull

static uint32_t top_of_memory(void) { return info.mem_upper * 1024 + MIB; }

/* ---- refused hand-overs ---- */

static void wrong_magic(void) { magic = 0x12345678; }
static void no_memory_flag(void) { info.flags &= ~HAS_MEMORY; }
static void no_modules_flag(void) { info.flags &= ~HAS_MODULES; }
static void no_modules(void) { info.module_count = 0; }
static void empty_module(void) { modules[0].end = modules[0].start; }
static void backward_module(void) { modules[0].end = modules[0].start - 1; }
static void module_over_kernel(void) { modules[0].start = 0x100000; }
static void modules_nowhere(void) {
    info.modules = 0xfffffff0;
    info.module_count = 0xffffffff;
}
static void little_memory(void) {
    map_clear();
    map_add(0, 0x9fc00, 1);
    map_add(MIB, MIB / 2, 1);
}
static void no_memory_at_all(void) { map_clear(); }

/* ---- odd ones that work ---- */

static void plain(void) {}
static void second_module(void) {
    modules[1] = (struct module){modules[0].start, modules[0].end, 0, 0};
    info.module_count = 2;
}
static void no_map(void) { info.flags &= ~HAS_MAP; }
/* Ends in the middle of pages, neighbours, overlaps, kinds that are no RAM, and sizes that wrap. */
static void odd_map(void) {
    uint32_t top = top_of_memory();
    map_clear();
    map_add(0, 0x9fc00, 1);
    map_add(0x9fc00, 0x400, 2);
    map_add(MIB, 48 * MIB + 0x801, 1);
    map_add(64 * MIB - 0x7ff, 16 * MIB, 1);
    map_add(80 * MIB, 0xfff, 1);
    map_add(80 * MIB - 0x7ff, 16 * MIB, 1);
    map_add(90 * MIB, 10 * MIB, 1);
    map_add(110 * MIB, 10 * MIB, 3);
    map_add(120 * MIB, 0, 1);
    map_add(128 * MIB, top - 128 * MIB, 1);
    map_add(0x7f80000000ull, GIB, 1);
    map_add(~0ull - 0x1000, 0x2000, 1);
}
/* RAM across the end of the kernel's window: imagined, and too little below the end to be used. */
static void map_over_the_top(void) { map_add(0x7f7fff0000ull, GIB, 1); }
/* Every second MiB between 128 and 256 MiB, then the rest. */
static void pieces(unsigned count) {
    map_clear();
    map_add(MIB, 128 * MIB, 1);
    for (unsigned i = 0; i < count; i++) {
        map_add((130 + 2 * i) * MIB, MIB, 1);
    }
    map_add(384 * MIB, top_of_memory() - 384 * MIB, 1);
}
static void pieces_10(void) { pieces(10); }
static void pieces_40(void) { pieces(40); }
static void pieces_100(void) { pieces(100); }
/* Gaps of many sizes: each is several pieces of device memory. */
static void ragged_pieces(void) {
    map_clear();
    map_add(MIB, 128 * MIB, 1);
    for (unsigned i = 0; i < 40; i++) {
        map_add((130 + 2 * i) * MIB + 0x1000, MIB + 0x6000, 1);
    }
    map_add(384 * MIB, top_of_memory() - 384 * MIB, 1);
}
static void long_map(void) {
    for (unsigned i = 0; i < 300; i++) {
        map_add(8 * GIB + i * MIB, MIB, 2);
    }
}
static void map_cut_short(void) { info.map_bytes += 23; }
static void video(void) {
    static char control[512] = "VESA control", mode_info[256] = "mode info";
    info.flags |= HAS_VIDEO;
    info.vbe_control = (uint32_t)control;
    info.vbe_mode_info = (uint32_t)mode_info;
    info.vbe_mode = 0x4118;
    info.vbe_segment = 0x1111;
    info.vbe_offset = 0x2222;
    info.vbe_length = 0x3333;
}

/* ---- what the firmware leaves ---- */

#define BIOS_SERIAL_PORT    ((volatile uint16_t *)0x400)
#define BIOS_EQUIPMENT      ((volatile uint16_t *)0x410)
#define EQUIPMENT_HAS_LINES 0xe00
#define SECOND_PORT         0x2f8

static void bios_port(void) {
    *BIOS_SERIAL_PORT = SECOND_PORT;
    *BIOS_EQUIPMENT |= 0x200;
}
static void bios_no_lines(void) {
    *BIOS_SERIAL_PORT = SECOND_PORT;
    *BIOS_EQUIPMENT &= ~EQUIPMENT_HAS_LINES;
}
static void bios_port_0(void) {
    *BIOS_SERIAL_PORT = 0;
    *BIOS_EQUIPMENT |= 0x200;
}
static void apic_off(void) {
    __asm__ volatile("rdmsr\n\tandl $~0x800, %%eax\n\twrmsr" : : "c"(0x1b) : "eax", "edx");
}

/* ---- multiboot 2 ---- */

static void tags_plain(void) {
    tags_begin();
    tag_command_line();
    tag_map();
    tag_module(modules[0].start, modules[0].end);
}
static void mb2_plain(void) {
    tags_plain();
    tags_end();
}
static void mb2_framebuffer(void) {
    static const struct __attribute__((packed)) {
        uint64_t address;
        uint32_t pitch, width, height;
        uint8_t depth, kind;
        uint16_t reserved;
        uint8_t colours[6];
    } frame = {0xfd000000, 4096, 1024, 768, 32, 1, 0, {16, 8, 8, 8, 0, 8}};
    tags_plain();
    tag_add(8, &frame, sizeof frame);
    tags_end();
}
static void mb2_no_module(void) {
    tags_begin();
    tag_command_line();
    tag_map();
    tags_end();
}
static void mb2_no_map(void) {
    tags_begin();
    tag_command_line();
    tag_module(modules[0].start, modules[0].end);
    tags_end();
}
static void mb2_misaligned(void) {
    mb2_plain();
    handed = (const char *)handed + 4;
}
static void mb2_tag_of_no_size(void) {
    tags_plain();
    uint32_t *tag = tag_add(99, "", 1);
    tag[1] = 0;
    tags_end();
}
static void mb2_tag_past_the_end(void) {
    tags_plain();
    uint32_t *tag = tag_add(99, "", 1);
    tag[1] = 0xfffffff8;
    tags_end();
}
static void mb2_unknown_tags(void) {
    tags_begin();
    tag_add(4, "\1\2\3\4\5\6\7\10", 8);
    tag_add(1000, "what", 5);
    tag_command_line();
    tag_add(6, "short", 5);
    tag_map();
    tag_add(8, "short", 5);
    tag_module(modules[0].start, modules[0].end);
    tags_end();
}

/* ---- ACPI ---- */

struct __attribute__((packed)) madt {
    uint32_t apic, flags;
    char entries[64];
};
#define CPU(id, on) "\0\10\0" id on "\0\0\0"
#define IOAPIC      "\1\14\0\0\0\0\300\376\0\0\0\0"

static void with_tables(unsigned revision, const char *entries, uint32_t bytes) {
    struct madt madt = {0xfee00000, 1, {0}};
    for (uint32_t i = 0; i < bytes; i++) {
        madt.entries[i] = entries[i];
    }
    acpi_begin();
    acpi_table("FACP", map, 200);
    if (entries) {
        acpi_table("APIC", &madt, 8 + bytes);
    }
    tags_plain();
    tag_add(revision == 0 ? 14 : 15, acpi_rsdp(revision), revision == 0 ? 20 : 36);
    tags_end();
}
#define WITH_TABLES(revision, entries) with_tables(revision, entries, sizeof(entries) - 1)

static void acpi_1(void) { WITH_TABLES(0, CPU("\0", "\1") IOAPIC); }
static void acpi_2(void) { WITH_TABLES(2, CPU("\0", "\1") IOAPIC); }
static void acpi_no_madt(void) { with_tables(0, NULL, 0); }
static void acpi_no_cpu(void) { WITH_TABLES(0, CPU("\0", "\0") IOAPIC); }
static void acpi_no_ioapic(void) { WITH_TABLES(0, CPU("\0", "\1")); }
static void acpi_many(void) {
    WITH_TABLES(0, CPU("\0", "\1") CPU("\1", "\1") IOAPIC "\1\14\1\0\0\20\300\376\30\0\0\0");
}
static void acpi_broken_entry(void) { WITH_TABLES(0, CPU("\0", "\1") IOAPIC "\2\0\0\0"); }
static void acpi_wrong_sum(void) {
    static const char body[36] = "RSD PTR ";
    tags_plain();
    tag_add(14, body, 20);
    tags_end();
}

#define CASE(f)                                                                                    \
    { #f, f }
const struct hand_over cases[] = {
    CASE(plain),
    CASE(wrong_magic),
    CASE(no_memory_flag),
    CASE(no_modules_flag),
    CASE(no_modules),
    CASE(empty_module),
    CASE(backward_module),
    CASE(module_over_kernel),
    CASE(modules_nowhere),
    CASE(little_memory),
    CASE(no_memory_at_all),
    CASE(second_module),
    CASE(no_map),
    CASE(odd_map),
    CASE(map_over_the_top),
    CASE(pieces_10),
    CASE(pieces_40),
    CASE(pieces_100),
    CASE(ragged_pieces),
    CASE(long_map),
    CASE(map_cut_short),
    CASE(video),
    CASE(bios_port),
    CASE(bios_no_lines),
    CASE(bios_port_0),
    CASE(apic_off),
    CASE(mb2_plain),
    CASE(mb2_framebuffer),
    CASE(mb2_no_module),
    CASE(mb2_no_map),
    CASE(mb2_misaligned),
    CASE(mb2_tag_of_no_size),
    CASE(mb2_tag_past_the_end),
    CASE(mb2_unknown_tags),
    CASE(acpi_1),
    CASE(acpi_2),
    CASE(acpi_no_madt),
    CASE(acpi_no_cpu),
    CASE(acpi_no_ioapic),
    CASE(acpi_many),
    CASE(acpi_broken_entry),
    CASE(acpi_wrong_sum),
};
const unsigned case_count = sizeof cases / sizeof cases[0];
