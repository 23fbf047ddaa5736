/* The loader proper: takes what QEMU hands over, places the kernel, and builds the information of
 * both protocols. Everything of the loader lies above 64 MiB, out of the kernel's way.
 */
#include "handover.h"

struct elf32 {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version, entry, segments, sections, flags;
    uint16_t header_size, segment_size, segment_count;
};
struct elf32_segment {
    uint32_t type, offset, vaddr, paddr, file_bytes, memory_bytes, flags, align;
};

void load(const struct info1 *given) __attribute__((noreturn));
void enter(uint32_t entry, uint32_t with, const void *information) __attribute__((noreturn));
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

uint32_t magic;
const void *handed;
struct info1 info;
struct map_entry map[MOST_ENTRIES];
struct module modules[MOST_MODULES];
static const char *command_line;

void *memcpy(void *to, const void *from, size_t bytes) {
    void *at = to;
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t bytes) {
    void *at = to;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
    return to;
}

static uint32_t length_of(const char *text) {
    uint32_t n = 0;
    while (text[n]) {
        n++;
    }
    return n;
}

static uint32_t address(const void *object) { return (uint32_t)object; }

/* ---- multiboot 1 ---- */

void map_clear(void) { info.map_bytes = 0; }

void map_add(uint64_t base, uint64_t length, uint32_t type) {
    map[info.map_bytes / sizeof map[0]] =
        (struct map_entry){sizeof map[0] - sizeof(uint32_t), base, length, type};
    info.map_bytes += sizeof map[0];
}

static void build_info(const struct info1 *given) {
    const struct module *task = (const struct module *)given->modules + 1;
    command_line = (const char *)given->command_line;
    modules[0] = (struct module){task->start, task->end, address("the task"), 0};
    info = (struct info1){.flags = HAS_MEMORY | HAS_COMMAND_LINE | HAS_MODULES | HAS_MAP,
                          .mem_lower = given->mem_lower,
                          .mem_upper = given->mem_upper,
                          .command_line = given->command_line,
                          .module_count = 1,
                          .modules = address(modules),
                          .map_bytes = given->map_bytes,
                          .map = address(map)};
    memcpy(map, (const void *)given->map, given->map_bytes);
    magic = MAGIC1;
    handed = &info;
}

/* ---- multiboot 2 ---- */

static char tags[16384] __attribute__((aligned(8)));
static uint32_t tag_bytes;

void tags_begin(void) {
    tag_bytes = 8;
    magic = MAGIC2;
    handed = tags;
}

void *tag_add(uint32_t type, const void *data, uint32_t bytes) {
    uint32_t *head = (uint32_t *)(tags + tag_bytes);
    head[0] = type;
    head[1] = bytes + 8;
    memcpy(head + 2, data, bytes);
    tag_bytes += (bytes + 8 + 7) & ~7u;
    return head;
}

void tag_command_line(void) { tag_add(1, command_line, length_of(command_line) + 1); }

void tag_module(uint32_t start, uint32_t end) {
    struct {
        uint32_t start, end;
        char name[9];
    } module = {start, end, "the task"};
    tag_add(3, &module, sizeof module);
}

void tag_map(void) {
    static struct {
        uint32_t entry_size, version;
        struct {
            uint64_t base, length;
            uint32_t type, reserved;
        } entry[MOST_ENTRIES];
    } body = {.entry_size = 24};
    uint32_t count = info.map_bytes / sizeof map[0];
    for (uint32_t i = 0; i < count; i++) {
        body.entry[i].base = map[i].base;
        body.entry[i].length = map[i].length;
        body.entry[i].type = map[i].type;
    }
    tag_add(6, &body, 8 + count * 24);
}

void tags_end(void) {
    tag_add(0, tags, 0);
    *(uint32_t *)tags = tag_bytes;
}

/* ---- ACPI ---- */

struct __attribute__((packed)) table {
    char name[4];
    uint32_t length;
    uint8_t revision, sum;
    char rest[26];
    char body[4060];
};
#define MOST_TABLES 4
static struct table tables[MOST_TABLES], root;
static unsigned table_count;

static void set_sum(uint8_t *sum, const void *data, uint32_t bytes) {
    *sum = 0;
    uint8_t total = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        total += ((const uint8_t *)data)[i];
    }
    *sum = -total;
}

static void fill(struct table *table, const char *name, const void *body, uint32_t bytes) {
    memset(table, 0, 36);
    memcpy(table->name, name, 4);
    table->length = 36 + bytes;
    memcpy(table->body, body, bytes);
    set_sum(&table->sum, table, table->length);
}

void acpi_begin(void) { table_count = 0; }

void acpi_table(const char *name, const void *body, uint32_t bytes) {
    fill(&tables[table_count++], name, body, bytes);
}

const void *acpi_rsdp(unsigned revision) {
    static struct __attribute__((packed)) {
        char signature[8];
        uint8_t sum;
        char maker[6];
        uint8_t revision;
        uint32_t rsdt, length;
        uint64_t xsdt;
        uint8_t extended_sum, reserved[3];
    } rsdp = {.signature = "RSD PTR ", .length = 36};
    static uint32_t narrow[MOST_TABLES];
    static uint64_t wide[MOST_TABLES];
    for (unsigned i = 0; i < table_count; i++) {
        wide[i] = narrow[i] = address(&tables[i]);
    }
    rsdp.revision = revision;
    rsdp.rsdt = revision == 0 ? address(&root) : 0;
    rsdp.xsdt = revision == 0 ? 0 : address(&root);
    fill(&root, revision == 0 ? "RSDT" : "XSDT", revision == 0 ? (void *)narrow : wide,
         table_count * (revision == 0 ? 4 : 8));
    set_sum(&rsdp.sum, &rsdp, 20);
    set_sum(&rsdp.extended_sum, &rsdp, 36);
    return &rsdp;
}

/* ---- the way into the kernel ---- */

/* True if case=NAME stands on the command line. */
static int is_wanted(const char *name) {
    for (const char *at = command_line; *at; at++) {
        uint32_t n = 0;
        while (n < 5 && at[n] == "case="[n]) {
            n++;
        }
        if (n < 5) {
            continue;
        }
        for (at += 5; *name && *name == *at; at++) {
            name++;
        }
        return *name == '\0' && (*at == ' ' || *at == '\0');
    }
    return 0;
}

static uint32_t place_kernel(const struct module *file) {
    const struct elf32 *elf = (const void *)file->start;
    const struct elf32_segment *segment = (const void *)(file->start + elf->segments);
    for (unsigned i = 0; i < elf->segment_count; i++) {
        char *to = (char *)segment[i].paddr;
        memcpy(to, (const char *)elf + segment[i].offset, segment[i].file_bytes);
        memset(to + segment[i].file_bytes, 0, segment[i].memory_bytes - segment[i].file_bytes);
    }
    return elf->entry;
}

void load(const struct info1 *given) {
    build_info(given);
    for (unsigned i = 0; i < case_count; i++) {
        if (is_wanted(cases[i].name)) {
            cases[i].prepare();
        }
    }
    enter(place_kernel((const struct module *)given->modules), magic, handed);
}
