/* The two old interrupt controllers: moved out of the way of the exceptions and silenced for good.
 */
#include "x86/x86.h"

#define PIC_COMMAND(pic) ((pic) == 0 ? 0x20 : 0xa0)
#define PIC_DATA(pic)    ((pic) == 0 ? 0x21 : 0xa1)

#define START_WITH_MODE 0x11
#define MODE_8086       0x01
#define ALL_MASKED      0xff

static void pic_silence(unsigned pic, uint8_t first_vector, uint8_t cascade) {
    port_out8(PIC_COMMAND(pic), START_WITH_MODE);
    port_out8(PIC_DATA(pic), first_vector);
    port_out8(PIC_DATA(pic), cascade);
    port_out8(PIC_DATA(pic), MODE_8086);
    port_out8(PIC_DATA(pic), ALL_MASKED);
}

void pic_disable(void) {
    pic_silence(0, VECTOR_IRQ_BASE, 1 << 2); /* the second hangs on pin 2 */
    pic_silence(1, VECTOR_IRQ_BASE + 8, 2);
}
