/*
 * Reading of 64-bit ELF files that lie in memory.
 *
 * elf_newFile() checks everything once: afterwards each program header lies within the file, so do
 * the bytes that it describes, and no address of it wraps around. The getters then cannot fail.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ELFCLASS64 2

#define PT_NULL 0
#define PT_LOAD 1
#define PT_PHDR 6
#define PT_TLS  7

#define PF_X 1
#define PF_W 2
#define PF_R 4

typedef struct {
    unsigned char e_ident[16];
    uint16_t e_type;
    uint16_t e_machine;
    uint32_t e_version;
    uint64_t e_entry;
    uint64_t e_phoff;
    uint64_t e_shoff;
    uint32_t e_flags;
    uint16_t e_ehsize;
    uint16_t e_phentsize;
    uint16_t e_phnum;
    uint16_t e_shentsize;
    uint16_t e_shnum;
    uint16_t e_shstrndx;
} Elf64_Ehdr;

typedef struct {
    uint32_t p_type;
    uint32_t p_flags;
    uint64_t p_offset;
    uint64_t p_vaddr;
    uint64_t p_paddr;
    uint64_t p_filesz;
    uint64_t p_memsz;
    uint64_t p_align;
} Elf64_Phdr;

typedef Elf64_Phdr Elf_Phdr;

typedef struct elf {
    const void *elfFile;
    size_t elfSize;
    unsigned char elfClass;
} elf_t;

/**
 * Check a file and prepare to read it.
 * @param file  the file's bytes, 8-byte aligned
 * @param size  how many there are
 * @param res   receives the file's description
 * @return 0, or -1 if it is not a sound 64-bit ELF file
 */
int elf_newFile(const void *file, size_t size, elf_t *res);

/** @return the address at which the program starts */
uintptr_t elf_getEntryPoint(const elf_t *elf);

/** @return the number of program headers */
size_t elf_getNumProgramHeaders(const elf_t *elf);

/** @return one program header, NULL beyond the last */
const Elf64_Phdr *elf_getProgramHeader(const elf_t *elf, size_t n);

/** @return the bytes in the file that a program header describes */
const void *elf_getProgramSegment(const elf_t *elf, size_t n);

/** @return what a program header describes, PT_LOAD and others */
uint32_t elf_getProgramHeaderType(const elf_t *elf, size_t n);
/** @return how a segment is used, PF_R and others */
uint32_t elf_getProgramHeaderFlags(const elf_t *elf, size_t n);
/** @return where a segment begins in the file */
size_t elf_getProgramHeaderOffset(const elf_t *elf, size_t n);
/** @return where a segment is loaded */
uintptr_t elf_getProgramHeaderVaddr(const elf_t *elf, size_t n);
/** @return bytes of a segment in the file */
size_t elf_getProgramHeaderFileSize(const elf_t *elf, size_t n);
/** @return bytes of a segment in memory; those beyond the file are zero */
size_t elf_getProgramHeaderMemorySize(const elf_t *elf, size_t n);

/**
 * Find the range of addresses that the loaded segments take.
 * @param min, max  receive the first address and the first one after the last
 * @return 1, or 0 if nothing is to be loaded
 */
int elf_getMemoryBounds(const elf_t *elf, uintptr_t *min, uintptr_t *max);
