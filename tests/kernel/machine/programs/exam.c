/* Takes the exam: answers each question with its sum, and prints the questions. Before that, looks
 * for them in all device memory below 512 MiB, where boot loaders leave the command line.
 */
#include <exam/exam.h>
#include <stdio.h>
#include <string.h>

#define WINDOW  0x10000000ul
#define LOOK_TO (512ul << 20)
#define PAGE    4096ul
#define SOUGHT  "xam=" /* without the first letter: this text is in memory, too */

seL4_BootInfo *platsupport_get_bootinfo(void);
static seL4_CPtr table, frame;

static int make(seL4_CPtr untyped, seL4_Word type, seL4_CPtr slot) {
    return seL4_Untyped_Retype(untyped, type, 0, seL4_CapInitThreadCNode, 0, 0, slot, 1);
}

/* True if this page of device memory holds a command line with an exam. */
static int holds_questions(seL4_CPtr untyped) {
    const char *bytes = (const char *)WINDOW;
    int found = 0;
    if (make(untyped, seL4_X86_4K, frame) != 0 ||
        seL4_X86_Page_Map(frame, seL4_CapInitThreadVSpace, WINDOW, seL4_AllRights,
                          seL4_X86_Default_VMAttributes) != 0) {
        printf("a page cannot be looked at\n");
        return 0;
    }
    for (unsigned at = 1; at + sizeof SOUGHT <= PAGE; at++) {
        found |= bytes[at - 1] == 'e' && memcmp(&bytes[at], SOUGHT, sizeof SOUGHT - 1) == 0;
    }
    seL4_X86_Page_Unmap(frame++); /* it stays, so that the untyped's next page is another one */
    return found;
}

static void look_around(const seL4_BootInfo *info) {
    seL4_Word pages = 0, found = 0;
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i];
        if (!u->isDevice && table == 0 && u->sizeBits == 12) {
            table = info->empty.start;
            make(info->untyped.start + i, seL4_X86_PageTableObject, table);
            seL4_X86_PageTable_Map(table, seL4_CapInitThreadVSpace, WINDOW,
                                   seL4_X86_Default_VMAttributes);
        }
    }
    frame = table + 1;
    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *u = &info->untypedList[i];
        for (seL4_Word at = 0; u->isDevice && u->paddr < LOOK_TO && at < 1ul << u->sizeBits;
             at += PAGE) {
            found += holds_questions(info->untyped.start + i);
            pages++;
        }
    }
    printf("\n%lu pages, %lu with questions\n", pages, found);
}

int main(void) {
    look_around(platsupport_get_bootinfo());
    seL4_Word answer = 0;
    for (;;) {
        seL4_Word task = exam_next(seL4_CapInitThreadTCB, answer);
        printf("asked %lx %lx %lx\n", task, seL4_GetMR(0), seL4_GetMR(1));
        if (task == 0) {
            return 0;
        }
        answer = seL4_GetMR(0) + seL4_GetMR(1);
        seL4_SetMR(0, task);
    }
}
