/* ACPI: the firmware's tables, walked from the RSDP over the RSDT (or XSDT) to FADT and MADT.
 *
 * The tables are data from outside: every address and length in them is checked, and a table that
 * is not whole counts as missing. A machine without tables gets the addresses that every PC uses.
 */
#include "boot/acpi.h"

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

static bool is_rsdp(const struct acpi_rsdp *rsdp) {
    uint8_t sum = 0;
    if (__builtin_memcmp(rsdp->signature, "RSD PTR ", sizeof rsdp->signature) != 0)
        return false;
    for (unsigned i = 0; i < RSDP_V1_BYTES; i++)
        sum += ((const uint8_t *)rsdp)[i];
    return sum == 0;
}

static paddr_t search_rsdp(paddr_t start, word_t bytes) {
    for (paddr_t at = start; at + RSDP_BYTES <= start + bytes; at += RSDP_ALIGNMENT) {
        const struct acpi_rsdp *rsdp = physical(at, RSDP_BYTES);
        if (rsdp != NULL && is_rsdp(rsdp))
            return at;
    }
    return 0;
}

static paddr_t search_bios(void) {
    uint16_t segment = *(const uint16_t *)physical(BIOS_EBDA_SEGMENT, sizeof segment);
    paddr_t rsdp = segment == 0 ? 0 : search_rsdp((paddr_t)segment << 4, EBDA_SEARCHED);
    return rsdp != 0 ? rsdp : search_rsdp(BIOS_START, BIOS_BYTES);
}

static const struct acpi_rsdp *rsdp_copy(void) { return (const struct acpi_rsdp *)found.rsdp_copy; }

static bool has_xsdt(void) { return rsdp_copy()->revision >= 2 && rsdp_copy()->rsdt == 0; }

static paddr_t root_table(void) { return has_xsdt() ? rsdp_copy()->xsdt : rsdp_copy()->rsdt; }

static void print_place(const char *table, paddr_t paddr) {
    boot_print("ACPI: %s paddr=%p\n", table, (const void *)paddr);
    boot_print("ACPI: %s vaddr=%p\n", table, (const void *)paddr);
}

void acpi_find(void) {
    if (found.rsdp == 0)
        found.rsdp = search_bios();
    const struct acpi_rsdp *rsdp = physical(found.rsdp, RSDP_BYTES);
    if (rsdp == NULL || !is_rsdp(rsdp)) {
        found.rsdp = 0;
        boot_print("Warning: BIOS: No ACPI support detected; the usual APIC (0x%x) and IOAPIC "
                   "(0x%x) and one CPU are assumed.\n",
                   USUAL_APIC, USUAL_IOAPIC);
        return;
    }
    __builtin_memcpy(found.rsdp_copy, rsdp, rsdp->revision == 0 ? RSDP_V1_BYTES : RSDP_BYTES);
    print_place("RSDP", found.rsdp);
    print_place("RSDT", root_table());
}

/** The table at @p paddr if all of it, and no less than @p least bytes, is in memory. */
static const void *table_at(paddr_t paddr, size_t least) {
    const struct acpi_header *header = physical(paddr, sizeof *header);
    if (paddr == 0 || header == NULL || header->length < least || header->length > LONGEST_TABLE)
        return NULL;
    return physical(paddr, header->length);
}

static paddr_t root_entry(const struct acpi_header *root, unsigned i) {
    const char *entries = (const char *)(root + 1);
    paddr_t entry = 0;
    size_t bytes = has_xsdt() ? 8 : 4;
    __builtin_memcpy(&entry, entries + i * bytes, bytes);
    return entry;
}

/** The first table of that name, at least @p least bytes long; NULL if there is none. */
static const void *find_table(const char *signature, size_t least) {
    const struct acpi_header *root = table_at(root_table(), sizeof *root);
    size_t count = root == NULL ? 0 : (root->length - sizeof *root) / (has_xsdt() ? 8 : 4);
    for (unsigned i = 0; i < count; i++) {
        const struct acpi_header *table = table_at(root_entry(root, i), least);
        if (table != NULL && __builtin_memcmp(table->signature, signature, 4) == 0)
            return table;
    }
    return NULL;
}

static void read_fadt(void) {
    const struct acpi_fadt *fadt = find_table("FACP", sizeof *fadt);
    if (fadt != NULL) {
        print_place("FADT", (paddr_t)fadt);
        boot_print("ACPI: FADT flags=0x%x\n", fadt->flags);
    }
}

bool acpi_read(void) {
    found.apic = USUAL_APIC;
    found.ioapic = USUAL_IOAPIC;
    if (found.rsdp == 0)
        return true;
    print_place("RSDT", root_table());
    read_fadt();
    const struct acpi_madt *madt = find_table("APIC", sizeof *madt);
    if (madt == NULL) {
        boot_print("Warning: ACPI: no MADT; the usual APIC (0x%x) and IOAPIC (0x%x) and one CPU "
                   "are assumed.\n",
                   USUAL_APIC, USUAL_IOAPIC);
        return true;
    }
    print_place("MADT", (paddr_t)madt);
    return madt_read(madt);
}
