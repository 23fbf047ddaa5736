/* The root task's ELF file: bounds, entry, and laying it out in memory.
 *
 * Invariant: elf_load() runs only on a file that elf_check() accepted, so every segment lies within
 * the file and within [start, end).
 */
#include "boot/bootinfo.h"

#define ELF_CLASS_64 2

struct elf_file {
    uint8_t magic[4], class, ident[11];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, segments, sections;
    uint32_t flags;
    uint16_t header_size, segment_size, segment_count, section_size, section_count, names;
};

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, file_bytes, memory_bytes, align;
};
static_assert(sizeof(struct elf_file) == 64 && sizeof(struct elf_segment) == 56, "ELF");

static const struct elf_file *file(void) { return (const struct elf_file *)found.module.start; }
static uint64_t file_bytes(void) { return found.module.end - found.module.start; }

static struct elf_segment segment(unsigned i) {
    struct elf_segment copy; /* the file may have it at any address */
    __builtin_memcpy(&copy, (const char *)file() + file()->segments + i * sizeof copy, sizeof copy);
    return copy;
}

static bool is_elf(void) {
    return file_bytes() >= sizeof(struct elf_file) &&
           __builtin_memcmp(file()->magic, "\177ELF", 4) == 0 && file()->class == ELF_CLASS_64 &&
           (file()->segment_count == 0 || file()->segment_size == sizeof(struct elf_segment)) &&
           file()->segments <= file_bytes() &&
           file()->segment_count * sizeof(struct elf_segment) <= file_bytes() - file()->segments;
}

static bool is_within_file(struct elf_segment s) {
    return s.file_bytes <= s.memory_bytes && s.offset <= file_bytes() &&
           s.file_bytes <= file_bytes() - s.offset && s.memory_bytes <= ~0ul - s.vaddr;
}

struct elf_image elf_check(void) {
    const char *invalid = "Boot module does not contain a valid ELF image\n";
    boot_require(is_elf(), "%s", invalid);
    struct elf_image image = {.start = ~0ul, .end = 0, .entry = file()->entry};
    for (unsigned i = 0; i < file()->segment_count; i++) {
        struct elf_segment s = segment(i);
        if (s.memory_bytes == 0) /* all other kinds of segment count */
            continue;
        boot_require(is_within_file(s), "%s", invalid);
        image.start = MIN(image.start, s.vaddr);
        image.end = MAX(image.end, s.vaddr + s.memory_bytes);
    }
    boot_require(image.end != 0, "ELF image in boot module does not contain any segments\n");
    boot_require(image.start % PAGE_SIZE == 0,
                 "Userland image virtual start address must be 4KB-aligned\n");
    boot_require(image.end <= HIGHEST_IMAGE_END, "Userland image virtual end address too high\n");
    boot_require(image.entry >= image.start && image.entry < image.end,
                 "Userland image entry point does not lie within userland image\n");
    image.end = ALIGN_UP(image.end, PAGE_BITS);
    return image;
}

void elf_load(struct elf_image image, void *to) {
    __builtin_memset(to, 0, image.end - image.start);
    for (unsigned i = 0; i < file()->segment_count; i++) {
        struct elf_segment s = segment(i);
        if (s.memory_bytes == 0)
            continue;
        char *at = (char *)to + (s.vaddr - image.start);
        __builtin_memcpy(at, (const char *)file() + s.offset, s.file_bytes);
        __builtin_memset(at + s.file_bytes, 0, s.memory_bytes - s.file_bytes);
    }
}
