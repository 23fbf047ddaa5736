/* The heap: one static pool, first fit, free blocks in a list by ascending address.
 *
 * Invariants: blocks tile the pool without gaps; two free blocks never touch; a block in use
 * carries a mark made from its address, so that freeing what was never allocated, or twice, is
 * noticed. Not locked: threads of one program must not use the heap at the same time. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef LIBC_HEAP_SIZE
#define LIBC_HEAP_SIZE (256 * 1024)
#endif

struct block {
    size_t size; /* of the whole block, this head included; a multiple of 16 */
    union {
        struct block *next; /* free: the next free block */
        uintptr_t mark;     /* in use */
    };
};

enum { UNIT = sizeof(struct block) };
_Static_assert(UNIT == 16, "what malloc returns is aligned to 16");

static _Alignas(16) char pool[LIBC_HEAP_SIZE];
static struct block *free_list;
static int initialised;

static uintptr_t mark_of(const struct block *b) { return (uintptr_t)b ^ 0x6865617062616c6cul; }

static struct block *block_of(void *memory) {
    struct block *b = (struct block *)memory - 1;
    if (b->mark != mark_of(b)) {
        fprintf(stderr, "heap: %p was not allocated, or is freed twice\n", memory);
        abort();
    }
    return b;
}

static void initialise(void) {
    free_list = (struct block *)pool;
    *free_list = (struct block){.size = sizeof pool / UNIT * UNIT};
    initialised = 1;
}

/* Size of the block for a request; 0 if it can never be served. */
static size_t block_size(size_t request) {
    return request > sizeof pool ? 0 : (request + UNIT + UNIT - 1) / UNIT * UNIT;
}

/* Takes a block for `request` bytes off the list. */
static struct block *take(size_t request) {
    if (!initialised) {
        initialise();
    }
    size_t size = block_size(request);
    for (struct block **link = &free_list; size != 0 && *link != NULL; link = &(*link)->next) {
        struct block *b = *link;
        if (b->size < size) {
            continue;
        }
        if (b->size - size >= 2 * UNIT) { /* else the rest would be too small to be of use */
            struct block *rest = (struct block *)((char *)b + size);
            *rest = (struct block){.size = b->size - size, .next = b->next};
            b->size = size;
            *link = rest;
        } else {
            *link = b->next;
        }
        b->mark = mark_of(b);
        return b;
    }
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t request) {
    struct block *b = take(request);
    return b != NULL ? b + 1 : NULL;
}

/* Joins a free block with the next one if they touch. */
static void join(struct block *b) {
    struct block *next = b->next;
    if ((char *)b + b->size == (char *)next) {
        b->size += next->size;
        b->next = next->next;
    }
}

void free(void *memory) {
    if (memory == NULL) {
        return;
    }
    struct block *b = block_of(memory);
    struct block *before = NULL, *after = free_list;
    while (after != NULL && after < b) {
        before = after;
        after = after->next;
    }
    b->next = after;
    join(b);
    if (before == NULL) {
        free_list = b;
    } else {
        before->next = b;
        join(before);
    }
}

void *calloc(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = malloc(total);
    return memory != NULL ? memset(memory, 0, total) : NULL;
}

void *realloc(void *memory, size_t request) {
    if (memory == NULL) {
        return malloc(request);
    }
    size_t room = block_of(memory)->size - UNIT;
    if (request <= room && request >= room / 2) {
        return memory;
    }
    void *other = malloc(request);
    if (other != NULL) {
        memcpy(other, memory, room < request ? room : request);
        free(memory);
    }
    return other;
}

/* Moves the start of a block in use `offset` bytes up and gives back what was before. */
static struct block *trim(struct block *b, size_t offset) {
    struct block *tail = (struct block *)((char *)b + offset);
    tail->size = b->size - offset;
    tail->mark = mark_of(tail);
    b->size = offset;
    free(b + 1);
    return tail;
}

void *aligned_alloc(size_t alignment, size_t request) {
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    if (alignment <= UNIT) {
        return malloc(request);
    }
    if (alignment > sizeof pool || request > sizeof pool) {
        errno = ENOMEM;
        return NULL;
    }
    struct block *b = take(request + alignment + 2 * UNIT);
    if (b == NULL || (uintptr_t)(b + 1) % alignment == 0) {
        return b != NULL ? b + 1 : NULL;
    }
    /* Far enough in that the front is a block that can be given back. */
    uintptr_t memory = (uintptr_t)(b + 1);
    uintptr_t at = (memory + 2 * UNIT + alignment - 1) & ~(alignment - 1);
    return trim(b, at - memory) + 1;
}

int posix_memalign(void **memory, size_t alignment, size_t request) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    *memory = aligned_alloc(alignment, request);
    return *memory != NULL ? 0 : ENOMEM;
}
