/* What the two files of the invariant checker say to each other. */
#pragma once

#include "object/object.h"

/** Says which invariant does not hold, of what, and stops the machine. */
void check_failed(const char *invariant, const void *where) __attribute__((noreturn));

static inline void must(bool holds, const char *invariant, const void *where) {
    if (unlikely(!holds))
        check_failed(invariant, where);
}

/* check_threads.c */

/** Every thread by itself, the ready queues, and who is running. */
void check_threads(void);
void check_endpoint(const endpoint_t *ep);
void check_notification(const notification_t *ntfn);
/** After all objects were looked at: the threads name no others. */
void check_threads_objects(void);
/** It is on the list of all threads. */
void check_is_thread(const tcb_t *tcb);
