/*
 * A program's memory: its ELF image, IPC buffer and stack in one run of large frames.
 *
 *     low                  stack_top    ipc_buffer    image        high
 *      | (stack grows down) |  one page  |  one page  | ...         |
 *
 * The frames are mapped in the loader only while they are filled. Fresh frames are zero, so only
 * bytes that are in the file are copied.
 */
#include "loader.h"
#include <elf/elf.h>
#include <sel4runtime/auxv.h>
#include <string.h>

/* Address in the loader under which frames are filled: within its first GiB, so that the tables
 * for large pages exist, and above anything that is linked into it. */
#define WINDOW 0x20000000ul

static elf_t open_image(const struct loader_program *program) {
    elf_t elf;

    if (elf_newFile(program->image, (size_t)(program->image_end - program->image), &elf) != 0) {
        loader_fail(program->name, "its image is not a sound ELF file", seL4_NoError);
    }
    return elf;
}

struct loader_layout loader_image_layout(const struct loader_program *program) {
    elf_t elf = open_image(program);
    uintptr_t min, max;

    if (!elf_getMemoryBounds(&elf, &min, &max) || max > seL4_UserTop - LOADER_FRAME ||
        min < LOADER_FRAME) {
        loader_fail(program->name, "its image has no place in user memory", seL4_NoError);
    }
    seL4_Word image = min & ~(LOADER_PAGE - 1);
    seL4_Word ipc_buffer = image - LOADER_PAGE;
    return (struct loader_layout){
        .low = (ipc_buffer - LOADER_MIN_STACK) & ~(LOADER_FRAME - 1),
        .high = (max + LOADER_FRAME - 1) & ~(LOADER_FRAME - 1),
        .ipc_buffer = ipc_buffer,
        .stack_top = ipc_buffer,
        .entry = elf_getEntryPoint(&elf),
    };
}

/* Where a byte of the program is while the window is open. */
static void *in_window(const struct loader_made *made, seL4_Word address) {
    return (void *)(WINDOW + (address - made->layout.low));
}

static void copy_segments(const struct loader_made *made, const elf_t *elf) {
    for (size_t i = 0; i < elf_getNumProgramHeaders(elf); i++) {
        if (elf_getProgramHeaderType(elf, i) == PT_LOAD) {
            memcpy(in_window(made, elf_getProgramHeaderVaddr(elf, i)),
                   elf_getProgramSegment(elf, i), elf_getProgramHeaderFileSize(elf, i));
        }
    }
}

/* Put bytes below the stack pointer; returns their address in the program. */
static seL4_Word push(struct loader_made *made, const void *bytes, size_t length) {
    made->stack_pointer = (made->stack_pointer - length) & ~15ul;
    memcpy(in_window(made, made->stack_pointer), bytes, length);
    return made->stack_pointer;
}

/* argc, argv, environment and auxiliary vector, as _start expects them at the stack pointer. */
static void push_start_words(const struct loader_program *program, struct loader_made *made,
                             const elf_t *elf) {
    made->stack_pointer = made->layout.stack_top;
    seL4_Word headers = elf_getNumProgramHeaders(elf);
    seL4_Word table = push(made, elf_getProgramHeader(elf, 0), headers * sizeof(Elf64_Phdr));
    seL4_Word name = push(made, program->name, strlen(program->name) + 1);
    seL4_Word words[] = {
        1,
        name,
        0, /* argc, argv */
        0, /* environment */
        AT_PAGESZ,
        LOADER_PAGE,
        AT_PHDR,
        table,
        AT_PHENT,
        sizeof(Elf64_Phdr),
        AT_PHNUM,
        headers,
        AT_SEL4_IPC_BUFFER_PTR,
        made->layout.ipc_buffer,
        AT_SEL4_TCB,
        LOADER_SLOT_TCB,
        AT_NULL,
        0,
    };
    push(made, words, sizeof(words));
}

static void map_frames(const struct loader_program *program, const struct loader_made *made,
                       seL4_CPtr vspace, seL4_Word address) {
    seL4_Word count = (made->layout.high - made->layout.low) / LOADER_FRAME;

    for (seL4_Word i = 0; i < count; i++) {
        loader_check(seL4_X86_Page_Map(made->frames + i, vspace, address + i * LOADER_FRAME,
                                       seL4_ReadWrite, seL4_X86_Default_VMAttributes),
                     program->name, "cannot map its memory");
    }
}

static void unmap_frames(const struct loader_program *program, const struct loader_made *made) {
    seL4_Word count = (made->layout.high - made->layout.low) / LOADER_FRAME;

    for (seL4_Word i = 0; i < count; i++) {
        loader_check(seL4_X86_Page_Unmap(made->frames + i), program->name,
                     "cannot unmap its memory");
    }
}

void loader_image_load(const struct loader_program *program, struct loader_made *made) {
    elf_t elf = open_image(program);

    map_frames(program, made, seL4_CapInitThreadVSpace, WINDOW);
    copy_segments(made, &elf);
    push_start_words(program, made, &elf);
    unmap_frames(program, made);
    map_frames(program, made, made->vspace, made->layout.low);
}
