/* Capabilities for a process: each goes into the next free slot, which is used up only then. */
#include <sel4utils/process.h>
#include <stdarg.h>
#include <stdio.h>
#include <utils/zf_log.h>
#include <vka/capops.h>

/* The next free slot of the process's CNode; -1 if it is full. */
static int next_slot(const sel4utils_process_t *process, cspacepath_t *dest) {
    if (process->cspace_next_free >= BIT(process->cspace_size)) {
        ZF_LOGE("The CSpace of the process is full");
        return -1;
    }
    *dest = (cspacepath_t){
        .root = process->cspace.cptr,
        .capPtr = process->cspace_next_free,
        .capDepth = process->cspace_size,
        .offset = process->cspace_next_free,
        .window = 1,
    };
    return 0;
}

static seL4_CPtr take_slot(sel4utils_process_t *process, int error) {
    if (error != 0) {
        ZF_LOGE("Failed to give a capability to the process, error %d", error);
        return 0;
    }
    return process->cspace_next_free++;
}

seL4_CPtr sel4utils_mint_cap_to_process(sel4utils_process_t *process, cspacepath_t src,
                                        seL4_CapRights_t rights, seL4_Word data) {
    cspacepath_t dest;

    if (next_slot(process, &dest) != 0) {
        return 0;
    }
    return take_slot(process, vka_cnode_mint(&dest, &src, rights, data));
}

seL4_CPtr sel4utils_copy_path_to_process(sel4utils_process_t *process, cspacepath_t src) {
    cspacepath_t dest;

    if (next_slot(process, &dest) != 0) {
        return 0;
    }
    return take_slot(process, vka_cnode_copy(&dest, &src, seL4_AllRights));
}

seL4_CPtr sel4utils_move_cap_to_process(sel4utils_process_t *process, cspacepath_t src,
                                        vka_t *from_vka) {
    cspacepath_t dest;

    if (next_slot(process, &dest) != 0) {
        return 0;
    }
    seL4_CPtr slot = take_slot(process, vka_cnode_move(&dest, &src));
    if (slot != 0 && from_vka != NULL) {
        vka_cspace_free_path(from_vka, src);
    }
    return slot;
}

seL4_CPtr sel4utils_copy_cap_to_process(sel4utils_process_t *process, vka_t *vka, seL4_CPtr cap) {
    cspacepath_t path;

    vka_cspace_make_path(vka, cap, &path);
    return sel4utils_copy_path_to_process(process, path);
}

void sel4utils_create_word_args(char strings[][WORD_STRING_SIZE], char *argv[], int argc, ...) {
    va_list args;

    va_start(args, argc);
    for (int i = 0; i < argc; i++) {
        snprintf(strings[i], WORD_STRING_SIZE, "%lu", va_arg(args, seL4_Word));
        argv[i] = strings[i];
    }
    va_end(args);
}
