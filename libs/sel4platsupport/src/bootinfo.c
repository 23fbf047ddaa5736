/* Hands on what the runtime was told at the start. */
#include <sel4platsupport/bootinfo.h>
#include <sel4runtime.h>

seL4_BootInfo *platsupport_get_bootinfo(void) { return sel4runtime_bootinfo(); }
