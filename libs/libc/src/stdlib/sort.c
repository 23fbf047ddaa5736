/* Sorting and searching. qsort is a heap sort: no recursion, no memory, no bad case. */
#include <stdlib.h>
#include <string.h>

typedef int compare_t(const void *, const void *);

static void swap(char *a, char *b, size_t size) {
    char part[64];
    while (size != 0) {
        size_t n = size < sizeof part ? size : sizeof part;
        memcpy(part, a, n);
        memcpy(a, b, n);
        memcpy(b, part, n);
        a += n;
        b += n;
        size -= n;
    }
}

/* Lets element `at` of a heap of `count` elements sink to where no child is larger. */
static void sink(char *base, size_t at, size_t count, size_t size, compare_t *compare) {
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0) {
            child++;
        }
        if (compare(base + at * size, base + child * size) >= 0) {
            return;
        }
        swap(base + at * size, base + child * size, size);
        at = child;
    }
}

void qsort(void *base, size_t count, size_t size, compare_t *compare) {
    for (size_t i = count / 2; i-- != 0;) {
        sink(base, i, count, size, compare);
    }
    for (size_t last = count; last-- > 1;) {
        swap(base, (char *)base + last * size, size);
        sink(base, 0, last, size, compare);
    }
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, compare_t *compare) {
    const char *from = base;
    while (count != 0) {
        const char *middle = from + count / 2 * size;
        int order = compare(key, middle);
        if (order == 0) {
            return (void *)middle;
        }
        if (order > 0) {
            from = middle + size;
            count -= count / 2 + 1;
        } else {
            count /= 2;
        }
    }
    return NULL;
}
