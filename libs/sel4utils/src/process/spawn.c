/*
 * A process's first stack: everything is put together here and written over in one go.
 *
 * From the stack pointer upward: argc, argv, NULL, environment (empty), NULL, auxiliary vector;
 * then what these point to: the strings and the program headers. The stack pointer is a multiple
 * of 16.
 */
#include <sel4runtime.h>
#include <sel4utils/helpers.h>
#include <sel4utils/process.h>
#include <stdlib.h>
#include <string.h>
#include <utils/arith.h>
#include <utils/page.h>
#include <utils/zf_log.h>

#define MAX_AUX_WORDS 16
/* argc, the NULL of argv, the NULL of the environment. */
#define FIXED_WORDS 3

/* A copy of the top of the process's stack: bytes[size] stands for the address `top`. */
struct image {
    char *bytes;
    size_t size;
    uintptr_t top;
    uintptr_t sp;     /* what is filled so far, as an address in the process */
    seL4_Word *words; /* what will be pushed last: argc, argv, … */
    size_t num_words;
};

static void *at(const struct image *image, uintptr_t address) {
    return image->bytes + (image->size - (image->top - address));
}

static uintptr_t push(struct image *image, const void *bytes, size_t length, size_t alignment) {
    image->sp = ALIGN_DOWN(image->sp - length, alignment);
    memcpy(at(image, image->sp), bytes, length);
    return image->sp;
}

static void free_image(struct image *image) {
    free(image->bytes);
    free(image->words);
}

static size_t image_size(const sel4utils_process_t *process, int argc, char *argv[], size_t words) {
    size_t size = words * sizeof(seL4_Word) + 4 * STACK_CALL_ALIGNMENT +
                  (size_t)process->num_elf_phdrs * sizeof(Elf_Phdr);

    for (int i = 0; i < argc; i++) {
        size += strlen(argv[i]) + 1;
    }
    return size;
}

/* On the heap, not on the caller's stack: that may be smaller than the arguments. */
static int start_image(const sel4utils_process_t *process, struct image *image, int argc,
                       char *argv[]) {
    size_t words = FIXED_WORDS + (size_t)argc + MAX_AUX_WORDS;
    size_t size = image_size(process, argc, argv, words);
    uintptr_t top = (uintptr_t)process->thread.stack_top;

    *image = (struct image){.size = size, .top = top, .sp = top};
    if (size > process->thread.stack_size * PAGE_SIZE_4K / 2) {
        ZF_LOGE("The arguments take more than half of the stack");
        return -1;
    }
    image->bytes = calloc(1, size);
    image->words = calloc(words, sizeof(seL4_Word));
    if (image->bytes == NULL || image->words == NULL) {
        ZF_LOGE("The heap is used up");
        free_image(image);
        return -1;
    }
    return 0;
}

static void add_word(struct image *image, seL4_Word word) {
    image->words[image->num_words++] = word;
}

static void add_pair(struct image *image, seL4_Word type, seL4_Word value) {
    add_word(image, type);
    add_word(image, value);
}

/* argc, argv and the empty environment; the strings go on the stack as they come. */
static void add_arguments(struct image *image, int argc, char *argv[]) {
    add_word(image, (seL4_Word)argc);
    for (int i = 0; i < argc; i++) {
        add_word(image, push(image, argv[i], strlen(argv[i]) + 1, 1));
    }
    add_word(image, 0);
    add_word(image, 0);
}

static void add_auxv(struct image *image, const sel4utils_process_t *process) {
    size_t headers = (size_t)process->num_elf_phdrs;

    add_pair(image, AT_PAGESZ, process->pagesz);
    if (headers != 0) {
        add_pair(image, AT_PHDR, push(image, process->elf_phdrs, headers * sizeof(Elf_Phdr), 8));
    }
    add_pair(image, AT_PHENT, sizeof(Elf_Phdr));
    add_pair(image, AT_PHNUM, headers);
    add_pair(image, AT_SEL4_IPC_BUFFER_PTR, process->thread.ipc_buffer_addr);
    add_pair(image, AT_SEL4_TCB, process->dest_tcb_cptr);
    if (process->sysinfo != 0) {
        add_pair(image, AT_SYSINFO, process->sysinfo);
    }
    add_pair(image, AT_NULL, 0);
}

/* Copy the words and what they point to onto the process's stack; the image is used up. */
static int write_image(const sel4utils_process_t *process, vspace_t *vspace, struct image *image) {
    push(image, image->words, image->num_words * sizeof(seL4_Word), STACK_CALL_ALIGNMENT);
    int error = sel4utils_write_remote(vspace, (vspace_t *)&process->vspace, image->sp,
                                       at(image, image->sp), image->top - image->sp);
    if (error != 0) {
        ZF_LOGE("Failed to write the stack of the process, error %d", error);
    }
    free_image(image);
    return error;
}

static int start_thread(sel4utils_process_t *process, seL4_UserContext *context, int resume) {
    process->thread.initial_stack_pointer = (void *)sel4utils_get_sp(*context);
    return seL4_TCB_WriteRegisters(process->thread.tcb.cptr, (seL4_Bool)(resume != 0), 0,
                                   SEL4_USER_CONTEXT_WORDS, context);
}

int sel4utils_spawn_process_v(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace, int argc,
                              char *argv[], int resume) {
    struct image image;
    seL4_UserContext context;
    (void)vka;

    int error = start_image(process, &image, argc, argv);
    if (error != 0) {
        return error;
    }
    add_arguments(&image, argc, argv);
    add_auxv(&image, process);
    error = write_image(process, vspace, &image);
    if (error != 0) {
        return error;
    }
    sel4utils_arch_init_context(process->entry_point, (void *)image.sp, &context);
    return start_thread(process, &context, resume);
}

int sel4utils_spawn_process(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace, int argc,
                            char *argv[], int resume) {
    struct image image;
    seL4_UserContext context;

    int error = start_image(process, &image, argc, argv);
    if (error != 0) {
        return error;
    }
    add_arguments(&image, argc, argv);
    error = write_image(process, vspace, &image);
    if (error != 0) {
        return error;
    }
    /* The words are argc and then argv. */
    error = sel4utils_arch_init_context_with_args(
        (sel4utils_thread_entry_fn)process->entry_point, (void *)(seL4_Word)argc,
        (void *)(image.sp + sizeof(seL4_Word)), (void *)process->thread.ipc_buffer_addr, false,
        (void *)image.sp, &context, vka, vspace, &process->vspace);
    return error == 0 ? start_thread(process, &context, resume) : error;
}
