/*
 * Reads ACPI tables where the firmware left them.
 *
 * A table may lie anywhere, across page ends, and two tables may share a page: so nothing stays
 * mapped; each read maps the pages it needs, copies, and unmaps. Lengths come from the firmware
 * and are bounded here.
 */
#include "acpi.h"
#include <string.h>

#define HEADER_SIZE 36
#define MAX_ENTRIES 64

struct header {
    char signature[4];
    uint32_t length;
    char rest[HEADER_SIZE - 8];
};

static int copy_in(const ps_io_ops_t *ops, uintptr_t paddr, void *dest, size_t size) {
    void *here = ps_io_map(&ops->io_mapper, paddr, size, 1, PS_MEM_NORMAL);

    if (here == NULL) {
        return ENODEV;
    }
    memcpy(dest, here, size);
    ps_io_unmap(&ops->io_mapper, here, size);
    return 0;
}

static int read_if(const ps_io_ops_t *ops, uintptr_t paddr, const char *signature, void *dest,
                   size_t size) {
    struct header header;

    if (copy_in(ops, paddr, &header, sizeof(header)) != 0 || header.length < size ||
        memcmp(header.signature, signature, sizeof(header.signature)) != 0) {
        return ENODEV;
    }
    return copy_in(ops, paddr, dest, size);
}

int acpi_find(const ps_io_ops_t *ops, const char *signature, void *dest, size_t size) {
    size_t entry = ops->machine.acpi_is_64bit ? 8 : 4;
    struct header root;
    char entries[MAX_ENTRIES * 8];

    if (ops->machine.acpi == 0 || copy_in(ops, ops->machine.acpi, &root, sizeof(root)) != 0 ||
        root.length <= HEADER_SIZE) {
        return ENODEV;
    }
    size_t count = (root.length - HEADER_SIZE) / entry;
    count = count < MAX_ENTRIES ? count : MAX_ENTRIES;
    if (count == 0 || copy_in(ops, ops->machine.acpi + HEADER_SIZE, entries, count * entry) != 0) {
        return ENODEV;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t paddr = 0;
        memcpy(&paddr, entries + i * entry, entry);
        if (read_if(ops, paddr, signature, dest, size) == 0) {
            return 0;
        }
    }
    return ENODEV;
}
