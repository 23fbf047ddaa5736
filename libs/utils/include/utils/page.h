/* Sizes of pages. */
#pragma once
#include <utils/arith.h>

#define PAGE_BITS_4K 12
#define PAGE_BITS_2M 21
#define PAGE_BITS_1G 30
#define PAGE_SIZE_4K BIT(PAGE_BITS_4K)
#define PAGE_SIZE_2M BIT(PAGE_BITS_2M)
#define PAGE_SIZE_1G BIT(PAGE_BITS_1G)
#define PAGE_MASK_4K MASK(PAGE_BITS_4K)

#define PAGE_ALIGN(address, size)      ((address) & ~((size)-1))
#define PAGE_ALIGN_4K(address)         PAGE_ALIGN(address, PAGE_SIZE_4K)
#define IS_PAGE_ALIGNED(address, size) (!((address) & ((size)-1)))
#define IS_ALIGNED_4K(address)         IS_PAGE_ALIGNED(address, PAGE_SIZE_4K)
