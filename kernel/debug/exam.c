/* The exam: questions from the command line that a program puts to parts of itself.
 *
 * Reading a message register or comparing a badge never enters the kernel, so nobody but the
 * program knows whether it works. So the kernel asks. An exam invocation, of any TCB, brings the
 * answer to the last question and takes the next one along; the trace shows both, and which
 * instruction asked, so whoever reads it can tell whether the answer is right and whose it is.
 * Invariant: no program can know a question before it is asked; after the last one all words are 0.
 */
#include "api/api.h"
#include "boot/boot.h"
#include "debug/debug.h"
#include "sched/sched.h"

#define ANSWER_WORDS   2
#define QUESTION_WORDS 3

#define EXAM_LABEL 0x6578616d /* "exam": far from all labels of the ABI */

bool exam_next(struct invocation *inv) {
    static unsigned at;
    if (inv->label != EXAM_LABEL || cap_type(inv->cap) != cap_thread || inv->length < ANSWER_WORDS)
        return false;
    for (unsigned i = 0; i < QUESTION_WORDS; i++)
        set_result(inv, i, at < EXAM_WORDS ? machine.exam[at++] : 0);
    trace(lives);
    trace(exam, current_thread->restart_ip, ANSWER_WORDS,
          (const void *)(word_t[]){word_arg(inv, 0), word_arg(inv, 1)}, QUESTION_WORDS,
          (const void *)inv->result);
    return true;
}
