/*
 * Readers of foreign data and arithmetic of time, on the host under the sanitisers: whatever bytes
 * come, nothing outside of them is touched.
 */
#include "../../../libs/platsupport/src/pit.h"
#include "../../../libs/platsupport/src/timeout.h"
#include <cpio/cpio.h>
#include <elf/elf.h>
#include <platsupport/arch/tsc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static unsigned long random_state = 88172645463325252ul;

static unsigned long next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    CHECK(fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

/* Change a few bytes, and perhaps cut the end off; the copy has exactly the new length. */
static char *damage(const char *bytes, size_t *size) {
    size_t length = next_random() % 4 == 0 ? next_random() % (*size + 1) : *size;
    char *copy = malloc(length + (length == 0));
    memcpy(copy, bytes, length);
    for (unsigned long n = next_random() % 6; n > 0 && length > 0; n--) {
        /* Most of what steers a reader is at the beginning. */
        size_t range = next_random() % 2 == 0 && length > 256 ? 256 : length;
        copy[next_random() % range] = (char)(next_random() % 3 == 0 ? 0xff : next_random());
    }
    *size = length;
    return copy;
}

static unsigned long use_archive(const char *bytes, size_t size) {
    struct cpio_info info;
    const char *name;
    unsigned long length, sum = 0;
    cpio_info(bytes, size, &info);
    for (int i = 0; i < 8; i++) {
        const unsigned char *file = cpio_get_entry(bytes, size, i, &name, &length);
        if (file != NULL) {
            sum += strlen(name) + (length > 0 ? file[0] + file[length - 1] : 0);
        }
    }
    return sum + (cpio_get_file(bytes, size, "program", &length) != NULL);
}

static void damaged_archives_are_read_safely(const char *path) {
    size_t size, length;
    unsigned long sum = 0, number;
    char *bytes = read_file(path, &size);
    const char *program = cpio_get_file(bytes, size, "program", &number);
    CHECK(program != NULL && number == 9 && memcmp(program, "no image!", 9) == 0);
    for (int i = 0; i < 100000; i++) {
        length = size;
        char *copy = damage(bytes, &length);
        sum += use_archive(copy, length);
        free(copy);
    }
    CHECK(sum != 0);
    free(bytes);
}

static unsigned long use_image(const char *bytes, size_t size) {
    elf_t elf;
    uintptr_t min, max;
    unsigned long sum = 0;
    if (elf_newFile(bytes, size, &elf) != 0) {
        return 0;
    }
    for (size_t i = 0; i < elf_getNumProgramHeaders(&elf); i++) {
        const unsigned char *segment = elf_getProgramSegment(&elf, i);
        size_t length = elf_getProgramHeaderFileSize(&elf, i);
        if (elf_getProgramHeaderType(&elf, i) == PT_LOAD && length > 0) {
            sum += segment[0] + segment[length - 1];
            CHECK(elf_getProgramHeaderMemorySize(&elf, i) >= length);
        }
    }
    if (elf_getMemoryBounds(&elf, &min, &max)) {
        CHECK(min < max);
    }
    CHECK(elf_getProgramHeader(&elf, elf_getNumProgramHeaders(&elf)) == NULL);
    return sum + elf_getEntryPoint(&elf);
}

static void damaged_images_are_read_safely(const char *path) {
    size_t size, length;
    unsigned long good = 0;
    char *bytes = read_file(path, &size);
    CHECK(use_image(bytes, size) != 0);
    for (int i = 0; i < 20000; i++) {
        length = size;
        char *copy = damage(bytes, &length);
        good += use_image(copy, length) != 0;
        free(copy);
    }
    CHECK(good > 100);
    free(bytes);
}

static int calls;

static void count(void *token, ltimer_event_t event) {
    CHECK(token == &calls && event == LTIMER_TIMEOUT_EVENT);
    calls++;
}

static void timeouts_are_due_when_they_should_be(const char *path) {
    struct timeout timeout = {.callback = count, .token = &calls};
    (void)path;
    CHECK(!timeout_check(&timeout, ~0ul));
    CHECK(timeout_set(&timeout, 100, 50, TIMEOUT_RELATIVE) == 0);
    CHECK(!timeout_check(&timeout, 149) && timeout_check(&timeout, 150));
    CHECK(!timeout_check(&timeout, 1000) && calls == 1);
    CHECK(timeout_set(&timeout, 100, 120, TIMEOUT_ABSOLUTE) == 0 && timeout.due == 120);
    CHECK(timeout_set(&timeout, 100, 100, TIMEOUT_ABSOLUTE) == ETIME && !timeout.armed);
    CHECK(timeout_set(&timeout, 100, ~0ul - 50, TIMEOUT_RELATIVE) == EINVAL);
    CHECK(timeout_set(&timeout, 100, 30, TIMEOUT_PERIODIC) == 0);
    calls = 0;
    CHECK(timeout_check(&timeout, 130) && timeout.due == 160);
    CHECK(timeout_check(&timeout, 250) && timeout.due == 280 && calls == 2);
    CHECK(!timeout_check(&timeout, 279) && timeout_check(&timeout, 280) && timeout.due == 310);
}

static void times_become_ticks_without_overflow(const char *path) {
    (void)path;
    CHECK(pit_ticks(0) == 1 && pit_ticks(1000000) == 1193);
    CHECK(pit_ticks(~0ul) == PIT_MAX_TICKS && pit_ticks(54924000) < PIT_MAX_TICKS);
    CHECK(tsc_to_ns(2500, 2500) == 1000 && tsc_to_ns(2499, 2500) == 999);
    CHECK(tsc_to_ns(~0ul, 4000) == ~0ul / 4000 * 1000 + ~0ul % 4000 / 4);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(const char *path);
    } cases[] = {
        {"damaged_archives_are_read_safely", damaged_archives_are_read_safely},
        {"damaged_images_are_read_safely", damaged_images_are_read_safely},
        {"timeouts_are_due_when_they_should_be", timeouts_are_due_when_they_should_be},
        {"times_become_ticks_without_overflow", times_become_ticks_without_overflow},
    };
    for (size_t i = 0; argc == 3 && i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run(argv[2]);
            return 0;
        }
    }
    return 2;
}
