/* Layouts of the ACPI tables that boot reads. */
#pragma once

#include "types.h"

struct __attribute__((packed)) acpi_rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision; /* 0: the first 20 bytes are all there is */
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_checksum, reserved[3];
};

struct __attribute__((packed)) acpi_header {
    char signature[4];
    uint32_t length; /* with this header */
    uint8_t revision, checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
};
static_assert(sizeof(struct acpi_header) == 36, "ACPI");

struct __attribute__((packed)) acpi_fadt {
    struct acpi_header header;
    uint8_t ignored[76];
    uint32_t flags;
};
static_assert(offsetof(struct acpi_fadt, flags) == 112, "ACPI");

struct __attribute__((packed)) acpi_madt {
    struct acpi_header header;
    uint32_t apic, flags;
};

enum madt_type { madt_apic = 0, madt_ioapic = 1, madt_override = 2 };

struct __attribute__((packed)) madt_entry {
    uint8_t type, length;
    union {
        struct __attribute__((packed)) {
            uint8_t processor, id;
            uint32_t flags;
        } apic;
        struct __attribute__((packed)) {
            uint8_t id, reserved;
            uint32_t address, first_interrupt;
        } ioapic;
        struct __attribute__((packed)) {
            uint8_t bus, source;
            uint32_t interrupt;
            uint16_t flags;
        } override;
    };
};
