/*
 * Processes: a program in an address space and a CSpace of its own, with one thread.
 *
 * A created CSpace is one CNode whose slots are addressed with all 64 bits; slot 0 stays empty,
 * the first ones hold what the enum below says, and the rest is for the program's maker. A process
 * owns all that sel4utils_configure_process_custom() made for it, until
 * sel4utils_destroy_process(); a configuration that fails leaves nothing behind.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include <sel4utils/elf.h>
#include <sel4utils/process_config.h>
#include <sel4utils/thread.h>
#include <sel4utils/vspace.h>
#include <vka/vka.h>
#include <vspace/vspace.h>

/* A word as a decimal number: more than enough digits, and the terminator. */
#define WORD_STRING_SIZE ((CONFIG_WORD_SIZE / 3) + 1)

enum sel4utils_cspace_layout {
    SEL4UTILS_CNODE_SLOT = 1,
    SEL4UTILS_ENDPOINT_SLOT = 2, /* fault endpoint; empty without one */
    SEL4UTILS_PD_SLOT = 3,
    SEL4UTILS_ASID_POOL_SLOT = 4,
    SEL4UTILS_TCB_SLOT = 5,
    SEL4UTILS_SCHED_CONTEXT_SLOT = 6, /* empty in this kernel */
    SEL4UTILS_REPLY_SLOT = 7,         /* empty in this kernel */
    SEL4UTILS_FIRST_FREE = 8
};

typedef struct object_node {
    vka_object_t object;
    struct object_node *next;
} object_node_t;

typedef struct sel4utils_process {
    vka_object_t pd;
    vspace_t vspace;
    sel4utils_alloc_data_t data;
    vka_object_t cspace;
    uint32_t cspace_size; /* log2 of its slots */
    uint32_t cspace_next_free;
    sel4utils_thread_t thread;
    vka_object_t fault_endpoint;
    void *entry_point;
    uintptr_t sysinfo;
    seL4_CPtr dest_tcb_cptr; /* where the process finds its TCB */
    seL4_Word pagesz;
    object_node_t *allocated_object_list_head; /* paging structures */
    int num_elf_phdrs;
    Elf_Phdr *elf_phdrs;
    int num_elf_regions;
    sel4utils_elf_region_t *elf_regions;
    bool own_vspace;
    bool own_cspace;
    bool own_ep;
} sel4utils_process_t;

/**
 * Make a process from an ELF file of the archive, with everything of its own.
 * @param process       receives the process
 * @param vspace        address space of this program
 * @param image_name    name of the file in the archive
 * @return 0 or -1
 */
int sel4utils_configure_process(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace,
                                const char *image_name);

/** As sel4utils_configure_process(), from a configuration. */
int sel4utils_configure_process_custom(sel4utils_process_t *process, vka_t *vka,
                                       vspace_t *spawner_vspace, sel4utils_process_config_t config);

/**
 * Put arguments, environment and auxiliary vector on the stack and start at the entry point.
 * @param argc, argv  the program's arguments; argv[0] is by custom its name
 * @param resume      0: only prepare it, for seL4_TCB_Resume()
 * @return 0 or an error number
 */
int sel4utils_spawn_process_v(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace, int argc,
                              char *argv[], int resume);

/** Start at the entry point as at a function of argc, argv and the IPC buffer. */
int sel4utils_spawn_process(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace, int argc,
                            char *argv[], int resume);

/**
 * Copy a capability into the next free slot of a process.
 * @return its address there, 0 on failure
 */
seL4_CPtr sel4utils_copy_cap_to_process(sel4utils_process_t *process, vka_t *vka, seL4_CPtr cap);

/** As sel4utils_copy_cap_to_process(), from any CSpace. */
seL4_CPtr sel4utils_copy_path_to_process(sel4utils_process_t *process, cspacepath_t src);

/** As sel4utils_copy_cap_to_process(); the source's slot is empty afterwards, and freed. */
seL4_CPtr sel4utils_move_cap_to_process(sel4utils_process_t *process, cspacepath_t src,
                                        vka_t *from_vka);

/** As sel4utils_copy_path_to_process(), with rights and a badge. */
seL4_CPtr sel4utils_mint_cap_to_process(sel4utils_process_t *process, cspacepath_t src,
                                        seL4_CapRights_t rights, seL4_Word data);

/**
 * Write words as decimal arguments.
 * @param strings  room for argc numbers
 * @param argv     receives pointers to them
 * @param ...      argc values of type seL4_Word
 */
void sel4utils_create_word_args(char strings[][WORD_STRING_SIZE], char *argv[], int argc, ...);

/** Stop a process and free everything that it owns. */
void sel4utils_destroy_process(sel4utils_process_t *process, vka_t *vka);

/** @return the TCB of the process's thread */
static inline seL4_TCB sel4utils_process_get_tcb(sel4utils_process_t *process) {
    return process->thread.tcb.cptr;
}
