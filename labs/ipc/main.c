/*
 * A server for two clients, each a program of its own.
 *
 * The clients (frozen/client.c) know one endpoint. A client that calls through it without a badge
 * is a stranger: it names a number, and gets a capability back that carries this number as its
 * badge. Through that one it then sends its words, one call a word and one message register a
 * letter; a call without a letter says goodbye. The lesson is README.md.
 */
#include <stdbool.h>
#include <stdio.h>

#include <sel4/sel4.h>
#include <sel4utils/sel4_zf_logif.h>
#include <utils/util.h>

/* Slots of this program's CSpace. The loader filled them before the server started. */
extern seL4_CPtr endpoint;   /* the endpoint, without a badge, with all rights */
extern seL4_CPtr cnode;      /* the CNode that is this CSpace */
extern seL4_CPtr free_slot;  /* empty: for the badged capability, until it is handed on */
extern seL4_CPtr reply_slot; /* empty: for a reply capability that has to wait (task 4) */

/* For task 4: is there a reply capability in reply_slot? */
bool reply_kept;

/* Gives the stranger who just called a badged capability to the endpoint. */
static void introduce(void) {
    seL4_MessageInfo_t info;
    seL4_Word badge = seL4_GetMR(0);

    seL4_Error error = seL4_CNode_Mint(cnode, free_slot, seL4_WordBits, cnode, endpoint,
                                       seL4_WordBits, seL4_AllRights, badge);
    ZF_LOGF_IFERR(error, "Failed to mint a badged capability.");
    printf("Badged %lu\n", badge);

    /* TASK 1: let the reply carry the capability in free_slot, and no words: seL4_SetCap() and
     * seL4_MessageInfo_new(). */
    /* TASK 1 BEGIN */
    info = seL4_MessageInfo_new(0, 0, 0, 0);
    /* TASK 1 END */

    seL4_Reply(info);

    /* The client has its copy. Ours goes, so that the slot is empty for the next stranger. */
    error = seL4_CNode_Delete(cnode, free_slot, seL4_WordBits);
    ZF_LOGF_IFERR(error, "Failed to delete our copy of the badged capability.");
}

int main(void) {
    seL4_Word sender;
    seL4_MessageInfo_t info = seL4_Recv(endpoint, &sender);

    while (true) {
        seL4_Word length = seL4_MessageInfo_get_length(info);
        bool reply_later = false;

        if (sender == 0) {
            introduce();
            info = seL4_Recv(endpoint, &sender);
            continue;
        }

        if (length > 0) {
            /* TASK 2: print the word, one letter a message register, and a newline: seL4_GetMR()
             * and printf(). */
            /* TASK 2 BEGIN */
            /* TASK 2 END */
        }

        /* TASK 4: let the clients take turns: answer the one that waits in reply_slot: seL4_Send().
         * Then, if this message is a word, keep its sender's reply capability there instead:
         * seL4_CNode_SaveCaller(), and set reply_later. */
        /* TASK 4 BEGIN */
        /* TASK 4 END */

        if (reply_later) {
            info = seL4_Recv(endpoint, &sender);
            continue;
        }

        /* TASK 3: reply to the sender without words and wait for the next message:
         * seL4_ReplyRecv(). */
        /* TASK 3 BEGIN */
        info = seL4_Recv(endpoint, &sender);
        /* TASK 3 END */
    }
}
