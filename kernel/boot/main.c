/* The order of boot: machine, controllers, root task, and then never back.
 *
 * Until the root task runs, physical memory is also visible at its own addresses; boot reads the
 * boot loader's and the firmware's data there.
 */
#include "boot/parts.h"
#include "object/object.h"
#include "sched/sched.h"
#include "x86/x86.h"

static bool machine_read(uint32_t magic, paddr_t info) {
    if (!multiboot_read(magic, info))
        return false;
    acpi_find();
    paddr_t start = (paddr_t)kernel_start, end = image_paddr(kernel_end);
    boot_print("Kernel loaded to: start=0x%lx end=0x%lx size=0x%lx entry=0x%lx\n", start, end,
               end - start, (paddr_t)kernel_entry);
    return acpi_read();
}

static bool controllers_init(void) {
    if (found.apic != apic_address()) {
        boot_print("Warning: the firmware's table has the APIC at 0x%lx; it is at 0x%lx.\n",
                   found.apic, apic_address());
        found.apic = apic_address();
    }
    vm_init();
    pic_disable();
    if (!apic_init(found.apic))
        return false;
    ioapic_init(found.ioapic);
    clock_init();
    fpu_init();
    io_port_init(machine.trace);
    return true;
}

static void report_memory(void) {
    boot_print("Mapping kernel window is done\n");
    boot_print("Available phys memory regions: %lu\n", (word_t)found.ram.count);
    for (unsigned i = 0; i < found.ram.count; i++)
        boot_print("  [%lx..%lx)\n", found.ram.at[i].start, found.ram.at[i].end);
    boot_print("Reserved virt address space regions: 1\n  [%lx..%lx)\n",
               (word_t)kptr_of((paddr_t)kernel_start), (word_t)kptr_of(found.image.end));
}

static bool boot_system(uint32_t magic, paddr_t info) {
    struct elf_image image;
    if (!machine_read(magic, info) || !cpu_init() || !root_task_load(&image) || !controllers_init())
        return false;
    boot_print("Starting node #0 with APIC ID %lu\n", (word_t)apic_id());
    report_memory();
    return root_task_create(&image);
}

void boot_main(uint32_t magic, paddr_t info) {
    descriptors_init();
    if (!boot_system(magic, info))
        panic("boot_sys failed for some reason :(\n");
    if (DEBUG_BUILD && machine.trace)
        trace_enable();
    trace(boot, current_thread);
    boot_print("Booting all finished, dropped to user space\n");
    vm_forget_identity();
    apic_timer_init();
    return_to_user(current_thread);
}
