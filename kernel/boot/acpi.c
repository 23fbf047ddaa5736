/* ACPI: the firmware's tables, walked from the RSDP over the RSDT (or XSDT) to FADT and MADT.
 *
 * The MADT lists CPUs and interrupt controllers; this kernel uses the first of each. The tables are
 * data from outside: every address and length in them is checked, and a table that is not whole
 * counts as missing. A machine without tables gets the addresses that every PC uses.
 */
#include "boot/parts.h"

#define BIOS_EBDA_SEGMENT 0x40e
#define EBDA_SEARCHED     1024
#define BIOS_START        0xe0000
#define BIOS_BYTES        0x20000
#define RSDP_ALIGNMENT    16
#define RSDP_V1_BYTES     20
#define LONGEST_TABLE     0x100000

#define USUAL_APIC   0xfee00000
#define USUAL_IOAPIC 0xfec00000
#define MOST_CPUS    1
#define MOST_IOAPICS 1

struct __attribute__((packed)) header {
    char signature[4];
    uint32_t length; /* with this header */
    uint8_t ignored[28];
};

struct __attribute__((packed)) fadt {
    struct header header;
    uint8_t ignored[76];
    uint32_t flags;
};

struct __attribute__((packed)) madt {
    struct header header;
    uint32_t apic, flags;
};

enum madt_type { madt_apic = 0, madt_ioapic = 1, madt_override = 2 };
#define APIC_ENABLED BIT(0)

struct __attribute__((packed)) madt_entry {
    uint8_t type, length;
    union {
        uint8_t data[0];
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
#define ENTRY_HEAD        offsetof(struct madt_entry, data)
#define ENTRY_BYTES(what) (ENTRY_HEAD + sizeof(((struct madt_entry *)0)->what))

/* ---- the root ---- */

static const struct acpi_rsdp *rsdp_at(paddr_t paddr) {
    const struct acpi_rsdp *rsdp = physical(paddr, sizeof *rsdp);
    if (rsdp == NULL || __builtin_memcmp(rsdp->signature, "RSD PTR ", 8) != 0)
        return NULL;
    uint8_t sum = 0;
    for (unsigned i = 0; i < RSDP_V1_BYTES; i++)
        sum += ((const uint8_t *)rsdp)[i];
    return sum == 0 ? rsdp : NULL;
}

static const struct acpi_rsdp *search_rsdp(paddr_t start, word_t bytes) {
    const struct acpi_rsdp *rsdp = NULL;
    for (word_t at = 0; rsdp == NULL && at + sizeof *rsdp <= bytes; at += RSDP_ALIGNMENT)
        rsdp = rsdp_at(start + at);
    return rsdp;
}

static const struct acpi_rsdp *search_bios(void) {
    paddr_t ebda = (paddr_t) * (const uint16_t *)physical(BIOS_EBDA_SEGMENT, 2) << 4;
    const struct acpi_rsdp *rsdp = ebda == 0 ? NULL : search_rsdp(ebda, EBDA_SEARCHED);
    return rsdp != NULL ? rsdp : search_rsdp(BIOS_START, BIOS_BYTES);
}

static bool has_xsdt(void) { return found.rsdp.revision >= 2 && found.rsdp.rsdt == 0; }

static paddr_t root_table(void) { return has_xsdt() ? found.rsdp.xsdt : found.rsdp.rsdt; }

static void print_place(const char *table, paddr_t paddr) {
    kprintf("ACPI: %s paddr=%p\n", table, (const void *)paddr);
    kprintf("ACPI: %s vaddr=%p\n", table, (const void *)paddr);
}

static void warn_of_usual(const char *why) {
    kprintf("Warning: %s; the usual APIC (0x%x) and IOAPIC (0x%x) and one CPU are assumed.\n", why,
            USUAL_APIC, USUAL_IOAPIC);
}

void acpi_find(void) {
    const struct acpi_rsdp *rsdp = found.rsdp_at == 0 ? search_bios() : rsdp_at(found.rsdp_at);
    found.rsdp_at = (paddr_t)rsdp;
    if (rsdp == NULL) {
        warn_of_usual("BIOS: No ACPI support detected");
        return;
    }
    __builtin_memcpy(&found.rsdp, rsdp, rsdp->revision == 0 ? RSDP_V1_BYTES : sizeof *rsdp);
    print_place("RSDP", (paddr_t)rsdp);
    print_place("RSDT", root_table());
}

/* ---- the tables ---- */

/** The table at @p paddr if all of it, and no less than @p least bytes, is in memory. */
static const void *table_at(paddr_t paddr, size_t least) {
    const struct header *header = physical(paddr, sizeof *header);
    if (paddr == 0 || header == NULL || header->length < least || header->length > LONGEST_TABLE)
        return NULL;
    return physical(paddr, header->length);
}

/** The first table with that signature, at least @p least bytes long; NULL if there is none. */
static const void *find_table(const char *name, const char *signature, size_t least) {
    const struct header *root = table_at(root_table(), sizeof *root);
    size_t bytes = has_xsdt() ? 8 : 4;
    size_t count = root == NULL ? 0 : (root->length - sizeof *root) / bytes;
    for (size_t i = 0; i < count; i++) {
        paddr_t entry = 0;
        __builtin_memcpy(&entry, (const char *)(root + 1) + i * bytes, bytes);
        const struct header *table = table_at(entry, least);
        if (table != NULL && __builtin_memcmp(table->signature, signature, 4) == 0) {
            print_place(name, (paddr_t)table);
            return table;
        }
    }
    return NULL;
}

static unsigned cpu_count, ioapic_count;

static void read_apic(const struct madt_entry *entry) {
    if (!(entry->apic.flags & APIC_ENABLED))
        return;
    kprintf("ACPI: MADT_APIC apic_id=0x%x\n", entry->apic.id);
    if (cpu_count == MOST_CPUS)
        kprintf("ACPI: Not recording this APIC, only support %d\n", MOST_CPUS);
    else
        cpu_count++;
}

static void read_ioapic(const struct madt_entry *entry) {
    kprintf("ACPI: MADT_IOAPIC ioapic_id=%d ioapic_addr=0x%x gsib=%d\n", entry->ioapic.id,
            entry->ioapic.address, (int)entry->ioapic.first_interrupt);
    paddr_t page = ALIGN_DOWN(entry->ioapic.address, PAGE_BITS);
    if (regions_contain(&machine.ram, (struct region){page, page + PAGE_SIZE})) {
        kprintf("ACPI: Not recording this IOAPIC, its address is RAM\n");
    } else if (ioapic_count == MOST_IOAPICS) {
        kprintf("ACPI: Not recording this IOAPIC, only support %d\n", MOST_IOAPICS);
    } else {
        ioapic_count++;
        found.ioapic = page;
    }
}

static void read_override(const struct madt_entry *entry) {
    uint32_t interrupt = entry->override.interrupt;
    kprintf("ACPI: MADT_ISO bus=%d source=%d gsi=0x%x%02x flags=0x%x\n", entry->override.bus,
            entry->override.source, interrupt >> 8, interrupt & 0xff, entry->override.flags);
}

static void read_entries(const struct madt *madt) {
    const char *at = (const char *)(madt + 1), *end = (const char *)madt + madt->header.length;
    while (end - at >= (ptrdiff_t)ENTRY_HEAD) {
        const struct madt_entry *entry = (const void *)at;
        if (entry->length < ENTRY_HEAD || entry->length > end - at)
            break;
        if (entry->type == madt_apic && entry->length >= ENTRY_BYTES(apic))
            read_apic(entry);
        else if (entry->type == madt_ioapic && entry->length >= ENTRY_BYTES(ioapic))
            read_ioapic(entry);
        else if (entry->type == madt_override && entry->length >= ENTRY_BYTES(override))
            read_override(entry);
        at += entry->length;
    }
}

void acpi_read(void) {
    found.apic = USUAL_APIC;
    found.ioapic = USUAL_IOAPIC;
    if (found.rsdp_at == 0)
        return;
    print_place("RSDT", root_table());
    const struct fadt *fadt = find_table("FADT", "FACP", sizeof *fadt);
    if (fadt != NULL)
        kprintf("ACPI: FADT flags=0x%x\n", fadt->flags);
    const struct madt *madt = find_table("MADT", "APIC", sizeof *madt);
    if (madt == NULL) {
        warn_of_usual("ACPI: no MADT");
        return;
    }
    kprintf("ACPI: MADT apic_addr=0x%x\nACPI: MADT flags=0x%x\n", madt->apic, madt->flags);
    found.apic = ALIGN_DOWN(madt->apic, PAGE_BITS);
    read_entries(madt);
    kprintf("ACPI: %d CPU(s) detected\n", (int)cpu_count);
    boot_require(cpu_count > 0, "No CPUs detected\n");
    boot_require(ioapic_count > 0, "No IOAPICs detected\n");
}
