/* Where the words of a message live: the first four in registers, the rest in IPC buffers. */
#pragma once

#include "api/api.h"

/** Word @p i of a message that @p tcb holds; @p buffer is its IPC buffer, NULL only if i < 4. */
static inline word_t message_get(tcb_t *tcb, const word_t *buffer, unsigned i) {
    return i < MESSAGE_REGISTERS ? *tcb_message_register(tcb, i) : buffer[BUFFER_MSG + i];
}

static inline void message_set(tcb_t *tcb, word_t *buffer, unsigned i, word_t value) {
    if (i < MESSAGE_REGISTERS)
        *tcb_message_register(tcb, i) = value;
    else
        buffer[BUFFER_MSG + i] = value;
}

/** Longest message that a thread with this buffer (NULL: none) can hold. */
static inline unsigned message_room(const word_t *buffer) {
    return buffer == NULL ? MESSAGE_REGISTERS : MESSAGE_MAX_LENGTH;
}

/** Writes @p count words, as many as fit, and returns how many that were. */
static inline unsigned message_write(tcb_t *tcb, const word_t *words, unsigned count) {
    word_t *buffer = count > MESSAGE_REGISTERS ? tcb_ipc_buffer(tcb, true) : NULL;
    unsigned length = MIN(count, message_room(buffer));
    for (unsigned i = 0; i < length; i++)
        message_set(tcb, buffer, i, words[i]);
    return length;
}
