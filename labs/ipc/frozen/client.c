/*
 * A client's side of the lab: become known, then say one word after the other.
 *
 * Invariant: at most one call is under way, so a client that the server does not answer says
 * nothing more.
 */
#include "client.h"

#include <stdbool.h>
#include <stdio.h>

/* Slots of this program's CSpace, filled by the loader. */
extern seL4_CPtr endpoint;        /* the server's endpoint, without a badge: to send only */
extern seL4_CPtr cnode;           /* the CNode that is this CSpace */
extern seL4_CPtr badged_endpoint; /* empty: for the capability that the server shall send */

/* True if the server's reply put a capability into badged_endpoint. */
static bool become_known(seL4_Word id) {
    seL4_SetCapReceivePath(cnode, badged_endpoint, seL4_WordBits);
    seL4_SetMR(0, id);
    seL4_MessageInfo_t reply = seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    return seL4_MessageInfo_get_extraCaps(reply) == 1;
}

/* One call, one letter a message register. */
static void say(const char *word) {
    seL4_Word length = 0;
    while (word[length] != '\0') {
        seL4_SetMR(length, word[length]);
        length++;
    }
    seL4_Call(badged_endpoint, seL4_MessageInfo_new(0, 0, 0, length));
}

void talk_to_server(const char *name, seL4_Word id, const char *const *words) {
    printf("%s: waiting for badged endpoint\n", name);
    if (!become_known(id)) {
        printf("%s: the reply came without a capability\n", name);
        return;
    }
    printf("%s: received badged endpoint\n", name);
    while (*words) {
        say(*words++);
    }
    say(""); /* goodbye */
    printf("%s: done\n", name);
}
