/* Which paging structure was missing when mapping a page failed.  Not part of sel4/sel4.h.
 *
 * ABI sheet 6.8. */
#pragma once
#include <sel4/functions.h>

/** Message register that holds the level after seL4_FailedLookup. */
#define SEL4_MAPPING_LOOKUP_LEVEL   2
#define SEL4_MAPPING_LOOKUP_NO_PT   21 /**< map a page table (2 MiB) first */
#define SEL4_MAPPING_LOOKUP_NO_PD   30 /**< map a page directory (1 GiB) first */
#define SEL4_MAPPING_LOOKUP_NO_PDPT 39 /**< map a PDPT (512 GiB) first */

/** Tells, after a Map call answered seL4_FailedLookup, which paging structure is missing.
 * @return the address bits that were left unresolved: one of the SEL4_MAPPING_LOOKUP_NO_ values */
LIBSEL4_INLINE_FUNC seL4_Word seL4_MappingFailedLookupLevel(void) {
    return seL4_GetMR(SEL4_MAPPING_LOOKUP_LEVEL);
}
