/* What both clients have in common: see client.c. */
#pragma once

#include <sel4/sel4.h>

/** Gets a badged capability for this number from the server, sends the words, and says goodbye.
 *  @p words ends with a null pointer. */
void talk_to_server(const char *name, seL4_Word id, const char *const *words);
