/*
 * A uniform view of what a program was given at start: its untypeds, frames and first capabilities.
 *
 * A simple_t is a table of function pointers over one data pointer, so that an allocator can be
 * started from a BootInfo or from any other origin alike. Nothing here owns anything: all it does
 * is to answer questions. A missing function answers with an error value and one log line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sel4/sel4.h>
#include <utils/zf_log.h>
#include <vka/cspacepath_t.h>
#include <simple/arch/simple.h>

/* The null capability of slot 0 is never counted. */
#define SIMPLE_SKIPPED_INIT_CAPS 1
#define SIMPLE_NUM_INIT_CAPS     (seL4_NumInitialCaps - SIMPLE_SKIPPED_INIT_CAPS)

typedef seL4_Error (*simple_get_frame_cap_fn)(void *data, void *paddr, int size_bits,
                                              cspacepath_t *path);
typedef void *(*simple_get_frame_mapping_fn)(void *data, void *paddr, int size_bits);
typedef void *(*simple_get_frame_info_fn)(void *data, void *paddr, int size_bits, seL4_CPtr *cap,
                                          seL4_Word *offset);
typedef seL4_Error (*simple_ASIDPool_assign_fn)(void *data, seL4_CPtr vspace);
typedef int (*simple_get_cap_count_fn)(void *data);
typedef seL4_CPtr (*simple_get_nth_cap_fn)(void *data, int n);
typedef seL4_CPtr (*simple_get_init_cap_fn)(void *data, seL4_CPtr cap);
typedef uint8_t (*simple_get_cnode_size_fn)(void *data);
typedef int (*simple_get_untyped_count_fn)(void *data);
typedef seL4_CPtr (*simple_get_nth_untyped_fn)(void *data, int n, size_t *size_bits,
                                               uintptr_t *paddr, bool *device);
typedef int (*simple_get_userimage_count_fn)(void *data);
typedef seL4_CPtr (*simple_get_nth_userimage_fn)(void *data, int n);
typedef int (*simple_get_core_count_fn)(void *data);
typedef void (*simple_print_fn)(void *data);
typedef seL4_CPtr (*simple_get_sched_ctrl_fn)(void *data, int core);
typedef ssize_t (*simple_get_extended_bootinfo_len_fn)(void *data, seL4_Word type);
typedef ssize_t (*simple_get_extended_bootinfo_fn)(void *data, seL4_Word type, void *dest,
                                                   ssize_t max_len);

typedef struct simple {
    void *data;
    simple_get_frame_cap_fn frame_cap;
    simple_get_frame_mapping_fn frame_mapping;
    simple_get_frame_info_fn frame_info;
    simple_ASIDPool_assign_fn ASID_assign;
    simple_get_cap_count_fn cap_count;
    simple_get_nth_cap_fn nth_cap;
    simple_get_init_cap_fn init_cap;
    simple_get_cnode_size_fn cnode_size;
    simple_get_untyped_count_fn untyped_count;
    simple_get_nth_untyped_fn nth_untyped;
    simple_get_userimage_count_fn userimage_count;
    simple_get_nth_userimage_fn nth_userimage;
    simple_get_core_count_fn core_count;
    simple_print_fn print;
    simple_get_sched_ctrl_fn sched_ctrl;
    simple_get_extended_bootinfo_len_fn extended_bootinfo_len;
    simple_get_extended_bootinfo_fn extended_bootinfo;
    arch_simple_t arch_simple;
} simple_t;

/* Every wrapper starts alike: no table or no such entry gives the error value and a log line. */
#define SIMPLE_REQUIRE(simple, member, failure)                                                    \
    do {                                                                                           \
        if ((simple) == NULL || (simple)->member == NULL) {                                        \
            ZF_LOGE("simple has no " #member);                                                     \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

/**
 * Get a capability to the frame at a physical address.
 * @param path  empty slot for it
 * @retval seL4_NoError  the slot holds the frame
 */
static inline seL4_Error simple_get_frame_cap(simple_t *simple, void *paddr, int size_bits,
                                              cspacepath_t *path) {
    SIMPLE_REQUIRE(simple, frame_cap, seL4_IllegalOperation);
    return simple->frame_cap(simple->data, paddr, size_bits, path);
}

/**
 * Find where the frame at a physical address is mapped already.
 * @return its virtual address, NULL if it is not mapped
 */
static inline void *simple_get_frame_mapping(simple_t *simple, void *paddr, int size_bits) {
    SIMPLE_REQUIRE(simple, frame_mapping, NULL);
    return simple->frame_mapping(simple->data, paddr, size_bits);
}

/**
 * Find the untyped that covers a physical address.
 * @param cap     receives the untyped's capability
 * @param offset  receives the distance of paddr from its start
 * @return where the frame is mapped already, NULL if it is not
 */
static inline void *simple_get_frame_info(simple_t *simple, void *paddr, int size_bits,
                                          seL4_CPtr *cap, seL4_Word *offset) {
    SIMPLE_REQUIRE(simple, frame_info, NULL);
    return simple->frame_info(simple->data, paddr, size_bits, cap, offset);
}

/**
 * Give a new top-level page table its address space identifier.
 * @retval seL4_NoError            assigned
 * @retval seL4_InvalidCapability  not a page table root, or it has one already
 */
static inline seL4_Error simple_ASIDPool_assign(simple_t *simple, seL4_CPtr vspace) {
    SIMPLE_REQUIRE(simple, ASID_assign, seL4_IllegalOperation);
    return simple->ASID_assign(simple->data, vspace);
}

/** @return the number of capabilities that the program was started with */
static inline int simple_get_cap_count(simple_t *simple) {
    SIMPLE_REQUIRE(simple, cap_count, -1);
    return simple->cap_count(simple->data);
}

/** @return the nth capability that the program was started with, seL4_CapNull beyond the last */
static inline seL4_CPtr simple_get_nth_cap(simple_t *simple, int n) {
    SIMPLE_REQUIRE(simple, nth_cap, seL4_CapNull);
    return simple->nth_cap(simple->data, n);
}

/** @return where this program holds the capability that BootInfo numbers `cap` */
static inline seL4_CPtr simple_init_cap(simple_t *simple, seL4_CPtr cap) {
    SIMPLE_REQUIRE(simple, init_cap, seL4_CapNull);
    return simple->init_cap(simple->data, cap);
}

/** Another name of simple_init_cap(). */
static inline seL4_CPtr simple_get_init_cap(simple_t *simple, seL4_CPtr cap) {
    return simple_init_cap(simple, cap);
}

/** @return log2 of the number of slots of the root CNode, 0 if unknown */
static inline uint8_t simple_get_cnode_size_bits(simple_t *simple) {
    SIMPLE_REQUIRE(simple, cnode_size, 0);
    return simple->cnode_size(simple->data);
}

/** @return the root CNode's capability */
static inline seL4_CPtr simple_get_cnode(simple_t *simple) {
    return simple_init_cap(simple, seL4_CapInitThreadCNode);
}

/** @return the program's own thread */
static inline seL4_CPtr simple_get_tcb(simple_t *simple) {
    return simple_init_cap(simple, seL4_CapInitThreadTCB);
}

/** @return the program's own top-level page table */
static inline seL4_CPtr simple_get_pd(simple_t *simple) {
    return simple_init_cap(simple, seL4_CapInitThreadVSpace);
}

/** @return the capability from which interrupt handlers are made */
static inline seL4_CPtr simple_get_irq_ctrl(simple_t *simple) {
    return simple_init_cap(simple, seL4_CapIRQControl);
}

/** @return the frame of the program's own IPC buffer */
static inline seL4_CPtr simple_get_ipc_buffer(simple_t *simple) {
    return simple_init_cap(simple, seL4_CapInitThreadIPCBuffer);
}

/** @return the address space identifiers' pool */
static inline seL4_CPtr simple_get_asid_pool(simple_t *simple) {
    return simple_init_cap(simple, seL4_CapInitThreadASIDPool);
}

/** @return the scheduling control capability of a core; a kernel without one gives seL4_CapNull */
static inline seL4_CPtr simple_get_sched_ctrl(simple_t *simple, int core) {
    SIMPLE_REQUIRE(simple, sched_ctrl, seL4_CapNull);
    return simple->sched_ctrl(simple->data, core);
}

/** @return the number of cores */
static inline int simple_get_core_count(simple_t *simple) {
    SIMPLE_REQUIRE(simple, core_count, -1);
    return simple->core_count(simple->data);
}

/** @return the number of untyped capabilities */
static inline int simple_get_untyped_count(simple_t *simple) {
    SIMPLE_REQUIRE(simple, untyped_count, -1);
    return simple->untyped_count(simple->data);
}

/**
 * Describe one untyped; each of the three results may be NULL where it is not wanted.
 * @return its capability, seL4_CapNull beyond the last
 */
static inline seL4_CPtr simple_get_nth_untyped(simple_t *simple, int n, size_t *size_bits,
                                               uintptr_t *paddr, bool *device) {
    SIMPLE_REQUIRE(simple, nth_untyped, seL4_CapNull);
    return simple->nth_untyped(simple->data, n, size_bits, paddr, device);
}

/** @return the number of frames that hold the program's image */
static inline int simple_get_userimage_count(simple_t *simple) {
    SIMPLE_REQUIRE(simple, userimage_count, -1);
    return simple->userimage_count(simple->data);
}

/** @return the nth of them in ascending addresses, seL4_CapNull beyond the last */
static inline seL4_CPtr simple_get_nth_userimage(simple_t *simple, int n) {
    SIMPLE_REQUIRE(simple, nth_userimage, seL4_CapNull);
    return simple->nth_userimage(simple->data, n);
}

/** Print what the program was started with. */
static inline void simple_print(simple_t *simple) {
    SIMPLE_REQUIRE(simple, print, );
    simple->print(simple->data);
}

/** @return the length of one block of extra boot information with its header, -1 if absent */
static inline ssize_t simple_get_extended_bootinfo_length(simple_t *simple, seL4_Word type) {
    SIMPLE_REQUIRE(simple, extended_bootinfo_len, -1);
    return simple->extended_bootinfo_len(simple->data, type);
}

/**
 * Copy one block of extra boot information, header included.
 * @param max_len  room at dest; a longer block is cut there
 * @return bytes written, -1 if there is no such block
 */
static inline ssize_t simple_get_extended_bootinfo(simple_t *simple, seL4_Word type, void *dest,
                                                   ssize_t max_len) {
    SIMPLE_REQUIRE(simple, extended_bootinfo, -1);
    return simple->extended_bootinfo(simple->data, type, dest, max_len);
}

/**
 * Get a handler for an ISA or IOAPIC interrupt line.
 * @param path  empty slot for it
 * @retval seL4_NoError           the slot holds the handler
 * @retval seL4_IllegalOperation  this system hands out no interrupts
 */
static inline seL4_Error simple_get_IRQ_handler(simple_t *simple, int irq, cspacepath_t path) {
    SIMPLE_REQUIRE(simple, arch_simple.irq, seL4_IllegalOperation);
    return simple->arch_simple.irq(simple->arch_simple.data, irq, path.root, path.capPtr,
                                   (uint8_t)path.capDepth);
}

/**
 * Get a capability to a range of IO ports.
 * @param start_port, end_port  first and last port
 * @retval seL4_NoError      the slot holds the range
 * @retval seL4_RevokeFirst  a port of the range is taken
 */
static inline seL4_Error simple_get_IOPort_cap(simple_t *simple, uint16_t start_port,
                                               uint16_t end_port, seL4_Word root, seL4_Word dest,
                                               seL4_Word depth) {
    SIMPLE_REQUIRE(simple, arch_simple.IOPort_cap, seL4_IllegalOperation);
    return simple->arch_simple.IOPort_cap(simple->arch_simple.data, start_port, end_port, root,
                                          dest, depth);
}

/** @return whether a slot holds one of the untypeds that the program was started with */
static inline bool simple_is_untyped_cap(simple_t *simple, seL4_CPtr pos) {
    int count = simple_get_untyped_count(simple);
    for (int i = 0; i < count; i++) {
        if (simple_get_nth_untyped(simple, i, NULL, NULL, NULL) == pos) {
            return true;
        }
    }
    return false;
}

/** @return the highest slot that holds a capability from the start */
static inline seL4_CPtr simple_last_valid_cap(simple_t *simple) {
    seL4_CPtr largest = 0;
    int count = simple_get_cap_count(simple);
    for (int i = 0; i < count; i++) {
        seL4_CPtr cap = simple_get_nth_cap(simple, i);
        largest = cap > largest ? cap : largest;
    }
    return largest;
}
