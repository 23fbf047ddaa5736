/* The order of boot: machine, root task's image, controllers, root task, and then never back.
 *
 * Until the root task runs, physical memory is also visible at its own addresses; boot reads the
 * boot loader's and the firmware's data there.
 */
#include "boot/parts.h"
#include "object/object.h"
#include "sched/sched.h"
#include "x86/x86.h"

static void report_kernel(void) {
    paddr_t start = (paddr_t)kernel_start, end = image_paddr(kernel_end);
    kprintf("Kernel loaded to: start=0x%lx end=0x%lx size=0x%lx entry=0x%lx\n", start, end,
            end - start, (paddr_t)kernel_entry);
}

static void controllers_init(void) {
    paddr_t real = apic_address();
    if (found.apic != real)
        kprintf("Warning: the firmware's table has the APIC at 0x%lx; it is at 0x%lx.\n",
                found.apic, real);
    found.apic = real;
    vm_init();
    pic_disable();
    apic_init(found.apic);
    ioapic_init(found.ioapic);
    clock_init();
    fpu_init();
    io_port_init(machine.trace);
    kprintf("Starting node #0 with APIC ID %lu\n", (word_t)apic_id());
}

static void report_memory(void) {
    kprintf("Mapping kernel window is done\n");
    kprintf("Available phys memory regions: %lu\n", (word_t)machine.ram.count);
    for (unsigned i = 0; i < machine.ram.count; i++)
        kprintf("  [%lx..%lx)\n", machine.ram.at[i].start, machine.ram.at[i].end);
    kprintf("Reserved virt address space regions: 1\n  [%lx..%lx)\n",
            (word_t)kptr_of((paddr_t)kernel_start), (word_t)kptr_of(found.image.end));
}

void boot_main(uint32_t magic, paddr_t info) {
    descriptors_init();
    multiboot_read(magic, info);
    acpi_find();
    report_kernel();
    acpi_read();
    cpu_init();
    root_task_load();
    controllers_init();
    report_memory();
    root_task_create();
#if DEBUG_BUILD
    trace_on = machine.trace;
#endif
    trace(boot, TRACE_VERSION);
    kprintf("Booting all finished, dropped to user space\n");
    vm_forget_identity();
    apic_timer_init();
    return_to_user(current_thread);
}
