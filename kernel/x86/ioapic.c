/* The IO APIC: connects the machine's interrupt pins to CPU vectors; and its silent forerunners.
 *
 * Invariant: only the first one of a machine is used, and a pin that no one was given is masked.
 */
#include "x86/x86.h"

#include "debug/debug.h"

#define SELECT  0x00 /* byte offsets of the two registers that show all others */
#define WINDOW  0x10
#define VERSION 0x01 /* register numbers */
#define PINS    0x10 /* two for each pin */

#define MOST_PINS     120 /* that register numbers of 8 bits reach */
#define PIN_ACTIVELOW BIT(13)
#define PIN_LEVEL     BIT(15)
#define PIN_MASKED    BIT(16)
#define TARGET_SHIFT  24

static volatile uint8_t *ioapic;
static unsigned pins;

static uint32_t ioapic_read(unsigned reg) {
    *(volatile uint32_t *)(ioapic + SELECT) = reg;
    return *(volatile uint32_t *)(ioapic + WINDOW);
}

static void ioapic_write(unsigned reg, uint32_t value) {
    *(volatile uint32_t *)(ioapic + SELECT) = reg;
    *(volatile uint32_t *)(ioapic + WINDOW) = value;
}

void ioapic_init(paddr_t paddr) {
    ioapic = vm_device(paddr);
    pins = MIN(((ioapic_read(VERSION) >> 16) & 0xff) + 1, MOST_PINS);
    for (unsigned pin = 0; pin < pins; pin++)
        ioapic_write(PINS + 2 * pin, PIN_MASKED);
}

unsigned ioapic_count(void) { return ioapic != NULL; }

unsigned ioapic_pins(unsigned number) { return number < ioapic_count() ? pins : 0; }

void ioapic_route(unsigned number, unsigned pin, bool level, bool low, unsigned vector) {
    kassert(pin < ioapic_pins(number));
    ioapic_write(PINS + 2 * pin, PIN_MASKED); /* the two halves cannot be written at once */
    ioapic_write(PINS + 2 * pin + 1, apic_id() << TARGET_SHIFT);
    ioapic_write(PINS + 2 * pin, vector | (level ? PIN_LEVEL : 0) | (low ? PIN_ACTIVELOW : 0));
}

void ioapic_mask(unsigned number, unsigned pin, bool masked) {
    kassert(pin < ioapic_pins(number));
    uint32_t entry = ioapic_read(PINS + 2 * pin) & ~PIN_MASKED;
    ioapic_write(PINS + 2 * pin, entry | (masked ? PIN_MASKED : 0));
}

/* ---- the two old interrupt controllers ---- */

#define PIC1_COMMAND        0x20 /* and the data port behind it */
#define PIC2_COMMAND        0xa0
#define PIC_START_WITH_MODE 0x11
#define PIC_MODE_8086       0x01
#define PIC_ALL_MASKED      0xff

static void pic_silence(uint16_t command, uint8_t first_vector, uint8_t cascade) {
    uint16_t data = command + 1;
    port_out8(command, PIC_START_WITH_MODE);
    port_out8(data, first_vector);
    port_out8(data, cascade);
    port_out8(data, PIC_MODE_8086);
    port_out8(data, PIC_ALL_MASKED);
}

/* Out of the way of the exceptions, and masked for good. */
void pic_disable(void) {
    pic_silence(PIC1_COMMAND, VECTOR_IRQ_BASE, 1 << 2); /* the second hangs on pin 2 */
    pic_silence(PIC2_COMMAND, VECTOR_IRQ_BASE + 8, 2);
}
