/* The exam: questions from the command line that a program puts to parts of itself.
 *
 * Reading a message register or comparing a badge never enters the kernel, so nobody but the
 * program knows whether it works. So the kernel asks. An exam invocation, of any TCB, brings the
 * answer to the last question and takes the next one along; the trace shows both, and which
 * instruction asked, so whoever reads it can tell whether the answer is right and whose it is.
 * Another one has the kernel look at a capability, and write into its account (lives.c) what it
 * stands for. Invariant: no program can know a question before it is asked; after the last one all
 * words are 0.
 */
#include "api/api.h"
#include "boot/boot.h"
#include "debug/debug.h"
#include "sched/sched.h"

#define ANSWER_WORDS   2
#define QUESTION_WORDS 3

#define EXAM_LABEL 0x6578616d /* "exam": far from all labels of the ABI */
#define LOOK_LABEL (EXAM_LABEL + 1)

/* The next question, after the answer to the last one. */
static void ask(struct invocation *inv) {
    static unsigned at;
    for (unsigned i = 0; i < QUESTION_WORDS; i++)
        set_result(inv, i, at < EXAM_WORDS ? machine.exam[at++] : 0);
    trace(lives);
    trace(exam, current_thread->restart_ip, ANSWER_WORDS,
          (const void *)(word_t[]){word_arg(inv, 0), word_arg(inv, 1)}, QUESTION_WORDS,
          (const void *)inv->result);
}

static void look(cptr_t address) {
    const slot_t *slot = lookup_slot(current_thread, address);
    trace(life, slot != NULL ? slot->cap : cap_null_new(), LIFE_SEEN);
}

bool exam_invoke(struct invocation *inv) {
    if (cap_type(inv->cap) != cap_thread)
        return false;
    if (inv->label == EXAM_LABEL && inv->length >= ANSWER_WORDS)
        ask(inv);
    else if (inv->label == LOOK_LABEL && inv->length >= 1)
        look(word_arg(inv, 0));
    else
        return false;
    return true;
}
