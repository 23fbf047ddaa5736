/* An HPET timer's message that no handler awaits: an interrupt, or (AS_NMI) a non-maskable one that
 * comes while the kernel clears memory.
 */
#include <sel4/sel4.h>
#include <stdio.h>

seL4_BootInfo *platsupport_get_bootinfo(void);

#define ROOT   seL4_CapInitThreadCNode
#define VSPACE seL4_CapInitThreadVSpace
#define HPET   0xfed00000
#define AT     0x10000000000
#define VECTOR 41
#ifdef AS_NMI
#define MESSAGE (4 << 8)
#else
#define MESSAGE (VECTOR + 0x30)
#endif

enum { CONFIG = 0x10 / 8, COUNTER = 0xf0 / 8, TIMER = 0x100 / 8, COMPARE, ROUTE };
enum { ENABLE = 1, INTERRUPT = 4, BY_MESSAGE = 1 << 14 };
#define A_MS 100000 /* counts of 10 ns */

static seL4_CPtr memory, next;

static seL4_CPtr make(seL4_CPtr untyped, seL4_Word type) {
    seL4_Untyped_Retype(untyped, type, 0, ROOT, 0, 0, next, 1);
    return next++;
}

static volatile seL4_Word *map_hpet(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr device = info->untyped.start;
    memory = info->untyped.end - 1;
    next = info->empty.start;
    while (info->untypedList[device - info->untyped.start].paddr != HPET) {
        device++;
    }
    seL4_X86_PDPT_Map(make(memory, seL4_X86_PDPTObject), VSPACE, AT, 0);
    seL4_X86_PageDirectory_Map(make(memory, seL4_X86_PageDirectoryObject), VSPACE, AT, 0);
    seL4_X86_PageTable_Map(make(memory, seL4_X86_PageTableObject), VSPACE, AT, 0);
    seL4_X86_Page_Map(make(device, seL4_X86_4K), VSPACE, AT, seL4_AllRights,
                      seL4_X86_CacheDisabled);
    return (volatile seL4_Word *)AT;
}

#ifdef AS_NMI
static seL4_CPtr largest(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr best = memory;
    for (seL4_CPtr s = info->untyped.start; s < info->untyped.end; s++) {
        const seL4_UntypedDesc *u = &info->untypedList[s - info->untyped.start];
        if (!u->isDevice && u->sizeBits > info->untypedList[best - info->untyped.start].sizeBits) {
            best = s;
        }
    }
    return best;
}
#endif

int main(void) {
    volatile seL4_Word *hpet = map_hpet();
    printf("\nmessage\n");
    hpet[CONFIG] = ENABLE;
    hpet[ROUTE] = 0xfee00000ul << 32 | MESSAGE;
    hpet[TIMER] = BY_MESSAGE;
    seL4_Word due = hpet[COUNTER] + A_MS;
    hpet[COMPARE] = due;
    hpet[TIMER] = BY_MESSAGE | INTERRUPT;
#ifdef AS_NMI
    make(largest(), seL4_EndpointObject);
#endif
    while (hpet[COUNTER] < due + A_MS) {
    }
    hpet[TIMER] = 0;
    printf("end\n");
    return 0;
}
