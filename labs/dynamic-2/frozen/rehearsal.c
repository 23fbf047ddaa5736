/*
 * Makes five steps of the conversation visible to the kernel, each tried alone.
 *
 * Writing a message register, reading one and comparing a badge never enter the kernel, so nobody
 * but the program knows whether they work. Here the kernel asks: each question is for one of the
 * five, and the trace shows what came of it. When nobody is grading, the kernel asks nothing.
 */
#include "rehearsal.h"

#include <exam/exam.h>

void rehearse(seL4_MessageInfo_t (*make_request)(void), seL4_Word (*read_reply)(void),
              bool (*is_expected)(seL4_MessageInfo_t, seL4_Word), seL4_Word (*read_request)(void),
              void (*write_reply)(seL4_Word)) {
    seL4_Word answer = 0;
    for (;;) {
        /* Takes message register 0 along; two words come in message registers 0 and 1. */
        seL4_Word task = exam_next(seL4_CapInitThreadTCB, answer);
        answer = 0;
        switch (task) {
        case 8:
            answer = make_request().words[0];
            break;
        case 10:
            answer = read_reply();
            break;
        case 12: /* the sender's badge and the length */
            answer = is_expected(seL4_MessageInfo_new(0, 0, 0, seL4_GetMR(1)), seL4_GetMR(0));
            break;
        case 13:
            answer = read_request();
            break;
        case 14: /* another word, and the one to write */
            write_reply(seL4_GetMR(1));
            break;
        default:
            seL4_SetMR(0, 0);
            seL4_SetMR(1, 0);
            return;
        }
    }
}
