/*
 * Makes and destroys processes, one part after the other; see process.h.
 *
 * A part's field is filled in when the part exists, so that destroying a process that was made only
 * in part is the same as destroying a whole one.
 */
#include <sel4utils/process.h>
#include <cpio/cpio.h>
#include <sel4utils/api.h>
#include <stdlib.h>
#include <string.h>
#include <utils/page.h>
#include <utils/zf_log.h>
#include <vka/capops.h>

/* Paging structures of the process's address space are noted here and freed with it. */
static void note_object(void *cookie, vka_object_t object) {
    sel4utils_process_t *process = cookie;
    object_node_t *node = malloc(sizeof(*node));

    if (node == NULL) {
        ZF_LOGE("The heap is used up; a paging structure will not be freed");
        return;
    }
    node->object = object;
    node->next = process->allocated_object_list_head;
    process->allocated_object_list_head = node;
}

static int reserve_ranges(vspace_t *vspace, const sel4utils_process_config_t *config) {
    for (int i = 0; i < config->num_reservations; i++) {
        sel4utils_elf_region_t *region = &config->reservations[i];
        region->reservation = vspace_reserve_deferred_rights_range_at(
            vspace, region->reservation_vstart, region->size, region->cacheable);
        if (region->reservation.res == NULL) {
            return -1;
        }
    }
    return 0;
}

static int make_vspace(sel4utils_process_t *process, vka_t *vka, vspace_t *spawner,
                       const sel4utils_process_config_t *config) {
    seL4_CPtr pool = config->asid_pool != 0 ? config->asid_pool : seL4_CapInitThreadASIDPool;

    if (!config->create_vspace) {
        process->vspace = *config->vspace;
        process->pd = config->page_dir;
        return 0;
    }
    if (vka_alloc_vspace_root(vka, &process->pd) != 0) {
        return -1;
    }
    process->own_vspace = true;
    int error = seL4_ARCH_ASIDPool_Assign(pool, process->pd.cptr);
    if (error == 0) {
        error = sel4utils_get_vspace(spawner, &process->vspace, &process->data, vka,
                                     process->pd.cptr, note_object, process);
    }
    return error == 0 ? reserve_ranges(&process->vspace, config) : error;
}

static int make_fault_endpoint(sel4utils_process_t *process, vka_t *vka,
                               const sel4utils_process_config_t *config) {
    if (!config->create_fault_endpoint) {
        process->fault_endpoint = config->fault_endpoint;
        return 0;
    }
    int error = vka_alloc_endpoint(vka, &process->fault_endpoint);
    process->own_ep = error == 0;
    return error;
}

static int give(sel4utils_process_t *process, vka_t *vka, seL4_CPtr cap, seL4_CPtr slot) {
    process->cspace_next_free = (uint32_t)slot;
    return sel4utils_copy_cap_to_process(process, vka, cap) == slot ? 0 : -1;
}

static seL4_Word guard_word(const sel4utils_process_t *process) {
    return api_make_guard_skip_word(seL4_WordBits - process->cspace_size);
}

static int fill_cspace(sel4utils_process_t *process, vka_t *vka,
                       const sel4utils_process_config_t *config) {
    cspacepath_t own;
    seL4_CPtr pool = config->asid_pool != 0 ? config->asid_pool : seL4_CapInitThreadASIDPool;

    vka_cspace_make_path(vka, process->cspace.cptr, &own);
    process->cspace_next_free = SEL4UTILS_CNODE_SLOT;
    if (sel4utils_mint_cap_to_process(process, own, seL4_AllRights, guard_word(process)) == 0) {
        return -1;
    }
    if (process->fault_endpoint.cptr != 0 &&
        give(process, vka, process->fault_endpoint.cptr, SEL4UTILS_ENDPOINT_SLOT) != 0) {
        return -1;
    }
    if (give(process, vka, process->pd.cptr, SEL4UTILS_PD_SLOT) != 0 ||
        give(process, vka, pool, SEL4UTILS_ASID_POOL_SLOT) != 0) {
        return -1;
    }
    process->cspace_next_free = SEL4UTILS_FIRST_FREE;
    return 0;
}

static int make_cspace(sel4utils_process_t *process, vka_t *vka,
                       const sel4utils_process_config_t *config) {
    if (!config->create_cspace) {
        process->cspace = config->cnode;
        process->cspace_size = (uint32_t)config->cnode.size_bits;
        process->dest_tcb_cptr = config->dest_cspace_tcb_cptr;
        return 0;
    }
    process->cspace_size = (uint32_t)config->one_level_cspace_size_bits;
    if (BIT(process->cspace_size) <= SEL4UTILS_FIRST_FREE) {
        ZF_LOGE("A CSpace of %u bits is too small", process->cspace_size);
        return -1;
    }
    if (vka_alloc_cnode_object(vka, process->cspace_size, &process->cspace) != 0) {
        return -1;
    }
    process->own_cspace = true;
    return fill_cspace(process, vka, config);
}

static int open_image(const char *name, elf_t *elf) {
    unsigned long size = 0;
    const void *file = NULL;

    if (_cpio_archive != NULL) {
        unsigned long length = (unsigned long)(_cpio_archive_end - _cpio_archive);
        file = cpio_get_file(_cpio_archive, length, name, &size);
    }
    if (file == NULL) {
        ZF_LOGE("There is no file %s in the archive", name);
        return -1;
    }
    if (elf_newFile(file, size, elf) != 0) {
        ZF_LOGE("The file %s is not a sound ELF file", name);
        return -1;
    }
    return 0;
}

static int note_headers(sel4utils_process_t *process, const elf_t *elf) {
    process->num_elf_phdrs = (int)sel4utils_elf_num_phdrs(elf);
    process->elf_phdrs = calloc((size_t)process->num_elf_phdrs, sizeof(Elf_Phdr));
    process->num_elf_regions = sel4utils_elf_num_regions(elf);
    process->elf_regions = calloc((size_t)process->num_elf_regions, sizeof(sel4utils_elf_region_t));
    if (process->elf_phdrs == NULL || process->elf_regions == NULL) {
        ZF_LOGE("The heap is used up");
        return -1;
    }
    sel4utils_elf_read_phdrs(elf, (size_t)process->num_elf_phdrs, process->elf_phdrs);
    return 0;
}

static int load_program(sel4utils_process_t *process, vka_t *vka, vspace_t *spawner,
                        const sel4utils_process_config_t *config) {
    elf_t elf;

    process->pagesz = PAGE_SIZE_4K;
    if (!config->is_elf) {
        process->entry_point = config->entry_point;
        process->sysinfo = config->sysinfo;
        return 0;
    }
    if (open_image(config->image_name, &elf) != 0 || note_headers(process, &elf) != 0) {
        return -1;
    }
    if (config->do_elf_load) {
        process->entry_point = sel4utils_elf_load_record_regions(
            &process->vspace, spawner, vka, vka, &elf, process->elf_regions, 0);
    } else {
        process->entry_point = sel4utils_elf_reserve(&process->vspace, &elf, process->elf_regions);
    }
    return process->entry_point != NULL ? 0 : -1;
}

static int make_thread(sel4utils_process_t *process, vka_t *vka, vspace_t *spawner,
                       const sel4utils_process_config_t *config) {
    sel4utils_thread_config_t thread = {
        .cspace = process->cspace.cptr,
        .cspace_root_data = config->create_cspace ? guard_word(process) : seL4_NilData,
        .sched_params = config->sched_params,
    };

    if (process->fault_endpoint.cptr != 0) {
        thread.fault_endpoint =
            config->create_cspace ? SEL4UTILS_ENDPOINT_SLOT : process->fault_endpoint.cptr;
    }
    int error =
        sel4utils_configure_thread_config(vka, spawner, &process->vspace, thread, &process->thread);
    if (error == 0 && config->create_cspace) {
        error = give(process, vka, process->thread.tcb.cptr, SEL4UTILS_TCB_SLOT);
        process->cspace_next_free = SEL4UTILS_FIRST_FREE;
        process->dest_tcb_cptr = SEL4UTILS_TCB_SLOT;
    }
    return error;
}

int sel4utils_configure_process_custom(sel4utils_process_t *process, vka_t *vka,
                                       vspace_t *spawner_vspace,
                                       sel4utils_process_config_t config) {
    memset(process, 0, sizeof(*process));
    int error = make_vspace(process, vka, spawner_vspace, &config);
    if (error == 0) {
        error = make_fault_endpoint(process, vka, &config);
    }
    if (error == 0) {
        error = make_cspace(process, vka, &config);
    }
    if (error == 0) {
        error = load_program(process, vka, spawner_vspace, &config);
    }
    if (error == 0) {
        error = make_thread(process, vka, spawner_vspace, &config);
    }
    if (error != 0) {
        ZF_LOGE("Failed to make the process, error %d", error);
        sel4utils_destroy_process(process, vka);
        return -1;
    }
    return 0;
}

int sel4utils_configure_process(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace,
                                const char *image_name) {
    return sel4utils_configure_process_custom(
        process, vka, vspace, process_config_default(image_name, seL4_CapInitThreadASIDPool));
}

static void free_tables(sel4utils_process_t *process, vka_t *vka) {
    while (process->allocated_object_list_head != NULL) {
        object_node_t *node = process->allocated_object_list_head;
        process->allocated_object_list_head = node->next;
        vka_free_object(vka, &node->object);
        free(node);
    }
}

/* The thread goes first: from then on nothing of the process runs. */
void sel4utils_destroy_process(sel4utils_process_t *process, vka_t *vka) {
    if (process->thread.tcb.cptr != 0) {
        sel4utils_clean_up_thread(vka, &process->vspace, &process->thread);
    }
    if (process->own_cspace) {
        vka_free_object(vka, &process->cspace);
    }
    if (process->own_vspace) {
        if (process->vspace.data != NULL) {
            vspace_tear_down(&process->vspace, VSPACE_FREE);
        }
        free_tables(process, vka);
        vka_free_object(vka, &process->pd);
    }
    if (process->own_ep) {
        vka_free_object(vka, &process->fault_endpoint);
    }
    free(process->elf_phdrs);
    free(process->elf_regions);
    memset(process, 0, sizeof(*process));
}
