/* Checks an ELF file whole before anyone reads from it; see elf/elf.h. */
#include <elf/elf.h>
#include <string.h>

static const Elf64_Ehdr *header(const elf_t *elf) { return elf->elfFile; }

/* Whether [start, start + length) lies within a file of `size` bytes. */
static int within(uint64_t start, uint64_t length, uint64_t size) {
    return start <= size && length <= size - start;
}

static int is_elf64(const void *file, size_t size) {
    const unsigned char *ident = file;

    return size >= sizeof(Elf64_Ehdr) && memcmp(ident, "\177ELF", 4) == 0 && ident[4] == ELFCLASS64;
}

static int is_sound(const Elf64_Phdr *segment, size_t size) {
    return within(segment->p_offset, segment->p_filesz, size) &&
           segment->p_memsz >= segment->p_filesz &&
           segment->p_vaddr + segment->p_memsz >= segment->p_vaddr;
}

int elf_newFile(const void *file, size_t size, elf_t *res) {
    const Elf64_Ehdr *ehdr = file;

    if (!is_elf64(file, size) || ehdr->e_phentsize != sizeof(Elf64_Phdr) ||
        ehdr->e_phoff % sizeof(uint64_t) != 0 ||
        !within(ehdr->e_phoff, (uint64_t)ehdr->e_phnum * sizeof(Elf64_Phdr), size)) {
        return -1;
    }
    *res = (elf_t){.elfFile = file, .elfSize = size, .elfClass = ELFCLASS64};
    for (size_t i = 0; i < ehdr->e_phnum; i++) {
        if (!is_sound(elf_getProgramHeader(res, i), size)) {
            return -1;
        }
    }
    return 0;
}

uintptr_t elf_getEntryPoint(const elf_t *elf) { return header(elf)->e_entry; }

size_t elf_getNumProgramHeaders(const elf_t *elf) { return header(elf)->e_phnum; }

const Elf64_Phdr *elf_getProgramHeader(const elf_t *elf, size_t n) {
    const char *table = (const char *)elf->elfFile + header(elf)->e_phoff;

    return n < elf_getNumProgramHeaders(elf) ? (const Elf64_Phdr *)table + n : NULL;
}

const void *elf_getProgramSegment(const elf_t *elf, size_t n) {
    return (const char *)elf->elfFile + elf_getProgramHeaderOffset(elf, n);
}

uint32_t elf_getProgramHeaderType(const elf_t *elf, size_t n) {
    return elf_getProgramHeader(elf, n)->p_type;
}

uint32_t elf_getProgramHeaderFlags(const elf_t *elf, size_t n) {
    return elf_getProgramHeader(elf, n)->p_flags;
}

size_t elf_getProgramHeaderOffset(const elf_t *elf, size_t n) {
    return elf_getProgramHeader(elf, n)->p_offset;
}

uintptr_t elf_getProgramHeaderVaddr(const elf_t *elf, size_t n) {
    return elf_getProgramHeader(elf, n)->p_vaddr;
}

size_t elf_getProgramHeaderFileSize(const elf_t *elf, size_t n) {
    return elf_getProgramHeader(elf, n)->p_filesz;
}

size_t elf_getProgramHeaderMemorySize(const elf_t *elf, size_t n) {
    return elf_getProgramHeader(elf, n)->p_memsz;
}

int elf_getMemoryBounds(const elf_t *elf, uintptr_t *min, uintptr_t *max) {
    *min = UINTPTR_MAX;
    *max = 0;
    for (size_t i = 0; i < elf_getNumProgramHeaders(elf); i++) {
        const Elf64_Phdr *segment = elf_getProgramHeader(elf, i);
        if (segment->p_type != PT_LOAD || segment->p_memsz == 0) {
            continue;
        }
        *min = segment->p_vaddr < *min ? segment->p_vaddr : *min;
        *max =
            segment->p_vaddr + segment->p_memsz > *max ? segment->p_vaddr + segment->p_memsz : *max;
    }
    return *min < *max;
}
