/* Ranges of physical memory. */
#pragma once

#include <stdint.h>

typedef enum pmem_type { PMEM_TYPE_RAM, PMEM_TYPE_DEVICE, PMEM_TYPE_UNKNOWN } pmem_type_t;

typedef struct pmem_region {
    pmem_type_t type;
    uint64_t base_addr;
    uint64_t length;
} pmem_region_t;
