/* Extra BootInfo: packed blocks, each a kind and a length (with this head), then data. */
#include "boot/bootinfo.h"

#include "x86/x86.h"

enum block_id { block_vbe = 1, block_memory_map, block_rsdp, block_framebuffer, block_tsc };

struct block_head {
    word_t id, length;
};

/* The page has room for all. */
#define BLOCK_BYTES(data) (sizeof(struct block_head) + sizeof(data))
static_assert(BLOCK_BYTES(found.vbe) == 800 && BLOCK_BYTES(found.rsdp) == 52, "ABI");
static_assert(BLOCK_BYTES(found.framebuffer) == 38 && BLOCK_BYTES(found.memory_map) == 1220, "ABI");

static char *write_block(char *at, enum block_id id, const void *data, size_t bytes) {
    struct block_head head = {id, sizeof head + bytes};
    __builtin_memcpy(at, &head, sizeof head);
    __builtin_memcpy(at + sizeof head, data, bytes);
    return at + head.length;
}

word_t bootinfo_write_extra(void *page) {
    char *at = page;
    uint32_t tsc_mhz = clock_tsc_mhz();
    if (found.has_vbe)
        at = write_block(at, block_vbe, &found.vbe, sizeof found.vbe);
    at = write_block(at, block_rsdp, &found.rsdp, sizeof found.rsdp);
    if (found.has_framebuffer)
        at = write_block(at, block_framebuffer, &found.framebuffer, sizeof found.framebuffer);
    at = write_block(at, block_memory_map, &found.memory_map, sizeof found.memory_map);
    at = write_block(at, block_tsc, &tsc_mhz, sizeof tsc_mhz);
    return (word_t)(at - (char *)page);
}
