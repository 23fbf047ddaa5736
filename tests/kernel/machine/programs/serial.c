/* A serial driver at user level, by interrupts in both directions: lines that come in on the second
 * serial port go out on it in capitals; a line "end" is the last.
 */
#include <sel4/sel4.h>
#include <stdio.h>
#include <string.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define ROOT   seL4_CapInitThreadCNode
#define COM2   0x2f8
#define PIN    3
#define VECTOR 33

enum { DATA = 0, ENABLE = 1, IDENTIFY = 2, FIFO = 2, LINE = 3, MODEM = 4, STATUS = 5 };
enum { RECEIVED = 1, ROOM = 2 };
enum { HAS_DATA = 1, HAS_ROOM = 0x20 };

static seL4_CPtr ports, handler, bell;
static unsigned interrupts;
static char queue[4096];
static unsigned first, last; /* of what waits to go out */

static unsigned in(unsigned reg) { return seL4_X86_IOPort_In8(ports, COM2 + reg).result; }
static void out(unsigned reg, unsigned value) { seL4_X86_IOPort_Out8(ports, COM2 + reg, value); }

static void set_up(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr memory = info->untyped.end - 1;
    ports = info->empty.start;
    handler = ports + 1;
    bell = ports + 2;
    seL4_Untyped_Retype(memory, seL4_NotificationObject, 0, ROOT, 0, 0, bell, 1);
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, COM2, COM2 + 7, ROOT, ports, 64);
    seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, ROOT, handler, 64, 0, PIN, LEVEL, 0, VECTOR);
    seL4_IRQHandler_SetNotification(handler, bell);
    out(ENABLE, 0);
    out(LINE, 3); /* 8 bits */
    out(FIFO, 1);
    out(MODEM, 0x0b); /* ready, interrupts reach the pin */
    out(ENABLE, RECEIVED);
}

/* All that can be done without waiting; true when the last line has gone out. */
static int serve(int *ended) {
    while (in(STATUS)&HAS_DATA) {
        char c = (char)in(DATA);
        queue[last++ % sizeof queue] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
        *ended |= last >= 4 && memcmp(queue + last - 4, "END\n", 4) == 0;
    }
    while (first != last && (in(STATUS)&HAS_ROOM)) {
        out(DATA, (unsigned char)queue[first++ % sizeof queue]);
    }
    out(ENABLE, RECEIVED | (first != last ? ROOM : 0));
    return *ended && first == last;
}

int main(void) {
    int ended = 0;
    set_up();
    do {
        seL4_Wait(bell, NULL);
        interrupts++;
        in(IDENTIFY);
        seL4_IRQHandler_Ack(handler);
    } while (!serve(&ended));
    seL4_CNode_Delete(ROOT, handler, 64);
    printf("\nall lines served, interrupts: %s\n", interrupts > 10 ? "many" : "few");
    return 0;
}
