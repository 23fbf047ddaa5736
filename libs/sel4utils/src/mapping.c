/*
 * Maps frames by trying: each FailedLookup names the level at which a table is missing, and a table
 * of that level is added before the next try. A table is mapped or freed again, never left over.
 */
#include <sel4utils/mapping.h>
#include <utils/zf_log.h>

static int map_table(seL4_CPtr table, seL4_Word type, seL4_CPtr pd, seL4_Word vaddr) {
    seL4_X86_VMAttributes attr = seL4_X86_Default_VMAttributes;

    switch (type) {
    case seL4_X86_PageTableObject:
        return seL4_X86_PageTable_Map(table, pd, vaddr, attr);
    case seL4_X86_PageDirectoryObject:
        return seL4_X86_PageDirectory_Map(table, pd, vaddr, attr);
    default:
        return seL4_X86_PDPT_Map(table, pd, vaddr, attr);
    }
}

static int missing_type(seL4_Word level, seL4_Word *type) {
    switch (level) {
    case SEL4_MAPPING_LOOKUP_NO_PT:
        *type = seL4_X86_PageTableObject;
        return 0;
    case SEL4_MAPPING_LOOKUP_NO_PD:
        *type = seL4_X86_PageDirectoryObject;
        return 0;
    case SEL4_MAPPING_LOOKUP_NO_PDPT:
        *type = seL4_X86_PDPTObject;
        return 0;
    default:
        return seL4_FailedLookup;
    }
}

/* Add one table of the level that the failed map call named; on failure it is not kept. */
static int add_table(vka_t *vka, seL4_CPtr pd, seL4_Word vaddr, vka_object_t *table) {
    seL4_Word type;
    int error = missing_type(seL4_MappingFailedLookupLevel(), &type);

    if (error == 0) {
        error = vka_alloc_object(vka, type, seL4_PageBits, table);
    }
    if (error != 0) {
        return error;
    }
    error = map_table(table->cptr, type, pd, vaddr);
    if (error != 0) {
        vka_free_object(vka, table);
    }
    return error;
}

int sel4utils_map_page(vka_t *vka, seL4_CPtr pd, seL4_CPtr frame, void *vaddr,
                       seL4_CapRights_t rights, int cacheable, vka_object_t *objects,
                       int *num_objects) {
    seL4_X86_VMAttributes attr = cacheable ? seL4_X86_Default_VMAttributes : seL4_X86_CacheDisabled;
    seL4_Word address = (seL4_Word)vaddr;
    int room = *num_objects, error;

    *num_objects = 0;
    while ((error = seL4_X86_Page_Map(frame, pd, address, rights, attr)) == seL4_FailedLookup) {
        if (*num_objects == room) {
            ZF_LOGE("No room for the paging structures of %p", vaddr);
            return error;
        }
        error = add_table(vka, pd, address, &objects[*num_objects]);
        if (error == seL4_DeleteFirst) {
            /* The allocator mapped that very table for its own notes meanwhile. */
            continue;
        }
        if (error != 0) {
            return error;
        }
        (*num_objects)++;
    }
    return error;
}

int sel4utils_map_page_leaky(vka_t *vka, seL4_CPtr pd, seL4_CPtr frame, void *vaddr,
                             seL4_CapRights_t rights, int cacheable) {
    vka_object_t tables[SEL4UTILS_MAX_TABLES];
    int num_tables = SEL4UTILS_MAX_TABLES;

    return sel4utils_map_page(vka, pd, frame, vaddr, rights, cacheable, tables, &num_tables);
}
