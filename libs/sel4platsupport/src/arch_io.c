/*
 * IO ports and boot-time facts of a PC.
 *
 * A capability to a port range is got at its first use and kept: the kernel hands out no port
 * twice, and a driver uses few. The ranges are a list that only grows.
 */
#include <sel4platsupport/arch/io.h>
#include <string.h>
#include <vka/object.h>

struct range {
    uint32_t first, last;
    seL4_CPtr cap;
    struct range *next;
};

struct ports {
    simple_t *simple;
    vka_t *vka;
    ps_malloc_ops_t heap;
    struct range *ranges;
};

static struct range *find(const struct ports *ports, uint32_t first, uint32_t last) {
    struct range *range = ports->ranges;

    while (range != NULL && (first < range->first || last > range->last)) {
        range = range->next;
    }
    return range;
}

/* Get a capability to a range; NULL if one of its ports is taken. */
static struct range *issue(struct ports *ports, uint32_t first, uint32_t last) {
    cspacepath_t path;
    struct range *range;

    if (ps_malloc(&ports->heap, sizeof(*range), (void **)&range) != 0) {
        return NULL;
    }
    if (vka_cspace_alloc_path(ports->vka, &path) != 0) {
        ps_free(&ports->heap, sizeof(*range), range);
        return NULL;
    }
    seL4_Error error = simple_get_IOPort_cap(ports->simple, (uint16_t)first, (uint16_t)last,
                                             path.root, path.capPtr, path.capDepth);
    if (error != seL4_NoError) {
        ZF_LOGE("The ports %#x to %#x are not to be had, error %d", first, last, (int)error);
        vka_cspace_free_path(ports->vka, path);
        ps_free(&ports->heap, sizeof(*range), range);
        return NULL;
    }
    *range = (struct range){first, last, path.capPtr, ports->ranges};
    ports->ranges = range;
    return range;
}

static seL4_CPtr cap_for(struct ports *ports, uint32_t port, int io_size) {
    uint32_t last = port + (uint32_t)io_size - 1;

    if ((io_size != 1 && io_size != 2 && io_size != 4) || last > UINT16_MAX) {
        ZF_LOGE("There is no port %#x of %d bytes", port, io_size);
        return seL4_CapNull;
    }
    struct range *range = find(ports, port, last);
    if (range == NULL) {
        range = issue(ports, port, last);
    }
    return range != NULL ? range->cap : seL4_CapNull;
}

static int port_in(void *cookie, uint32_t port, int io_size, uint32_t *result) {
    seL4_CPtr cap = cap_for(cookie, port, io_size);

    if (cap == seL4_CapNull) {
        return ENODEV;
    }
    if (io_size == 1) {
        seL4_X86_IOPort_In8_t got = seL4_X86_IOPort_In8(cap, (seL4_Uint16)port);
        *result = got.result;
        return got.error;
    }
    if (io_size == 2) {
        seL4_X86_IOPort_In16_t got = seL4_X86_IOPort_In16(cap, (seL4_Uint16)port);
        *result = got.result;
        return got.error;
    }
    seL4_X86_IOPort_In32_t got = seL4_X86_IOPort_In32(cap, (seL4_Uint16)port);
    *result = got.result;
    return got.error;
}

static int port_out(void *cookie, uint32_t port, int io_size, uint32_t val) {
    seL4_CPtr cap = cap_for(cookie, port, io_size);

    if (cap == seL4_CapNull) {
        return ENODEV;
    }
    switch (io_size) {
    case 1:
        return seL4_X86_IOPort_Out8(cap, port, val);
    case 2:
        return seL4_X86_IOPort_Out16(cap, port, val);
    default:
        return seL4_X86_IOPort_Out32(cap, port, val);
    }
}

/* The root pointer of ACPI: revision 2 has a table of 8-byte addresses besides the old one. */
static void read_acpi(simple_t *simple, ps_machine_t *machine) {
    struct {
        seL4_BootInfoHeader header;
        char signature[8];
        uint8_t checksum;
        char oem[6];
        uint8_t revision;
        uint32_t table32;
        uint32_t length;
        uint64_t table64;
    } __attribute__((packed)) rsdp;

    memset(&rsdp, 0, sizeof(rsdp));
    if (simple_get_extended_bootinfo(simple, SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP, &rsdp,
                                     sizeof(rsdp)) < 0) {
        return;
    }
    machine->acpi_is_64bit = rsdp.revision >= 2 && rsdp.table64 != 0;
    machine->acpi = machine->acpi_is_64bit ? rsdp.table64 : rsdp.table32;
}

static void read_machine(simple_t *simple, ps_machine_t *machine) {
    seL4_X86_BootInfo_tsc_freq_t tsc;

    *machine = (ps_machine_t){0};
    if (simple_get_extended_bootinfo(simple, SEL4_BOOTINFO_HEADER_X86_TSC_FREQ, &tsc,
                                     sizeof(tsc)) == (ssize_t)sizeof(tsc)) {
        machine->tsc_mhz = tsc.freq_mhz;
    }
    read_acpi(simple, machine);
}

int sel4platsupport_new_arch_ops(ps_io_ops_t *ops, simple_t *simple, vka_t *vka) {
    struct ports *ports;

    if (ps_calloc(&ops->malloc_ops, 1, sizeof(*ports), (void **)&ports) != 0) {
        ZF_LOGE("No memory for the IO ports");
        return ENOMEM;
    }
    ports->simple = simple;
    ports->vka = vka;
    ports->heap = ops->malloc_ops;
    ops->io_port_ops = (ps_io_port_ops_t){
        .cookie = ports,
        .io_port_in_fn = port_in,
        .io_port_out_fn = port_out,
    };
    read_machine(simple, &ops->machine);
    return 0;
}
