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
    struct elf_image image;
    char *unused; /* what is left of the objects' memory */
    unsigned cnode_bits;
    slot_t *cnode;
    word_t next_slot;
    pte_t *pml4;
    void *extra_info, *asid_pool, *ipc_buffer;
    struct boot_info *info;
} root = {.next_slot = slot_first_dynamic};

/* ---- the image ---- */

static void require_room(paddr_t start, paddr_t end) {
    boot_require(regions_contain(&machine.ram, (struct region){start, end}),
                 "Userland image does not fit into memory at 0x%lx-0x%lx\n", start, end);
}

/* The image is put together behind all modules, then moved down to the end of the kernel: it may
 * come to lie on the module that it is made from. */
void root_task_load(void) {
    kprintf("ELF-loading userland images from boot modules:\n");
    struct elf_image image = root.image = elf_check();
    word_t bytes = image.end - image.start;
    paddr_t place = ALIGN_UP(image_paddr(kernel_end), PAGE_BITS);
    paddr_t first = MAX(ALIGN_UP(found.modules_end, PAGE_BITS), place);
    require_room(first, first + bytes);
    require_room((paddr_t)kernel_start, place + bytes);
    kprintf("size=0x%lx v_entry=%p v_start=%p v_end=%p p_start=0x%lx p_end=0x%lx\n", bytes,
            (void *)image.entry, (void *)image.start, (void *)image.end, first, first + bytes);
    elf_load(image, kptr_of(first));
    kprintf("Moving loaded userland images to final location: from=0x%lx to=0x%lx size=0x%lx\n",
            first, place, bytes);
    __builtin_memmove(kptr_of(place), kptr_of(first), bytes);
    found.image = (struct region){place, place + bytes};
}

/* Behind the image in the root task's address space, a page each. */
enum page_behind { page_ipc_buffer, page_info, page_extra_info, page_end };
static_assert(page_end == PAGES_BEHIND_IMAGE, "as the check of the image's end assumes");

static vaddr_t behind_image(enum page_behind page) { return root.image.end + page * PAGE_SIZE; }

/* ---- the objects ---- */

/* Tables that hang in entries of @p level: how many the root task's addresses need. */
static word_t tables_at(unsigned level) {
    unsigned bits = LEVEL_BITS(level);
    return ((behind_image(page_end) - 1) >> bits) - (root.image.start >> bits) + 1;
}

/* As configured, or as many more as an image takes that would not fit. */
static unsigned choose_cnode_bits(void) {
    word_t slots = ((root.image.end - root.image.start) >> PAGE_BITS) + SPARE_SLOTS;
    unsigned bits = CONFIG_ROOT_CNODE_SIZE_BITS;
    while (BIT(bits) < slots && bits < MOST_BITS)
        bits++;
    return bits;
}

static void *take(word_t bytes) {
    root.unused += bytes;
    return root.unused - bytes;
}

static void place_objects(void) {
    root.cnode_bits = choose_cnode_bits();
    unsigned size_bits = root.cnode_bits + SLOT_BITS;
    word_t pages = 5 + tables_at(1) + tables_at(2) + tables_at(3);
    word_t bytes = BIT(size_bits) + pages * PAGE_SIZE + BIT(TCB_OBJECT_BITS);
    root.unused = kptr_of(untyped_place(bytes, size_bits));
    __builtin_memset(root.unused, 0, bytes);
    root.cnode = take(BIT(size_bits));
    root.pml4 = take(PAGE_SIZE);
    root.extra_info = take(PAGE_SIZE);
    root.asid_pool = take(PAGE_SIZE);
    root.ipc_buffer = take(PAGE_SIZE);
    root.info = take(PAGE_SIZE);
}

/* ---- capabilities ---- */

static void put(enum initial_slot slot, cap_t cap) { slot_insert_root(&root.cnode[slot], cap); }

void root_provide(cap_t cap) {
    boot_require(
        root.next_slot < SLOT_COUNT,
        "ERROR: can't add another cap, all %lu (=2^CONFIG_ROOT_CNODE_SIZE_BITS) slots used\n",
        SLOT_COUNT);
    slot_insert_root(&root.cnode[root.next_slot++], cap);
}

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

/* Hangs @p object, a table or a page, into its entry; the capability then says where. */
static cap_t map(cap_t cap, void *object, vaddr_t vaddr, unsigned level) {
    unsigned missing;
    pte_t *entry = vspace_walk(root.pml4, vaddr, level, &missing);
    kassert(entry != NULL);
    *entry = paddr_of(object) | PAGE_RIGHTS;
    return cap_set_mapping(cap, ASID_ROOT, vaddr);
}

/* All tables of one kind, which hang in entries of @p level. */
static void provide_tables(unsigned level, enum cap_type type) {
    vaddr_t vaddr = ALIGN_DOWN(root.image.start, LEVEL_BITS(level));
    for (; vaddr < behind_image(page_end); vaddr += BIT(LEVEL_BITS(level))) {
        void *table = take(PAGE_SIZE);
        root_provide(map(cap_new(type, table, 0, 0), table, vaddr, level));
    }
}

static cap_t map_page(void *page, vaddr_t vaddr) {
    return map(cap_new(cap_frame, page, RIGHTS_RW, 0), page, vaddr, 0);
}

static void provide_space(void) {
    struct boot_info *info = root.info;
    pml4_init(root.pml4);
    asid_boot(root.asid_pool, root.pml4);
    info->image_paging.start = root.next_slot;
    provide_tables(3, cap_pdpt);
    provide_tables(2, cap_page_directory);
    provide_tables(1, cap_page_table);
    info->image_paging.end = info->extra_pages.start = root.next_slot;
    put(slot_ipc_buffer, map_page(root.ipc_buffer, behind_image(page_ipc_buffer)));
    put(slot_boot_info, map_page(info, behind_image(page_info)));
    root_provide(map_page(root.extra_info, behind_image(page_extra_info)));
    info->extra_pages.end = info->image_frames.start = root.next_slot;
    char *page = kptr_of(found.image.start);
    for (vaddr_t offset = 0; offset < root.image.end - root.image.start; offset += PAGE_SIZE)
        root_provide(map_page(page + offset, root.image.start + offset));
    info->image_frames.end = info->untyped.start = info->untyped.end = root.next_slot;
}

/* ---- BootInfo and the thread ---- */

static void fill_info(void) {
    struct boot_info *info = root.info;
    info->extra_bytes = bootinfo_write_extra(root.extra_info);
    info->node_count = 1;
    info->io_page_table_levels = ~0ul; /* no IOMMU */
    info->ipc_buffer = behind_image(page_ipc_buffer);
    info->cnode_bits = root.cnode_bits;
    info->empty = (struct slot_region){root.next_slot, SLOT_COUNT};
}

static void copy_into(const tcb_t *tcb, enum tcb_slot to, enum initial_slot from) {
    slot_t *source = &root.cnode[from];
    cap_t cap = source->cap;
    slot_insert(tcb_slot(tcb, to), cap_type(cap) == cap_frame ? cap_clear_mapping(cap) : cap,
                source);
}

static tcb_t *create_thread(void) {
    tcb_t *tcb = tcb_create(take(BIT(TCB_OBJECT_BITS)));
    debug_thread_name(tcb, "rootserver");
    put(slot_tcb, cap_new(cap_thread, tcb, 0, 0));
    copy_into(tcb, tcb_cspace, slot_cnode);
    copy_into(tcb, tcb_vspace, slot_vspace);
    copy_into(tcb, tcb_buffer, slot_ipc_buffer);
    tcb->priority = tcb->mcp = PRIORITY;
    tcb->regs.rip = tcb->restart_ip = root.image.entry;
    tcb->regs.rdi = behind_image(page_info);
    return tcb;
}

void root_task_create(void) {
    place_objects();
    put_initial();
    provide_space();
    untyped_provide(root.info);
    fill_info();
    tcb_t *tcb = create_thread();
    sched_start(tcb); /* makes the idle thread: the second one, as in every dump */
}
