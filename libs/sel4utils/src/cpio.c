/*
 * A walk over the entries of a "newc" archive.
 *
 * Each entry is a header of 110 characters (a magic word and 13 numbers of 8 hexadecimal digits),
 * the name with its terminator, and the file, each padded to a multiple of 4 bytes from the start.
 * The last entry is called TRAILER!!!. Padding is counted from the archive's first byte.
 */
#include <cpio/cpio.h>
#include <stdint.h>
#include <string.h>

#define HEADER_LENGTH 110
#define FIELD_DIGITS  8
#define MAGIC         "070701"
#define FILE_SIZE     6 /* numbers of the fields after the magic word */
#define NAME_SIZE     11
#define END_NAME      "TRAILER!!!"

struct entry {
    const char *name;
    unsigned long name_length; /* without the terminator */
    const char *file;
    unsigned long size;
    unsigned long next; /* offset of the entry after it */
};

static unsigned long round4(unsigned long offset) { return (offset + 3) & ~3ul; }

static int digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A header field as a number; -1 if it holds anything but digits. */
static long field(const char *header, int number) {
    const char *digits = header + sizeof(MAGIC) - 1 + number * FIELD_DIGITS;
    long value = 0;

    for (int i = 0; i < FIELD_DIGITS; i++) {
        int d = digit(digits[i]);
        if (d < 0) {
            return -1;
        }
        value = value << 4 | d;
    }
    return value;
}

/* Read the entry at an offset; 0 if it is whole and not the last one. */
static int read_entry(const char *archive, unsigned long len, unsigned long at,
                      struct entry *entry) {
    const char *header = archive + at;

    if (at > len || len - at < HEADER_LENGTH || memcmp(header, MAGIC, sizeof(MAGIC) - 1) != 0) {
        return -1;
    }
    long name_size = field(header, NAME_SIZE), size = field(header, FILE_SIZE);
    if (name_size < 1 || size < 0) {
        return -1;
    }
    unsigned long file = round4(at + HEADER_LENGTH + (unsigned long)name_size);
    if (file > len || (unsigned long)size > len - file) {
        return -1;
    }
    entry->name = header + HEADER_LENGTH;
    entry->name_length = (unsigned long)name_size - 1;
    entry->file = archive + file;
    entry->size = (unsigned long)size;
    entry->next = round4(file + entry->size);
    return entry->name[entry->name_length] == '\0' && strcmp(entry->name, END_NAME) != 0 ? 0 : -1;
}

const void *cpio_get_file(const void *archive, unsigned long len, const char *name,
                          unsigned long *size) {
    struct entry entry;

    for (unsigned long at = 0; read_entry(archive, len, at, &entry) == 0; at = entry.next) {
        if (strcmp(entry.name, name) == 0) {
            *size = entry.size;
            return entry.file;
        }
    }
    return NULL;
}

const void *cpio_get_entry(const void *archive, unsigned long len, int index, const char **name,
                           unsigned long *size) {
    struct entry entry;

    for (unsigned long at = 0; read_entry(archive, len, at, &entry) == 0; at = entry.next) {
        if (index-- == 0) {
            *name = entry.name;
            *size = entry.size;
            return entry.file;
        }
    }
    return NULL;
}

int cpio_info(const void *archive, unsigned long len, struct cpio_info *info) {
    struct entry entry;

    if (len < HEADER_LENGTH || memcmp(archive, MAGIC, sizeof(MAGIC) - 1) != 0) {
        return -1;
    }
    *info = (struct cpio_info){0};
    for (unsigned long at = 0; read_entry(archive, len, at, &entry) == 0; at = entry.next) {
        info->file_count++;
        if (entry.name_length > info->max_path_sz) {
            info->max_path_sz = (unsigned)entry.name_length;
        }
    }
    return 0;
}
