/* Moving one message from sender to receiver: words first, then capabilities (sheet 7.4).
 *
 * A missing or unsuitable IPC buffer on either side is no error: the message is cut to what
 * registers hold. Capabilities move only if the sender's right to the endpoint says grant.
 */
#include "ipc/ipc.h"

#include "ipc/message.h"

static unsigned copy_words(tcb_t *sender, const word_t *from, tcb_t *receiver, word_t *to) {
    unsigned length = info_length(sender->regs.rsi);
    if (from == NULL || to == NULL)
        length = MIN(length, (unsigned)MESSAGE_REGISTERS);
    for (unsigned i = 0; i < length; i++)
        message_set(receiver, to, i, message_get(sender, from, i));
    return length;
}

/* The capabilities that the sender attached; none at all if one of them cannot be found. */
static unsigned lookup_attached(tcb_t *sender, const word_t *from, slot_t *attached[]) {
    unsigned count = from == NULL ? 0 : info_caps(sender->regs.rsi);
    for (unsigned i = 0; i < count; i++) {
        attached[i] = lookup_slot(sender, from[BUFFER_CAPS + i]);
        if (attached[i] == NULL)
            return 0;
    }
    return count;
}

/* The empty slot that the receiver named in its buffer, NULL if it is not one. */
static slot_t *receive_slot(tcb_t *receiver, const word_t *to) {
    struct resolved place;
    word_t depth = to[BUFFER_RECEIVE_DEPTH];
    const slot_t *root = lookup_slot(receiver, to[BUFFER_RECEIVE_CNODE]);
    if (root == NULL || depth < 1 || depth > WORD_BITS ||
        resolve_address(root->cap, to[BUFFER_RECEIVE_INDEX], depth, &place) != DONE ||
        place.bits_left != 0 || !slot_is_empty(place.slot))
        return NULL;
    return place.slot;
}

static bool names_endpoint(cap_t cap, const endpoint_t *ep) {
    return ep != NULL && cap_type(cap) == cap_endpoint && cap_object(cap) == ep;
}

static bool copy_into(slot_t *dest, slot_t *source) {
    cap_t copy;
    if (dest == NULL || cap_derive(source, source->cap, &copy) != DONE ||
        cap_type(copy) == cap_null)
        return false;
    slot_insert(dest, copy, source);
    return true;
}

/* A capability to the endpoint in use is not moved but unwrapped: the receiver gets its badge.
 * Returns the extra-caps and unwrapped fields of the message info. */
static word_t move_capabilities(slot_t *attached[], unsigned count, const endpoint_t *ep,
                                tcb_t *receiver, word_t *to) {
    word_t unwrapped = 0;
    unsigned i;
    slot_t *dest = count > 0 ? receive_slot(receiver, to) : NULL;
    for (i = 0; i < count; i++) {
        if (names_endpoint(attached[i]->cap, ep)) {
            to[BUFFER_CAPS + i] = cap_badge(attached[i]->cap);
            unwrapped |= BIT(i);
        } else if (copy_into(dest, attached[i])) {
            dest = NULL; /* one slot, one capability */
        } else {
            break;
        }
    }
    return info_new(0, unwrapped, i, 0);
}

static word_t transfer_message(tcb_t *sender, endpoint_t *ep, word_t rights, tcb_t *receiver) {
    word_t *to = tcb_ipc_buffer(receiver, true);
    const word_t *from = tcb_ipc_buffer(sender, false);
    slot_t *attached[MESSAGE_MAX_CAPS];
    unsigned count =
        (rights & RIGHT_GRANT) && to != NULL ? lookup_attached(sender, from, attached) : 0;
    word_t info =
        info_new(info_label(sender->regs.rsi), 0, 0, copy_words(sender, from, receiver, to));
    return info | move_capabilities(attached, count, ep, receiver, to);
}

void ipc_transfer(tcb_t *sender, endpoint_t *ep, word_t badge, word_t rights, tcb_t *receiver) {
    if (sender->fault.type != fault_none) {
        unsigned length = fault_message(sender, receiver);
        receiver->regs.rsi = info_new(sender->fault.type, 0, 0, length);
    } else {
        receiver->regs.rsi = transfer_message(sender, ep, rights, receiver);
    }
    receiver->regs.rdi = badge;
}
