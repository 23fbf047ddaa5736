/* simple, vka and allocman on the real kernel: what a root task is given, and what it makes of it.
 */
#include "check.h"
#include <vka/object_capops.h>

#define PAGE 4096ul

static void initial_capabilities_are_counted(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    int images = simple_get_userimage_count(&simple);
    int untypeds = simple_get_untyped_count(&simple);
    int paging = (int)(info->userImagePaging.end - info->userImagePaging.start);

    CHECK(simple_get_cap_count(&simple) == 10 + images + paging + untypeds);
    CHECK(simple_get_nth_cap(&simple, 0) == seL4_CapInitThreadTCB);
    CHECK(simple_get_nth_cap(&simple, 9) == seL4_CapDomain);
    CHECK(simple_get_nth_cap(&simple, 10) == info->userImageFrames.start);
    CHECK(simple_get_nth_cap(&simple, 10 + images + paging + untypeds) == 0);
    CHECK(simple_get_nth_cap(&simple, -1) == 0);
    CHECK(simple_last_valid_cap(&simple) == info->empty.start - 1);
    CHECK(simple_get_cnode_size_bits(&simple) == info->initThreadCNodeSizeBits);
    CHECK(simple_is_untyped_cap(&simple, info->untyped.start));
    CHECK(!simple_is_untyped_cap(&simple, info->untyped.end));
}

static void untypeds_are_described(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    size_t bits;
    uintptr_t paddr;
    bool device;
    for (int i = 0; i < simple_get_untyped_count(&simple); i++) {
        CHECK(simple_get_nth_untyped(&simple, i, &bits, &paddr, &device) ==
              info->untyped.start + (seL4_Word)i);
        CHECK(bits == info->untypedList[i].sizeBits && paddr == info->untypedList[i].paddr);
        CHECK(device == info->untypedList[i].isDevice);
    }
    CHECK(simple_get_nth_untyped(&simple, 1000, NULL, NULL, NULL) == 0);
}

static void extra_boot_information_is_found(void) {
    seL4_X86_BootInfo_tsc_freq_t tsc;
    char rsdp[52];
    CHECK(simple_get_extended_bootinfo_length(&simple, SEL4_BOOTINFO_HEADER_X86_TSC_FREQ) == 20);
    CHECK(simple_get_extended_bootinfo(&simple, SEL4_BOOTINFO_HEADER_X86_TSC_FREQ, &tsc,
                                       sizeof(tsc)) == 20);
    CHECK(tsc.freq_mhz > 0);
    CHECK(simple_get_extended_bootinfo(&simple, SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP, rsdp, 24) ==
          24);
    CHECK(memcmp(rsdp + 16, "RSD PTR ", 8) == 0);
    CHECK(simple_get_extended_bootinfo_length(&simple, SEL4_BOOTINFO_HEADER_FDT) == -1);
}

static void every_type_of_object_is_made(void) {
    /* Numbers that the kernel gives for the kinds, in the order of the calls. */
    static const unsigned kinds[] = {12, 4, 6, 3, 5, 7, 9, 9, 2, 10, 1, 1};
    vka_object_t objects[12];
    struct check_left before = check_left();
    CHECK(vka_alloc_tcb(&vka, &objects[0]) == 0);
    CHECK(vka_alloc_endpoint(&vka, &objects[1]) == 0);
    CHECK(vka_alloc_notification(&vka, &objects[2]) == 0);
    CHECK(vka_alloc_page_table(&vka, &objects[3]) == 0);
    CHECK(vka_alloc_page_directory(&vka, &objects[4]) == 0);
    CHECK(vka_alloc_pdpt(&vka, &objects[5]) == 0);
    CHECK(vka_alloc_pml4(&vka, &objects[6]) == 0);
    CHECK(vka_alloc_vspace_root(&vka, &objects[7]) == 0);
    CHECK(vka_alloc_untyped(&vka, 14, &objects[8]) == 0);
    CHECK(vka_alloc_cnode_object(&vka, 3, &objects[9]) == 0);
    CHECK(vka_alloc_frame(&vka, 12, &objects[10]) == 0);
    CHECK(vka_alloc_frame(&vka, 21, &objects[11]) == 0);
    for (int i = 0; i < 12; i++) {
        CHECK(seL4_DebugCapIdentify(objects[i].cptr) == kinds[i]);
        vka_free_object(&vka, &objects[i]);
    }
    CHECK(check_same(before, check_left()));
}

static void objects_are_where_the_allocator_says(void) {
    vka_object_t frame;
    CHECK(vka_alloc_frame(&vka, 12, &frame) == 0);
    seL4_X86_Page_GetAddress_t got = seL4_X86_Page_GetAddress(frame.cptr);
    CHECK(got.error == 0 && got.paddr == vka_object_paddr(&vka, &frame));
    vka_free_object(&vka, &frame);
}

static void a_path_names_one_slot(void) {
    cspacepath_t path;
    CHECK(vka_cspace_alloc_path(&vka, &path) == 0);
    CHECK(path.root == 2 && path.capDepth == 64 && path.capPtr == path.offset);
    CHECK(path.dest == 0 && path.destDepth == 0 && path.window == 1);
    CHECK(seL4_DebugCapIdentify(path.capPtr) == 0);
    vka_cspace_free_path(&vka, path);
}

static void ten_thousand_objects_leave_nothing_behind(void) {
    struct check_left before = check_left();
    vka_object_t objects[8];
    for (int i = 0; i < 10000; i += 8) {
        for (int n = 0; n < 8; n++) {
            CHECK((n % 2 ? vka_alloc_endpoint(&vka, &objects[n])
                         : vka_alloc_frame(&vka, 12, &objects[n])) == 0);
        }
        for (int n = 0; n < 8; n++) {
            vka_free_object(&vka, &objects[n]);
        }
    }
    CHECK(check_same(before, check_left()));
}

static void all_memory_can_be_used_up_and_comes_back(void) {
    static vka_object_t frames[512];
    struct check_left before = check_left();
    int count = 0;
    while (count < 512 && vka_alloc_frame(&vka, 21, &frames[count]) == 0) {
        count++;
    }
    CHECK(count > 200 && count < 256);
    CHECK(frames[count].cptr == 0);
    while (count-- > 0) {
        vka_free_object(&vka, &frames[count]);
    }
    CHECK(vka_alloc_untyped(&vka, 27, &frames[0]) == 0);
    vka_free_object(&vka, &frames[0]);
    CHECK(check_same(before, check_left()));
}

static void a_device_page_is_made_at_its_address(void) {
    /* HPET registers of a PC; on other machines the same addresses are device memory, too. */
    struct check_left before = check_left();
    vka_object_t frame, again;
    CHECK(vka_alloc_frame_at(&vka, 12, 0xfed00000, &frame) == 0);
    CHECK(seL4_X86_Page_GetAddress(frame.cptr).paddr == 0xfed00000);
    CHECK(vka_alloc_frame_at(&vka, 12, 0xfed00000, &again) != 0);
    vka_free_object(&vka, &frame);
    CHECK(vka_alloc_frame_at(&vka, 12, 0xfed00000, &frame) == 0);
    vka_free_object(&vka, &frame);
    CHECK(vka_alloc_object_at(&vka, seL4_TCBObject, seL4_TCBBits, 0xfed00000, &frame) != 0);
    CHECK(check_same(before, check_left()));
}

static void a_ram_page_is_made_at_its_address(void) {
    struct check_left before = check_left();
    vka_object_t frame;
    CHECK(vka_alloc_frame_at(&vka, 12, 0x12345000, &frame) == 0);
    CHECK(seL4_X86_Page_GetAddress(frame.cptr).paddr == 0x12345000);
    vka_free_object(&vka, &frame);
    CHECK(vka_alloc_object_at(&vka, seL4_EndpointObject, 4, 0x12345670, &frame) == 0);
    CHECK(vka_object_paddr(&vka, &frame) == 0x12345670);
    vka_free_object(&vka, &frame);
    CHECK(check_same(before, check_left()));
}

static void memory_beyond_the_odd_boundary_is_reached(void) {
    vka_object_t frame;
    /* This untyped is not aligned to its own size. */
    CHECK(vka_alloc_frame_at(&vka, 12, 0x8000000000 + 0x345678000, &frame) == 0);
    CHECK(seL4_X86_Page_GetAddress(frame.cptr).paddr == 0x8345678000);
    vka_free_object(&vka, &frame);
}

static void freed_memory_is_zero_when_it_comes_back(void) {
    vka_object_t frame;
    CHECK(vka_alloc_frame_at(&vka, 12, 0x10000000, &frame) == 0);
    char *at = vspace_map_pages(&vspace, &frame.cptr, NULL, seL4_AllRights, 1, 12, 1);
    CHECK(at != NULL);
    memset(at, 0x5a, PAGE);
    vspace_unmap_pages(&vspace, at, 1, 12, VSPACE_PRESERVE);
    vka_free_object(&vka, &frame);
    CHECK(vka_alloc_frame_at(&vka, 12, 0x10000000, &frame) == 0);
    at = vspace_map_pages(&vspace, &frame.cptr, NULL, seL4_AllRights, 1, 12, 1);
    CHECK(at != NULL && at[0] == 0 && memcmp(at, at + 1, PAGE - 1) == 0);
    vspace_unmap_pages(&vspace, at, 1, 12, VSPACE_PRESERVE);
    vka_free_object(&vka, &frame);
}

static void a_minted_object_is_badged(void) {
    vka_object_t ntfn;
    cspacepath_t path;
    seL4_Word badge = 0;
    CHECK(vka_alloc_notification(&vka, &ntfn) == 0);
    CHECK(vka_mint_object(&vka, &ntfn, &path, seL4_AllRights, 0x61) == 0);
    seL4_Signal(path.capPtr);
    seL4_Poll(ntfn.cptr, &badge);
    CHECK(badge == 0x61);
    vka_free_object(&vka, &ntfn);
    CHECK(seL4_DebugCapIdentify(path.capPtr) == 0);
    vka_cspace_free_path(&vka, path);
}

static void path_operations_reach_the_kernel(void) {
    struct check_left before = check_left();
    vka_object_t ep;
    cspacepath_t source, a, b;
    CHECK(vka_alloc_endpoint(&vka, &ep) == 0);
    vka_cspace_make_path(&vka, ep.cptr, &source);
    CHECK(vka_cspace_alloc_path(&vka, &a) == 0 && vka_cspace_alloc_path(&vka, &b) == 0);
    CHECK(vka_cnode_copy(&a, &source, seL4_CanRead) == 0);
    CHECK(vka_cnode_move(&b, &a) == 0);
    CHECK(seL4_DebugCapIdentify(a.capPtr) == 0 && seL4_DebugCapIdentify(b.capPtr) == 4);
    CHECK(vka_cnode_delete(&b) == 0);
    CHECK(vka_cnode_mint(&a, &source, seL4_AllRights, 5) == 0);
    CHECK(vka_cnode_mutate(&b, &a, 0) == seL4_IllegalOperation);
    CHECK(vka_cnode_cancelBadgedSends(&a) == 0);
    CHECK(vka_cnode_rotate(&b, 0, &a, 0, &source) == seL4_IllegalOperation);
    CHECK(vka_cnode_revoke(&source) == 0);
    CHECK(seL4_DebugCapIdentify(a.capPtr) == 0);
    CHECK(vka_cnode_saveCaller(&a) == 0);
    vka_cspace_free_path(&vka, a);
    vka_cspace_free_path(&vka, b);
    vka_free_object(&vka, &ep);
    CHECK(check_same(before, check_left()));
}

/* The lessons' first mapping must find no page table. */
static void the_lessons_address_has_no_page_table(void) {
    vka_object_t frame;
    CHECK(vka_alloc_frame(&vka, 12, &frame) == 0);
    CHECK(seL4_ARCH_Page_Map(frame.cptr, simple_get_pd(&simple), 0x7000000, seL4_AllRights,
                             seL4_ARCH_Default_VMAttributes) == seL4_FailedLookup);
    CHECK(seL4_MappingFailedLookupLevel() == SEL4_MAPPING_LOOKUP_NO_PT);
    vka_free_object(&vka, &frame);
}

/* Last: it keeps its pages. */
static void the_virtual_pool_extends_the_notes(void) {
    static vka_object_t objects[2000];
    struct check_left before = check_left();
    bootstrap_configure_virtual_pool(allocman, (void *)0x60000000, 1 << 20, simple_get_pd(&simple));
    for (int i = 0; i < 2000; i++) {
        CHECK(vka_alloc_endpoint(&vka, &objects[i]) == 0);
    }
    CHECK(allocman->pool.next > 0x60000000);
    for (int i = 0; i < 2000; i++) {
        vka_free_object(&vka, &objects[i]);
    }
    CHECK(check_left().notes > before.notes);
}

int main(void) {
    static const struct check_case cases[] = {
        CASE(initial_capabilities_are_counted),
        CASE(untypeds_are_described),
        CASE(extra_boot_information_is_found),
        CASE(the_lessons_address_has_no_page_table),
        CASE(every_type_of_object_is_made),
        CASE(objects_are_where_the_allocator_says),
        CASE(a_path_names_one_slot),
        CASE(ten_thousand_objects_leave_nothing_behind),
        CASE(all_memory_can_be_used_up_and_comes_back),
        CASE(a_device_page_is_made_at_its_address),
        CASE(a_ram_page_is_made_at_its_address),
        CASE(memory_beyond_the_odd_boundary_is_reached),
        CASE(freed_memory_is_zero_when_it_comes_back),
        CASE(a_minted_object_is_badged),
        CASE(path_operations_reach_the_kernel),
        CASE(the_virtual_pool_extends_the_notes),
    };
    check_start();
    CHECK_RUN(cases);
    return 0;
}
