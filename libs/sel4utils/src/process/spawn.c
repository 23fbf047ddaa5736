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
    uintptr_t sp; /* what is filled so far, as an address in the process */
};

static void *at(const struct image *image, uintptr_t address)
{
    return image->bytes + (image->size - (image->top - address));
}

static uintptr_t push(struct image *image, const void *bytes, size_t length, size_t alignment)
{
    image->sp = ALIGN_DOWN(image->sp - length, alignment);
    memcpy(at(image, image->sp), bytes, length);
    return image->sp;
}

static int start_image(const sel4utils_process_t *process, struct image *image, int argc,
                       char *argv[])
{
    size_t words = FIXED_WORDS + (size_t)argc + MAX_AUX_WORDS;
    size_t size = words * sizeof(seL4_Word) + 4 * STACK_CALL_ALIGNMENT +
                  (size_t)process->num_elf_phdrs * sizeof(Elf_Phdr);

    for (int i = 0; i < argc; i++) {
        size += strlen(argv[i]) + 1;
    }
    if (size > process->thread.stack_size * PAGE_SIZE_4K / 2) {
        ZF_LOGE("The arguments take more than half of the stack");
        return -1;
    }
    uintptr_t top = (uintptr_t)process->thread.stack_top;
    *image = (struct image){.bytes = calloc(1, size), .size = size, .top = top, .sp = top};
    return image->bytes != NULL ? 0 : -1;
}

static void push_strings(struct image *image, int argc, char *argv[], seL4_Word *addresses)
{
    for (int i = argc - 1; i >= 0; i--) {
        addresses[i] = push(image, argv[i], strlen(argv[i]) + 1, 1);
    }
}

static size_t fill_auxv(const sel4utils_process_t *process, uintptr_t phdrs, seL4_Word *aux)
{
    size_t n = 0;
    const seL4_Word pairs[][2] = {
        {AT_PAGESZ, process->pagesz},
        {AT_PHDR, phdrs},
        {AT_PHENT, sizeof(Elf_Phdr)},
        {AT_PHNUM, (seL4_Word)process->num_elf_phdrs},
        {AT_SEL4_IPC_BUFFER_PTR, process->thread.ipc_buffer_addr},
        {AT_SEL4_TCB, process->dest_tcb_cptr},
        {AT_SYSINFO, process->sysinfo},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (pairs[i][0] != AT_SYSINFO || pairs[i][1] != 0) {
            aux[n++] = pairs[i][0];
            aux[n++] = pairs[i][1];
        }
    }
    aux[n++] = AT_NULL;
    aux[n++] = 0;
    return n;
}

/* The words that _start reads, below what they point to. */
static void push_words(const sel4utils_process_t *process, struct image *image, int argc,
                       const seL4_Word *addresses, uintptr_t phdrs)
{
    seL4_Word words[FIXED_WORDS + (size_t)argc + MAX_AUX_WORDS];
    size_t n = 0;

    words[n++] = (seL4_Word)argc;
    for (int i = 0; i < argc; i++) {
        words[n++] = addresses[i];
    }
    words[n++] = 0;
    words[n++] = 0;
    n += fill_auxv(process, phdrs, &words[n]);
    push(image, words, n * sizeof(words[0]), STACK_CALL_ALIGNMENT);
}

static int write_image(const sel4utils_process_t *process, vspace_t *vspace,
                       const struct image *image)
{
    return sel4utils_write_remote(vspace, (vspace_t *)&process->vspace, image->sp,
                                  at(image, image->sp), image->top - image->sp);
}

static int start_thread(sel4utils_process_t *process, seL4_UserContext *context, int resume)
{
    process->thread.initial_stack_pointer = (void *)sel4utils_get_sp(*context);
    return seL4_TCB_WriteRegisters(process->thread.tcb.cptr, (seL4_Bool)(resume != 0), 0,
                                   SEL4_USER_CONTEXT_WORDS, context);
}

int sel4utils_spawn_process_v(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace, int argc,
                              char *argv[], int resume)
{
    struct image image;
    seL4_Word addresses[argc + 1];
    seL4_UserContext context;
    (void)vka;

    if (start_image(process, &image, argc, argv) != 0) {
        return -1;
    }
    uintptr_t phdrs = push(&image, process->elf_phdrs,
                           (size_t)process->num_elf_phdrs * sizeof(Elf_Phdr), sizeof(seL4_Word));
    push_strings(&image, argc, argv, addresses);
    push_words(process, &image, argc, addresses, phdrs);
    int error = write_image(process, vspace, &image);
    free(image.bytes);
    if (error != 0) {
        ZF_LOGE("Failed to write the stack of the process, error %d", error);
        return error;
    }
    sel4utils_arch_init_context(process->entry_point, (void *)image.sp, &context);
    return start_thread(process, &context, resume);
}

int sel4utils_spawn_process(sel4utils_process_t *process, vka_t *vka, vspace_t *vspace, int argc,
                            char *argv[], int resume)
{
    struct image image;
    seL4_Word addresses[argc + 1];
    seL4_UserContext context;

    if (start_image(process, &image, argc, argv) != 0) {
        return -1;
    }
    push_strings(&image, argc, argv, addresses);
    addresses[argc] = 0;
    uintptr_t table = push(&image, addresses, sizeof(addresses), STACK_CALL_ALIGNMENT);
    int error = write_image(process, vspace, &image);
    free(image.bytes);
    if (error == 0) {
        error = sel4utils_arch_init_context_with_args(
            (sel4utils_thread_entry_fn)process->entry_point, (void *)(seL4_Word)argc, (void *)table,
            (void *)process->thread.ipc_buffer_addr, false, (void *)image.sp, &context, vka, vspace,
            &process->vspace);
    }
    return error == 0 ? start_thread(process, &context, resume) : error;
}
