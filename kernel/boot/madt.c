/* The MADT: ACPI's list of CPUs and interrupt controllers. This kernel uses the first of each. */
#include "boot/acpi.h"
#include "boot/parts.h"

#define APIC_ENABLED   BIT(0)
#define MOST_CPUS      1
#define MOST_IOAPICS   1
#define ENTRY_HEAD     2
#define ENTRY_BYTES(t) (ENTRY_HEAD + sizeof(((struct madt_entry *)0)->t))

static unsigned cpu_count, ioapic_count;

static void read_apic(const struct madt_entry *entry) {
    if (!(entry->apic.flags & APIC_ENABLED))
        return;
    boot_print("ACPI: MADT_APIC apic_id=0x%x\n", entry->apic.id);
    if (cpu_count == MOST_CPUS)
        boot_print("ACPI: Not recording this APIC, only support %d\n", MOST_CPUS);
    else
        cpu_count++;
}

static void read_ioapic(const struct madt_entry *entry) {
    boot_print("ACPI: MADT_IOAPIC ioapic_id=%d ioapic_addr=0x%x gsib=%d\n", entry->ioapic.id,
               entry->ioapic.address, (int)entry->ioapic.first_interrupt);
    paddr_t page = ALIGN_DOWN(entry->ioapic.address, PAGE_BITS);
    if (regions_contain(&found.ram, (struct region){page, page + PAGE_SIZE})) {
        boot_print("ACPI: Not recording this IOAPIC, its address is RAM\n");
    } else if (ioapic_count == MOST_IOAPICS) {
        boot_print("ACPI: Not recording this IOAPIC, only support %d\n", MOST_IOAPICS);
    } else {
        ioapic_count++;
        found.ioapic = page;
    }
}

static void read_override(const struct madt_entry *entry) {
    uint32_t interrupt = entry->override.interrupt;
    boot_print("ACPI: MADT_ISO bus=%d source=%d gsi=0x%x%02x flags=0x%x\n", entry->override.bus,
               entry->override.source, interrupt >> 8, interrupt & 0xff, entry->override.flags);
}

static void read_entry(const struct madt_entry *entry) {
    if (entry->type == madt_apic && entry->length >= ENTRY_BYTES(apic))
        read_apic(entry);
    else if (entry->type == madt_ioapic && entry->length >= ENTRY_BYTES(ioapic))
        read_ioapic(entry);
    else if (entry->type == madt_override && entry->length >= ENTRY_BYTES(override))
        read_override(entry);
}

bool madt_read(const struct acpi_madt *madt) {
    boot_print("ACPI: MADT apic_addr=0x%x\n", madt->apic);
    boot_print("ACPI: MADT flags=0x%x\n", madt->flags);
    found.apic = ALIGN_DOWN(madt->apic, PAGE_BITS);
    const char *at = (const char *)(madt + 1), *end = (const char *)madt + madt->header.length;
    while (end - at >= ENTRY_HEAD) {
        const struct madt_entry *entry = (const void *)at;
        if (entry->length < ENTRY_HEAD || entry->length > end - at)
            break;
        read_entry(entry);
        at += entry->length;
    }
    boot_print("ACPI: %d CPU(s) detected\n", (int)cpu_count);
    if (cpu_count == 0)
        boot_print("No CPUs detected\n");
    if (ioapic_count == 0)
        boot_print("No IOAPICs detected\n");
    return cpu_count > 0 && ioapic_count > 0;
}
