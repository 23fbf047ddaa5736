/* Copying, moving and taking back capabilities, all in the root task's own CNode. */
#include <sel4/sel4.h>

/* Only the right to send: what a client of the endpoint in `from` gets. */
static seL4_Error copy_for_client(seL4_CPtr from, seL4_CPtr to) {
    return seL4_CNode_Copy(seL4_CapInitThreadCNode, to, seL4_WordBits, seL4_CapInitThreadCNode,
                           from, seL4_WordBits, seL4_CanWrite);
}

/* The server will see `badge` with every message that comes through the copy. */
static seL4_Error badge_for_client(seL4_CPtr from, seL4_CPtr to, seL4_Word badge) {
    return seL4_CNode_Mint(seL4_CapInitThreadCNode, to, seL4_WordBits, seL4_CapInitThreadCNode,
                           from, seL4_WordBits, seL4_AllRights, badge);
}

static seL4_Error move_to(seL4_CPtr from, seL4_CPtr to) {
    return seL4_CNode_Move(seL4_CapInitThreadCNode, to, seL4_WordBits, seL4_CapInitThreadCNode,
                           from, seL4_WordBits);
}

/* Moves a CNode of 16 slots and gives it the guard that makes it a CSpace of its own. */
static seL4_Error move_as_cspace(seL4_CPtr from, seL4_CPtr to) {
    seL4_Word guard = seL4_CNode_CapData_new(0, seL4_WordBits - 4).words[0];
    return seL4_CNode_Mutate(seL4_CapInitThreadCNode, to, seL4_WordBits, seL4_CapInitThreadCNode,
                             from, seL4_WordBits, guard);
}

/* Exchanges the capabilities of two slots; neither may be an endpoint or notification. */
static seL4_Error exchange(seL4_CPtr a, seL4_CPtr b) {
    return seL4_CNode_Rotate(seL4_CapInitThreadCNode, a, seL4_WordBits, seL4_NilData,
                             seL4_CapInitThreadCNode, b, seL4_WordBits, seL4_NilData,
                             seL4_CapInitThreadCNode, a, seL4_WordBits);
}

/* Takes back all that was derived from the capability in `slot`, then gives it up itself. */
static seL4_Error take_back(seL4_CPtr slot) {
    seL4_Error error = seL4_CNode_Revoke(seL4_CapInitThreadCNode, slot, seL4_WordBits);
    if (error != seL4_NoError) {
        return error;
    }
    return seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, seL4_WordBits);
}

/* Shuts a client out: revokes what it was given, then drops what it has under way. */
static seL4_Error shut_out(seL4_CPtr badged_slot) {
    seL4_CNode_Revoke(seL4_CapInitThreadCNode, badged_slot, seL4_WordBits);
    return seL4_CNode_CancelBadgedSends(seL4_CapInitThreadCNode, badged_slot, seL4_WordBits);
}

/* Receives a call on `endpoint`, keeps the right to answer it in `slot`, and answers later. */
static seL4_Error answer_later(seL4_CPtr endpoint, seL4_CPtr slot) {
    seL4_Recv(endpoint, seL4_Null);
    seL4_Error error = seL4_CNode_SaveCaller(seL4_CapInitThreadCNode, slot, seL4_WordBits);
    if (error != seL4_NoError) {
        return error;
    }
    /* … other messages may be received here … */
    seL4_Send(slot, seL4_MessageInfo_new(0, 0, 0, 0));
    return seL4_NoError;
}
