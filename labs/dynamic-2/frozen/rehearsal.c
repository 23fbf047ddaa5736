/*
 * Makes five steps of the conversation visible to the kernel, each tried alone.
 *
 * Writing a message register, reading one and comparing a badge never enter the kernel, so nobody
 * but the program knows whether they work. Here each is called with values of our choosing; for
 * each that does its work, a notification is signalled. REHEARSAL is a number that only this file
 * is compiled with: what is asked, in which order, and the badges of the signals follow from it,
 * and cannot be known beforehand.
 * Invariant: a task is signalled only if its step was right every time that it was tried.
 */
#include "rehearsal.h"

#include <lab_constants.h>
#include <sel4utils/sel4_zf_logif.h>
#include <utils/arith.h>
#include <utils/zf_log.h>
#include <vka/object_capops.h>
#include <vka/object.h>

#define TIMES 8

/* Numbers that look random and follow from REHEARSAL. */
static seL4_Word roll(void) {
    static seL4_Word state = REHEARSAL;
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return state >> 16;
}

static bool requests(seL4_MessageInfo_t (*make_request)(void)) {
    for (int i = 0; i < TIMES; i++) {
        seL4_SetMR(0, roll());
        seL4_MessageInfo_t tag = make_request();
        if (seL4_GetMR(0) != MSG_DATA || seL4_MessageInfo_get_length(tag) != 1 ||
            seL4_MessageInfo_get_extraCaps(tag) != 0 ||
            seL4_MessageInfo_get_capsUnwrapped(tag) != 0 || seL4_MessageInfo_get_label(tag) != 0) {
            return false;
        }
    }
    return true;
}

static bool reads(seL4_Word (*read)(void)) {
    for (int i = 0; i < TIMES; i++) {
        seL4_Word word = roll();
        seL4_SetMR(0, word);
        seL4_SetMR(1, ~word);
        if (read() != word) {
            return false;
        }
    }
    return true;
}

static bool writes(void (*write)(seL4_Word)) {
    for (int i = 0; i < TIMES; i++) {
        seL4_Word word = roll();
        seL4_SetMR(0, ~word);
        write(word);
        if (seL4_GetMR(0) != word) {
            return false;
        }
    }
    return true;
}

/* Each length with each badge; where it begins and how far it steps is rolled anew each time. */
static bool judges(bool (*is_expected)(seL4_MessageInfo_t, seL4_Word)) {
    static const seL4_Word steps[] = {1, 5, 7, 11}; /* none divides 12, nor do their factors */

    for (int i = 0; i < TIMES; i++) {
        seL4_Word badges[] = {EP_BADGE, 0, EP_BADGE + 1, roll() << 8};
        seL4_Word lengths[] = {1, 0, 2};
        seL4_Word at = roll() % 12, step = steps[roll() % ARRAY_SIZE(steps)];
        for (int tried = 0; tried < 12; tried++, at = (at + step) % 12) {
            seL4_MessageInfo_t tag = seL4_MessageInfo_new(0, 0, 0, lengths[at % 3]);
            if (is_expected(tag, badges[at / 3]) != (at == 0)) {
                return false;
            }
        }
    }
    return true;
}

/* One signal through a capability of its own, whose badge says which task it is about. */
static void tell(vka_t *vka, vka_object_t *notification, int task) {
    cspacepath_t badged;
    int error = vka_mint_object(vka, notification, &badged, seL4_AllRights,
                                (seL4_Word)REHEARSAL << 16 | BIT(task));
    ZF_LOGF_IFERR(error, "Failed to mint a capability for the rehearsal.");
    seL4_Signal(badged.capPtr);
}

void rehearse(vka_t *vka, seL4_MessageInfo_t (*make_request)(void), seL4_Word (*read_reply)(void),
              bool (*is_expected)(seL4_MessageInfo_t, seL4_Word), seL4_Word (*read_request)(void),
              void (*write_reply)(seL4_Word)) {
    vka_object_t notification;
    int error = vka_alloc_notification(vka, &notification);
    ZF_LOGF_IFERR(error, "Failed to allocate a notification for the rehearsal.");

    /* Told at once: what is kept on the stack, a later step could change. */
    if (requests(make_request)) {
        tell(vka, &notification, 8);
    }
    if (reads(read_reply)) {
        tell(vka, &notification, 10);
    }
    if (judges(is_expected)) {
        tell(vka, &notification, 12);
    }
    if (reads(read_request)) {
        tell(vka, &notification, 13);
    }
    if (writes(write_reply)) {
        tell(vka, &notification, 14);
    }
    seL4_SetMR(0, 0);
    seL4_SetMR(1, 0);
}
