/* The words that every part of the kernel speaks in: integer types, addresses, their conversion.
 *
 * Invariant: a paddr_t is what the hardware sees, a vaddr_t belongs to some user address space and
 * is never dereferenced, and a pointer is a kernel address. Physical memory is mapped once, at
 * KERNEL_WINDOW, so that kptr_of() and paddr_of() are plain arithmetic.
 */
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define static_assert _Static_assert

typedef uint64_t word_t;
typedef uint64_t paddr_t;
typedef uint64_t vaddr_t;
typedef uint64_t cptr_t;

#define WORD_BITS 64
#define PAGE_BITS 12
#define PAGE_SIZE (1ul << PAGE_BITS)

#define BIT(n)  (1ul << (n))
#define MASK(n) (BIT(n) - 1) /* n < 64 */

#define ALIGN_DOWN(x, bits) ((word_t)(x) & ~MASK(bits))
#define ALIGN_UP(x, bits)   (((word_t)(x) + MASK(bits)) & ~MASK(bits))
#define ARRAY_SIZE(a)       (sizeof(a) / sizeof((a)[0]))
/* Tells the compiler which way a branch goes nearly always. */
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define likely(condition)   __builtin_expect(!!(condition), 1)
/* Code and data (zero at first) of nearly every entry: kernel.ld puts each into one page, as each
 * page costs a walk through the page tables after a change of address space. */
#define HOT       __attribute__((hot))
#define HOT_DATA  __attribute__((section(".bss.hot")))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Physical address 0 appears here; the window's top 2 GiB hold the kernel image and devices. */
#define KERNEL_WINDOW 0xffffff8000000000ul
/* The kernel image is linked here, at the alias of physical 0 in the topmost 2 GiB. */
#define KERNEL_IMAGE_BASE 0xffffffff80000000ul
/* First physical address that the window does not reach. */
#define PADDR_TOP 0x7f80000000ul
/* Highest address that a user thread may touch, inclusive. */
#define USER_TOP 0x7ffffffffffful

/** Kernel address of a physical one. Also defined (as a number) for device memory above the window:
 *  the alias then wraps, and sizes and alignments of untyped memory are counted on that alias. */
static inline void *kptr_of(paddr_t paddr) { return (void *)(paddr + KERNEL_WINDOW); }

/** Physical address behind a window address. */
static inline paddr_t paddr_of(const void *kptr) { return (word_t)kptr - KERNEL_WINDOW; }

/** Physical address of something in the kernel's image. */
static inline paddr_t image_paddr(const void *symbol) { return (word_t)symbol - KERNEL_IMAGE_BASE; }

/** The address with bits 48 and up made equal to bit 47: the CPU faults on any other. */
static inline word_t canonical(word_t address) { return (word_t)((int64_t)(address << 16) >> 16); }
static inline bool is_canonical(word_t address) { return canonical(address) == address; }
