/* The rehearsal before the two threads talk: see rehearsal.c. */
#pragma once

#include <sel4/sel4.h>
#include <stdbool.h>
#include <vka/vka.h>

/** Tries the five steps that only touch message registers, each alone, in the caller's IPC buffer,
 *  and signals the kernel which of them work. Prints nothing; leaves message register 0 empty. */
void rehearse(vka_t *vka, seL4_MessageInfo_t (*make_request)(void), seL4_Word (*read_reply)(void),
              bool (*is_expected)(seL4_MessageInfo_t tag, seL4_Word sender_badge),
              seL4_Word (*read_request)(void), void (*write_reply)(seL4_Word word));
