/* The root task: its image, its objects, its address space, its thread and its capabilities.
 *
 * All its kernel objects lie in one block, largest first, so that each is aligned to its size.
 * Invariant: the objects' memory is zero before anything is put into it.
 */
#include "boot/bootinfo.h"
#include "object/vspace.h"
#include "sched/sched.h"
#include "x86/x86.h"

#define SLOT_COUNT  BIT(root.cnode_bits)
#define MOST_BITS   16   /* of the root CNode: for images up to 252 MiB */
#define SPARE_SLOTS 1024 /* for all that is not a page of the image */
#define ASID_ROOT   1
#define PAGE_RIGHTS (PTE_PRESENT | PTE_WRITE | PTE_USER)
#define PRIORITY    255

static struct {
    struct region memory; /* of all objects */
    unsigned cnode_bits;
    slot_t *cnode;
    pte_t *pml4;
    void *extra_info, *asid_pool, *ipc_buffer;
    struct boot_info *info;
    char *tables; /* PDPTs, page directories and page tables, a page each */
    void *tcb;
} root;

static word_t next_slot = slot_first_dynamic;

/* ---- the image ---- */

static bool has_room(struct region range) {
    if (regions_contain(&found.ram, range))
        return true;
    boot_print("Userland image does not fit into memory at 0x%lx-0x%lx\n", range.start, range.end);
    return false;
}

/* The image is put together behind all modules, then moved down to the end of the kernel: it may
 * come to lie on the module that it is made from. */
bool root_task_load(struct elf_image *image) {
    boot_print("ELF-loading userland images from boot modules:\n");
    if (!elf_check(image))
        return false;
    word_t bytes = image->end - image->start;
    paddr_t kernel_top = ALIGN_UP(image_paddr(kernel_end), PAGE_BITS);
    paddr_t behind = MAX(ALIGN_UP(found.modules_end, PAGE_BITS), kernel_top);
    struct region first = {behind, behind + bytes};
    found.image = (struct region){kernel_top, kernel_top + bytes};
    if (!has_room(first) || !has_room((struct region){(paddr_t)kernel_start, found.image.end}))
        return false;
    boot_print("size=0x%lx v_entry=%p v_start=%p v_end=%p p_start=0x%lx p_end=0x%lx\n", bytes,
               (void *)image->entry, (void *)image->start, (void *)image->end, first.start,
               first.end);
    elf_load(image, kptr_of(first.start));
    boot_print("Moving loaded userland images to final location: from=0x%lx to=0x%lx size=0x%lx\n",
               first.start, found.image.start, bytes);
    __builtin_memmove(kptr_of(found.image.start), kptr_of(first.start), bytes);
    return true;
}

/* ---- the objects ---- */

static vaddr_t ipc_buffer_vaddr(const struct elf_image *image) { return image->end; }
static vaddr_t info_vaddr(const struct elf_image *image) { return image->end + PAGE_SIZE; }
static vaddr_t extra_vaddr(const struct elf_image *image) { return image->end + 2 * PAGE_SIZE; }
static vaddr_t space_end(const struct elf_image *image) {
    return image->end + PAGES_BEHIND_IMAGE * PAGE_SIZE;
}

/* Tables of the level below @p level that the root task's addresses need. */
static word_t tables_at(const struct elf_image *image, unsigned level) {
    unsigned bits = LEVEL_BITS(level);
    return ((space_end(image) - 1) >> bits) - (image->start >> bits) + 1;
}

/* As configured, or as many more as an image takes that would not fit. */
static unsigned cnode_bits_for(const struct elf_image *image) {
    word_t slots = ((image->end - image->start) >> PAGE_BITS) + SPARE_SLOTS;
    unsigned bits = CONFIG_ROOT_CNODE_SIZE_BITS;
    while (BIT(bits) < slots && bits < MOST_BITS)
        bits++;
    return bits;
}

static bool place_objects(const struct elf_image *image) {
    root.cnode_bits = cnode_bits_for(image);
    unsigned cnode_size_bits = root.cnode_bits + SLOT_BITS;
    word_t tables = tables_at(image, 3) + tables_at(image, 2) + tables_at(image, 1);
    word_t pages = 5 + tables; /* PML4, extra BootInfo, ASID pool, IPC buffer, BootInfo */
    word_t bytes = BIT(cnode_size_bits) + pages * PAGE_SIZE + BIT(TCB_OBJECT_BITS);
    if (!untyped_place(bytes, cnode_size_bits, &root.memory)) {
        boot_print("No memory for the root task's objects\n");
        return false;
    }
    char *at = kptr_of(root.memory.start);
    __builtin_memset(at, 0, bytes);
    root.cnode = (slot_t *)at;
    at += BIT(cnode_size_bits);
    root.pml4 = (pte_t *)at;
    root.extra_info = at + PAGE_SIZE;
    root.asid_pool = at + 2 * PAGE_SIZE;
    root.ipc_buffer = at + 3 * PAGE_SIZE;
    root.info = (struct boot_info *)(at + 4 * PAGE_SIZE);
    root.tables = at + 5 * PAGE_SIZE;
    root.tcb = root.tables + tables * PAGE_SIZE;
    return true;
}

/* ---- capabilities ---- */

static void put(enum initial_slot slot, cap_t cap) { slot_insert_root(&root.cnode[slot], cap); }

bool root_provide(cap_t cap) {
    if (next_slot == SLOT_COUNT) {
        boot_print("ERROR: can't add another cap, all %lu (=2^CONFIG_ROOT_CNODE_SIZE_BITS) slots "
                   "used\n",
                   SLOT_COUNT);
        return false;
    }
    slot_insert_root(&root.cnode[next_slot++], cap);
    return true;
}

static cap_t mapped(cap_t cap, vaddr_t vaddr) { return cap_set_mapping(cap, ASID_ROOT, vaddr); }

static void put_initial(void) {
    word_t guard_size = WORD_BITS - root.cnode_bits;
    put(slot_cnode, cap_cnode_new(root.cnode, root.cnode_bits, guard_size));
    put(slot_vspace, cap_new(cap_pml4, root.pml4, 0, ASID_ROOT));
    put(slot_irq_control, cap_new(cap_irq_control, NULL, 0, 0));
    put(slot_asid_control, cap_new(cap_asid_control, NULL, 0, 0));
    put(slot_asid_pool, cap_new(cap_asid_pool, root.asid_pool, 0, 0));
    put(slot_io_port_control, cap_new(cap_io_port_control, NULL, 0, 0));
    put(slot_domain, cap_new(cap_domain, NULL, 0, 0));
}

/* ---- the address space ---- */

static pte_t *entry_for(vaddr_t vaddr, unsigned level) {
    unsigned missing;
    pte_t *entry = vspace_walk(root.pml4, vaddr, level, &missing);
    kassert(entry != NULL);
    return entry;
}

/* All tables of one kind, which hang in entries of @p level. */
static bool provide_tables(const struct elf_image *image, unsigned level, enum cap_type type) {
    vaddr_t vaddr = ALIGN_DOWN(image->start, LEVEL_BITS(level));
    for (; vaddr < space_end(image); vaddr += BIT(LEVEL_BITS(level))) {
        *entry_for(vaddr, level) = paddr_of(root.tables) | PAGE_RIGHTS;
        if (!root_provide(mapped(cap_new(type, root.tables, 0, 0), vaddr)))
            return false;
        root.tables += PAGE_SIZE;
    }
    return true;
}

static cap_t map_page(void *page, vaddr_t vaddr) {
    *entry_for(vaddr, 0) = paddr_of(page) | PAGE_RIGHTS;
    return mapped(cap_frame_new(page, frame_4k, RIGHT_READ | RIGHT_WRITE, false), vaddr);
}

static bool provide_image(const struct elf_image *image) {
    char *page = kptr_of(found.image.start);
    for (vaddr_t vaddr = image->start; vaddr < image->end; vaddr += PAGE_SIZE) {
        if (!root_provide(map_page(page, vaddr)))
            return false;
        page += PAGE_SIZE;
    }
    return true;
}

static bool provide_space(const struct elf_image *image) {
    struct boot_info *info = root.info;
    pml4_init(root.pml4);
    asid_boot(root.asid_pool, root.pml4);
    info->image_paging.start = next_slot;
    if (!provide_tables(image, 3, cap_pdpt) || !provide_tables(image, 2, cap_page_directory) ||
        !provide_tables(image, 1, cap_page_table))
        return false;
    info->image_paging.end = info->extra_pages.start = next_slot;
    put(slot_ipc_buffer, map_page(root.ipc_buffer, ipc_buffer_vaddr(image)));
    put(slot_boot_info, map_page(root.info, info_vaddr(image)));
    if (!root_provide(map_page(root.extra_info, extra_vaddr(image))))
        return false;
    info->extra_pages.end = info->image_frames.start = next_slot;
    bool done = provide_image(image);
    info->image_frames.end = info->untyped.start = info->untyped.end = next_slot;
    return done;
}

/* ---- BootInfo and the thread ---- */

static void fill_info(const struct elf_image *image) {
    struct boot_info *info = root.info;
    info->extra_bytes = bootinfo_write_extra(root.extra_info);
    info->node_count = 1;
    info->io_page_table_levels = ~0ul; /* no IOMMU */
    info->ipc_buffer = ipc_buffer_vaddr(image);
    info->cnode_bits = root.cnode_bits;
    info->empty = (struct slot_region){next_slot, SLOT_COUNT};
}

static void copy_into(const tcb_t *tcb, enum tcb_slot to, enum initial_slot from) {
    slot_t *source = &root.cnode[from];
    cap_t cap = source->cap;
    slot_insert(tcb_slot(tcb, to), cap_type(cap) == cap_frame ? cap_clear_mapping(cap) : cap,
                source);
}

static tcb_t *create_thread(const struct elf_image *image) {
    tcb_t *tcb = tcb_create(root.tcb);
    debug_thread_name(tcb, "rootserver");
    put(slot_tcb, cap_new(cap_thread, tcb, 0, 0));
    copy_into(tcb, tcb_cspace, slot_cnode);
    copy_into(tcb, tcb_vspace, slot_vspace);
    copy_into(tcb, tcb_buffer, slot_ipc_buffer);
    tcb->priority = tcb->mcp = PRIORITY;
    tcb->regs.rip = tcb->restart_ip = image->entry;
    tcb->regs.rdi = info_vaddr(image);
    return tcb;
}

bool root_task_create(const struct elf_image *image) {
    if (!place_objects(image))
        return false;
    put_initial();
    if (!provide_space(image) || !untyped_provide(root.info, root.memory))
        return false;
    tcb_t *tcb = create_thread(image);
    fill_info(image);
    sched_init(); /* makes the idle thread: the second one, as in every dump */
    sched_start(tcb);
    return true;
}
