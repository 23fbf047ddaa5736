/* First fit over an address-ordered list; see mspace.h for the invariants. */
#include <allocman/mspace/mspace.h>
#include <stdint.h>

#define GRAIN 16ul

static size_t rounded(size_t bytes) {
    return bytes == 0 ? GRAIN : (bytes + GRAIN - 1) & ~(GRAIN - 1);
}

static char *end_of(struct mspace_block *block) { return (char *)block + block->size; }

/* Join a block with the one after it if they touch. */
static void join_next(struct mspace_block *block) {
    if (block->next != NULL && end_of(block) == (char *)block->next) {
        block->size += block->next->size;
        block->next = block->next->next;
    }
}

static void insert(struct mspace *mspace, void *start, size_t bytes) {
    struct mspace_block *block = start, *before = NULL, *after = mspace->free;

    while (after != NULL && after < block) {
        before = after;
        after = after->next;
    }
    block->size = bytes;
    block->next = after;
    mspace->free_bytes += bytes;
    join_next(block);
    if (before == NULL) {
        mspace->free = block;
    } else {
        before->next = block;
        join_next(before);
    }
}

void mspace_add(struct mspace *mspace, void *start, size_t bytes) {
    uintptr_t low = ((uintptr_t)start + GRAIN - 1) & ~(GRAIN - 1);
    uintptr_t high = ((uintptr_t)start + bytes) & ~(GRAIN - 1);

    if (high > low) {
        insert(mspace, (void *)low, high - low);
    }
}

void *mspace_alloc(struct mspace *mspace, size_t bytes) {
    struct mspace_block **link = &mspace->free;

    if (bytes > mspace->free_bytes) {
        return NULL;
    }
    bytes = rounded(bytes);
    while (*link != NULL && (*link)->size < bytes) {
        link = &(*link)->next;
    }
    struct mspace_block *found = *link;
    if (found == NULL) {
        return NULL;
    }
    if (found->size > bytes) {
        struct mspace_block *rest = (void *)((char *)found + bytes);
        rest->size = found->size - bytes;
        rest->next = found->next;
        *link = rest;
    } else {
        *link = found->next;
    }
    mspace->free_bytes -= bytes;
    return found;
}

void mspace_free(struct mspace *mspace, void *ptr, size_t bytes) {
    if (ptr != NULL) {
        insert(mspace, ptr, rounded(bytes));
    }
}
