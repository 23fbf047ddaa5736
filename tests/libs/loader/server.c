/* Answers each call with its word plus one, and shows that its slots are what the table says. */
#include <sel4/sel4.h>
#include <stdio.h>

extern seL4_CPtr endpoint, cnode, free_slot, tcb, other_tcb;

int main(int argc, char **argv) {
    seL4_Word badge;
    seL4_UserContext registers;

    printf("%s: argc %d, slots %lu %lu %lu\n", argv[0], argc, endpoint, cnode, free_slot);
    printf("empty %u\n", seL4_DebugCapIdentify(free_slot));
    printf("mint %d\n", seL4_CNode_Mint(cnode, free_slot, seL4_WordBits, cnode, endpoint,
                                        seL4_WordBits, seL4_AllRights, 77));
    printf("delete %d\n", seL4_CNode_Delete(cnode, free_slot, seL4_WordBits));
    printf("self %d other %d\n", seL4_TCB_ReadRegisters(tcb, 0, 0, 2, &registers),
           seL4_TCB_ReadRegisters(other_tcb, 0, 0, 2, &registers));
    for (;;) {
        seL4_MessageInfo_t info = seL4_Recv(endpoint, &badge);
        printf("%s: word %lu from %lu\n", argv[0], seL4_GetMR(0), badge);
        seL4_SetMR(0, seL4_GetMR(0) + 1);
        seL4_Reply(info);
    }
}
