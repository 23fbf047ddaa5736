/* A look into a debug kernel. */
#include <sel4/sel4.h>

/* Fault reports and traces will show this name. */
static void name_and_list(seL4_TCB tcb) {
    seL4_DebugNameThread(tcb, "worker");
    seL4_DebugPutString("all threads:");
    seL4_DebugPutChar('\n');
    seL4_DebugDumpScheduler();
}

/* Prints every thread with what it holds. */
static void list_everything(void) { seL4_DebugSnapshot(); }

/* 0 is the number of an empty slot. */
static seL4_Bool is_empty(seL4_CPtr slot) { return seL4_DebugCapIdentify(slot) == 0; }

/* Stops the whole machine, for gdb or for the reader of its output. */
static void give_up(void) {
    seL4_DebugPutString("nothing makes sense any more\n");
    seL4_DebugHalt();
}
