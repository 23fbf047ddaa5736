/* CNodes: tables of capabilities, and everything that is done with capabilities as such.
 *
 * A slot is named by three values: the CNode from which the search starts, an address in it, and
 * how many bits of the address count.  For a root task's own slots these are
 * (seL4_CapInitThreadCNode, slot, seL4_WordBits).  Errors that all operations share:
 *
 *   seL4_FailedLookup       no slot at that address; MR0 1 = the source, 0 = the destination
 *   seL4_RangeError         a depth is not 1 to 64
 *   seL4_InvalidCapability  _service is empty (0)
 *   seL4_IllegalOperation   _service is no CNode
 *   seL4_TruncatedMessage   a capability cannot be passed without an IPC buffer
 *
 * seL4 Reference Manual, chapter 3; ABI sheet 6.5, 8.1 to 8.6. */
#pragma once
#include <sel4/invoke.h>

/** Deletes everything derived from a capability; the capability itself stays.
 *
 * The objects of which the last capability disappears are destroyed; an untyped without children
 * can be used from its start again.
 *
 * @param _service CNode where the search starts
 * @param index    address of the slot
 * @param depth    bits of the address that count
 * @retval seL4_NoError      also for an empty slot
 * @retval seL4_FailedLookup no slot there
 * @retval seL4_RangeError   depth is not 1 to 64 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Revoke(seL4_CNode _service, seL4_Word index,
                                            seL4_Uint8 depth) {
    return sel4_invoke(_service, CNodeRevoke, 0, 2, index, depth, 0, 0);
}

/** Empties a slot.  If it held the last capability to an object, the object is destroyed.
 *
 * @param _service CNode where the search starts
 * @param index    address of the slot
 * @param depth    bits of the address that count
 * @retval seL4_NoError      also for an empty slot
 * @retval seL4_FailedLookup no slot there
 * @retval seL4_RangeError   depth is not 1 to 64 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Delete(seL4_CNode _service, seL4_Word index,
                                            seL4_Uint8 depth) {
    return sel4_invoke(_service, CNodeDelete, 0, 2, index, depth, 0, 0);
}

/** Takes back the messages that wait to be sent with the badge of a capability.
 *
 * Their senders try again, so that a server can revoke a client's capability and then be sure
 * that nothing of the client is under way.
 *
 * @param _service CNode where the search starts
 * @param index    address of the slot with the badged endpoint capability
 * @param depth    bits of the address that count
 * @retval seL4_NoError          also when nothing waits, and for badge 0 (which does nothing)
 * @retval seL4_IllegalOperation no endpoint capability with all rights in the slot
 * @retval seL4_FailedLookup     no slot there
 * @retval seL4_RangeError       depth is not 1 to 64 */
LIBSEL4_INLINE seL4_Error seL4_CNode_CancelBadgedSends(seL4_CNode _service, seL4_Word index,
                                                       seL4_Uint8 depth) {
    return sel4_invoke(_service, CNodeCancelBadgedSends, 0, 2, index, depth, 0, 0);
}

/** Copies a capability, with the same or fewer rights.
 *
 * @param _service   CNode where the search for the destination starts
 * @param dest_index address of the destination, an empty slot
 * @param dest_depth bits of that address that count
 * @param src_root   CNode where the search for the source starts
 * @param src_index  address of the source
 * @param src_depth  bits of that address that count
 * @param rights     rights of the copy; those that the source has not are not given
 * @retval seL4_NoError
 * @retval seL4_DeleteFirst       the destination is taken
 * @retval seL4_FailedLookup      no slot at one of the addresses, or the source is empty
 * @retval seL4_RevokeFirst       the source is an untyped that has children
 * @retval seL4_IllegalOperation  a capability that cannot be copied: reply, interrupt control,
 *                                I/O port control, an unmapped paging structure, an address space
 *                                without ASID
 * @retval seL4_RangeError        a depth is not 1 to 64
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_CNode_Copy(seL4_CNode _service, seL4_Word dest_index,
                                          seL4_Uint8 dest_depth, seL4_CNode src_root,
                                          seL4_Word src_index, seL4_Uint8 src_depth,
                                          seL4_CapRights_t rights) {
    seL4_SetCap(0, src_root);
    seL4_SetMR(4, rights.words[0]);
    return sel4_invoke(_service, CNodeCopy, 1, 5, dest_index, dest_depth, src_index, src_depth);
}

/** Copies a capability and gives the copy a badge, or a guard if it is a CNode's.
 *
 * @param _service   CNode where the search for the destination starts
 * @param dest_index address of the destination, an empty slot
 * @param dest_depth bits of that address that count
 * @param src_root   CNode where the search for the source starts
 * @param src_index  address of the source
 * @param src_depth  bits of that address that count
 * @param rights     rights of the copy; those that the source has not are not given
 * @param badge      endpoint, notification: the word that a receiver gets to see; CNode: a guard
 *                   (seL4_CNode_CapData_new); ignored for all others
 * @retval seL4_NoError
 * @retval seL4_DeleteFirst       the destination is taken
 * @retval seL4_FailedLookup      no slot at one of the addresses, or the source is empty
 * @retval seL4_RevokeFirst       the source is an untyped that has children
 * @retval seL4_IllegalOperation  the source has a badge already, the guard is too long, or the
 *                                capability cannot be copied (see seL4_CNode_Copy)
 * @retval seL4_RangeError        a depth is not 1 to 64
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_CNode_Mint(seL4_CNode _service, seL4_Word dest_index,
                                          seL4_Uint8 dest_depth, seL4_CNode src_root,
                                          seL4_Word src_index, seL4_Uint8 src_depth,
                                          seL4_CapRights_t rights, seL4_Word badge) {
    seL4_SetCap(0, src_root);
    seL4_SetMR(4, rights.words[0]);
    seL4_SetMR(5, badge);
    return sel4_invoke(_service, CNodeMint, 1, 6, dest_index, dest_depth, src_index, src_depth);
}

/** Moves a capability to another slot; its rights, badge and children go with it.
 *
 * @param _service   CNode where the search for the destination starts
 * @param dest_index address of the destination, an empty slot
 * @param dest_depth bits of that address that count
 * @param src_root   CNode where the search for the source starts
 * @param src_index  address of the source
 * @param src_depth  bits of that address that count
 * @retval seL4_NoError
 * @retval seL4_DeleteFirst       the destination is taken
 * @retval seL4_FailedLookup      no slot at one of the addresses, or the source is empty
 * @retval seL4_RangeError        a depth is not 1 to 64
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_CNode_Move(seL4_CNode _service, seL4_Word dest_index,
                                          seL4_Uint8 dest_depth, seL4_CNode src_root,
                                          seL4_Word src_index, seL4_Uint8 src_depth) {
    seL4_SetCap(0, src_root);
    return sel4_invoke(_service, CNodeMove, 1, 4, dest_index, dest_depth, src_index, src_depth);
}

/** Moves a CNode's capability and changes its guard; other kinds are moved unchanged.
 *
 * @param _service   CNode where the search for the destination starts
 * @param dest_index address of the destination, an empty slot
 * @param dest_depth bits of that address that count
 * @param src_root   CNode where the search for the source starts
 * @param src_index  address of the source
 * @param src_depth  bits of that address that count
 * @param badge      the new guard (seL4_CNode_CapData_new)
 * @retval seL4_NoError
 * @retval seL4_DeleteFirst       the destination is taken
 * @retval seL4_FailedLookup      no slot at one of the addresses, or the source is empty
 * @retval seL4_IllegalOperation  an endpoint or notification, or the guard is too long
 * @retval seL4_RangeError        a depth is not 1 to 64
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_CNode_Mutate(seL4_CNode _service, seL4_Word dest_index,
                                            seL4_Uint8 dest_depth, seL4_CNode src_root,
                                            seL4_Word src_index, seL4_Uint8 src_depth,
                                            seL4_Word badge) {
    seL4_SetCap(0, src_root);
    seL4_SetMR(4, badge);
    return sel4_invoke(_service, CNodeMutate, 1, 5, dest_index, dest_depth, src_index, src_depth);
}

/** Moves two capabilities at once: the pivot's to the destination, the source's into the pivot.
 *
 * Destination and source may be the same slot: then the two are exchanged.
 *
 * @param _service    CNode where the search for the destination starts
 * @param dest_index  address of the destination
 * @param dest_depth  bits of that address that count
 * @param dest_badge  new guard of the capability that lands in the destination
 * @param pivot_root  CNode where the search for the pivot starts
 * @param pivot_index address of the pivot
 * @param pivot_depth bits of that address that count
 * @param pivot_badge new guard of the capability that lands in the pivot
 * @param src_root    CNode where the search for the source starts
 * @param src_index   address of the source
 * @param src_depth   bits of that address that count
 * @retval seL4_NoError
 * @retval seL4_DeleteFirst       the destination is taken and is not the source
 * @retval seL4_FailedLookup      no slot at one of the addresses; source or pivot is empty
 * @retval seL4_IllegalOperation  the pivot is also source or destination, or one of the two is an
 *                                endpoint or notification, or a guard is too long
 * @retval seL4_RangeError        a depth is not 1 to 64
 * @retval seL4_TruncatedMessage  no IPC buffer */
LIBSEL4_INLINE seL4_Error seL4_CNode_Rotate(seL4_CNode _service, seL4_Word dest_index,
                                            seL4_Uint8 dest_depth, seL4_Word dest_badge,
                                            seL4_CNode pivot_root, seL4_Word pivot_index,
                                            seL4_Uint8 pivot_depth, seL4_Word pivot_badge,
                                            seL4_CNode src_root, seL4_Word src_index,
                                            seL4_Uint8 src_depth) {
    seL4_SetCap(0, pivot_root);
    seL4_SetCap(1, src_root);
    seL4_SetMR(4, pivot_depth);
    seL4_SetMR(5, pivot_badge);
    seL4_SetMR(6, src_index);
    seL4_SetMR(7, src_depth);
    return sel4_invoke(_service, CNodeRotate, 2, 8, dest_index, dest_depth, dest_badge,
                       pivot_index);
}

/** Keeps the right to answer the last caller: moves the reply capability into a slot.
 *
 * Without this, the next receive loses it.  Sending to the slot later is the answer, once.
 *
 * @param _service CNode where the search starts
 * @param index    address of an empty slot
 * @param depth    bits of the address that count
 * @retval seL4_NoError      also when there is no caller; then the slot stays empty
 * @retval seL4_DeleteFirst  the slot is taken
 * @retval seL4_FailedLookup no slot there
 * @retval seL4_RangeError   depth is not 1 to 64 */
LIBSEL4_INLINE seL4_Error seL4_CNode_SaveCaller(seL4_CNode _service, seL4_Word index,
                                                seL4_Uint8 depth) {
    return sel4_invoke(_service, CNodeSaveCaller, 0, 2, index, depth, 0, 0);
}
