/*
 * Reading of a cpio archive ("newc" format) that lies in memory: the programs that a root task
 * carries inside its own image.
 *
 * No function looks outside of the given length, whatever the archive says.
 */
#pragma once

#include <stddef.h>

/* The archive of this image, if one is linked in: both are NULL in an image without. */
extern char _cpio_archive[] __attribute__((weak));
extern char _cpio_archive_end[] __attribute__((weak));

/*
 * Link the archive file PATH (a string, found as by the assembler's .incbin) into this image. Used
 * once, outside of functions.
 */
#define CPIO_ARCHIVE(path)                                                                         \
    __asm__(".section .rodata\n"                                                                   \
            ".balign 16\n"                                                                         \
            ".globl _cpio_archive\n_cpio_archive:\n"                                               \
            ".incbin \"" path "\"\n"                                                               \
            ".globl _cpio_archive_end\n_cpio_archive_end:\n"                                       \
            ".byte 0\n"                                                                            \
            ".text\n")

struct cpio_info {
    unsigned file_count;
    unsigned max_path_sz; /* longest name, without its terminator */
};

/**
 * Find a file by name.
 * @param len   length of the archive
 * @param size  receives the file's length
 * @return the file's bytes, NULL if it is not there
 */
const void *cpio_get_file(const void *archive, unsigned long len, const char *name,
                          unsigned long *size);

/**
 * Get a file by number, in the archive's order.
 * @param name  receives its name
 * @param size  receives its length
 * @return the file's bytes, NULL beyond the last
 */
const void *cpio_get_entry(const void *archive, unsigned long len, int index, const char **name,
                           unsigned long *size);

/** Count the files. @return 0, or -1 if this is no archive */
int cpio_info(const void *archive, unsigned long len, struct cpio_info *info);
