/* The rehearsal before the two threads talk: see rehearsal.c. */
#pragma once

#include <sel4/sel4.h>
#include <stdbool.h>

/** Puts the kernel's questions to the five steps that only touch message registers, in the caller's
 *  IPC buffer. Prints nothing; leaves message registers 0 and 1 empty. */
void rehearse(seL4_MessageInfo_t (*make_request)(void), seL4_Word (*read_reply)(void),
              bool (*is_expected)(seL4_MessageInfo_t tag, seL4_Word sender_badge),
              seL4_Word (*read_request)(void), void (*write_reply)(seL4_Word word));
