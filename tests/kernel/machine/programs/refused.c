/* Five calls that the kernel refuses, and then the end. */
#include <sel4/sel4.h>
#include <stdio.h>

int main(void) {
    for (seL4_Word depth = 100; depth < 105; depth++) {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, 9, depth);
    }
    printf("done\n");
    return 0;
}
