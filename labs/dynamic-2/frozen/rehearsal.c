/*
 * Makes five steps of the conversation visible to the kernel, each tried alone.
 *
 * Writing a message register, reading one and comparing a badge never enter the kernel, so nobody
 * but the program knows whether they work. Here each is called with values of our choosing; for
 * each that does its work, one notification is signalled with the bit of its task number.
 * Invariant: a bit is signalled only if the step was right for every value that it was tried with.
 */
#include "rehearsal.h"

#include <lab_constants.h>
#include <sel4utils/sel4_zf_logif.h>
#include <utils/arith.h>
#include <utils/zf_log.h>
#include <vka/object_capops.h>
#include <vka/object.h>

/* Two words that no message of the lab carries: a step must not answer with a number it knows. */
#define WORD_A ((seL4_Word)MSG_DATA * 3 + 1)
#define WORD_B ((seL4_Word)EP_BADGE << 40)

static bool requests(seL4_MessageInfo_t (*make_request)(void)) {
    seL4_SetMR(0, 0);
    seL4_MessageInfo_t tag = make_request();
    return seL4_GetMR(0) == MSG_DATA && seL4_MessageInfo_get_length(tag) == 1 &&
           seL4_MessageInfo_get_extraCaps(tag) == 0 &&
           seL4_MessageInfo_get_capsUnwrapped(tag) == 0 && seL4_MessageInfo_get_label(tag) == 0;
}

static bool reads(seL4_Word (*read)(void)) {
    seL4_SetMR(0, WORD_A);
    bool first = read() == WORD_A;
    seL4_SetMR(0, WORD_B);
    return first && read() == WORD_B;
}

static bool writes(void (*write)(seL4_Word)) {
    write(WORD_A);
    bool first = seL4_GetMR(0) == WORD_A;
    write(WORD_B);
    return first && seL4_GetMR(0) == WORD_B;
}

static bool judges(bool (*is_expected)(seL4_MessageInfo_t, seL4_Word)) {
    seL4_MessageInfo_t none = seL4_MessageInfo_new(0, 0, 0, 0);
    seL4_MessageInfo_t one = seL4_MessageInfo_new(0, 0, 0, 1);
    seL4_MessageInfo_t two = seL4_MessageInfo_new(0, 0, 0, 2);
    return is_expected(one, EP_BADGE) && !is_expected(one, 0) && !is_expected(one, EP_BADGE + 1) &&
           !is_expected(none, EP_BADGE) && !is_expected(two, EP_BADGE) && !is_expected(two, 0);
}

/* One signal through a capability of its own, whose badge says which task it is about. */
static void tell(vka_t *vka, vka_object_t *notification, int task) {
    cspacepath_t badged;
    int error = vka_mint_object(vka, notification, &badged, seL4_AllRights, BIT(task));
    ZF_LOGF_IFERR(error, "Failed to mint a capability for the rehearsal.");
    seL4_Signal(badged.capPtr);
}

void rehearse(vka_t *vka, seL4_MessageInfo_t (*make_request)(void), seL4_Word (*read_reply)(void),
              bool (*is_expected)(seL4_MessageInfo_t, seL4_Word), seL4_Word (*read_request)(void),
              void (*write_reply)(seL4_Word)) {
    const struct {
        int task;
        bool works;
    } steps[] = {
        {8, requests(make_request)}, {10, reads(read_reply)},   {12, judges(is_expected)},
        {13, reads(read_request)},   {14, writes(write_reply)},
    };
    vka_object_t notification;
    int error = vka_alloc_notification(vka, &notification);
    ZF_LOGF_IFERR(error, "Failed to allocate a notification for the rehearsal.");

    for (unsigned i = 0; i < ARRAY_SIZE(steps); i++) {
        if (steps[i].works) {
            tell(vka, &notification, steps[i].task);
        }
    }
    seL4_SetMR(0, 0);
}
