/*
 * A bell, and a key to ring it with: what one capability gives, another can give with a badge.
 *
 * main makes a notification, the bell. The key is a copy of the bell's capability with a badge, so
 * that whoever hears the bell knows which key it was rung with. The lesson is README.md.
 */
#include <stdio.h>

#include <sel4/sel4.h>
#include <sel4platsupport/bootinfo.h>
#include <utils/util.h>

#include <lab_constants.h> /* KEY_BADGE: another value when the lab is graded */

/* The first untyped of ordinary memory. */
static seL4_CPtr find_untyped(seL4_BootInfo *info) {
    seL4_CPtr slot = info->untyped.start;
    while (info->untypedList[slot - info->untyped.start].isDevice) {
        slot++;
    }
    return slot;
}

int main(void) {
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr bell = info->empty.start; /* the slots of the two capabilities */
    seL4_CPtr key = bell + 1;

    seL4_Error error = seL4_Untyped_Retype(find_untyped(info), seL4_NotificationObject, 0,
                                           seL4_CapInitThreadCNode, 0, 0, bell, 1);
    ZF_LOGF_IF(error != seL4_NoError, "Failed to make the bell.");
    printf("main: the bell hangs\n");

    /* TASK 1: make key, a copy of bell with all rights and the badge KEY_BADGE:
     * seL4_CNode_Mint(). Keep what it returns in error. */
    /* TASK 1 BEGIN */
    /* TASK 1 END */
    ZF_LOGF_IF(error != seL4_NoError, "Failed to make the key.");
    if (seL4_DebugCapIdentify(key) == 0) {
        printf("main: there is no key\n");
        return 0;
    }
    printf("main: the key is made\n");

    /* TASK 2: ring the bell with the key: seL4_Signal(). */
    /* TASK 2 BEGIN */
    /* TASK 2 END */

    seL4_Word badge = 0;
    seL4_Poll(bell, &badge);
    if (badge == 0) {
        printf("main: nobody has rung\n");
        return 0;
    }
    printf("main: rung with badge %#lx\n", badge);
    return 0;
}
