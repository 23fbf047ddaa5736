/* Revokes an initial capability of which the thread itself uses a copy, then works on. */
#include <sel4/sel4.h>
#include <stdio.h>

int main(void) {
    printf("before\n");
    seL4_CNode_Revoke(seL4_CapInitThreadCNode, HELD, 64);
    seL4_Yield();
    printf("error %d\n", seL4_X86_Page_Map(seL4_CapBootInfoFrame, seL4_CapInitThreadVSpace, 0,
                                           seL4_AllRights, seL4_X86_Default_VMAttributes));
    return 0;
}
