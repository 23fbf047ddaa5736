/* BootInfo: the page in which a root task finds what it was given, and the page after it. */
#pragma once

#include "boot/parts.h"

struct slot_region {
    word_t start, end;
};

struct untyped_description {
    word_t paddr;
    uint8_t size_bits, is_device, padding[6];
};

struct boot_info {
    word_t extra_bytes, node_id, node_count, io_page_table_levels;
    vaddr_t ipc_buffer;
    struct slot_region empty, shared_frames, image_frames, image_paging, io_space_caps, extra_pages;
    word_t cnode_bits, domain;
    struct slot_region untyped;
    struct untyped_description untyped_list[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS];
};
static_assert(sizeof(struct boot_info) == 3848, "ABI");
static_assert(offsetof(struct boot_info, untyped) == 152, "ABI");

enum initial_slot {
    slot_tcb = 1,
    slot_cnode,
    slot_vspace,
    slot_irq_control,
    slot_asid_control,
    slot_asid_pool,
    slot_io_port_control,
    slot_io_space,
    slot_boot_info,
    slot_ipc_buffer,
    slot_domain,
    slot_first_dynamic = 16,
};

/* Behind the image lie, a page each: IPC buffer, BootInfo, extra BootInfo. The page below the
 * non-canonical hole cannot be mapped. */
#define PAGES_BEHIND_IMAGE 3
#define HIGHEST_IMAGE_END  (0x7ffffffff000ul - PAGES_BEHIND_IMAGE * PAGE_SIZE)

/** Fills the page after BootInfo and returns how many bytes it took. */
word_t bootinfo_write_extra(void *page);
