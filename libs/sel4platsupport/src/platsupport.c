/* The console needs no setting up; see platsupport.h. */
#include <sel4platsupport/platsupport.h>

int platsupport_serial_setup_simple(vspace_t *vspace, simple_t *simple, vka_t *vka) {
    (void)vspace;
    (void)simple;
    (void)vka;
    return 0;
}

int platsupport_serial_setup_bootinfo_failsafe(void) { return 0; }
