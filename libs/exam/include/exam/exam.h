/*
 * The exam: the kernel asks a program about work that never enters the kernel.
 *
 * Whoever reads the kernel's trace sees each question and its answer, and no program can know a
 * question before it is asked. What the questions mean is a matter of the lab: its checks.py writes
 * them, and a frozen part of it puts them to the student's code. The trace also has the place of
 * an exam_next(), which must therefore be part of the frozen function itself. Besides, the kernel
 * looks at capabilities, for its account of objects (kernel/debug/lives.c).
 */
#pragma once

#include <sel4/sel4.h>

/* The labels of the two calls, as in kernel/debug/exam.c. */
enum { EXAM_LABEL = 0x6578616d, LOOK_LABEL };

/**
 * Gives the kernel the answer to the last question, and takes the next one.
 *
 * The answer is two words: message register 0 as it stands, and @p answer, which goes into message
 * register 1. The answer before the first question means nothing. The question is two words as
 * well, in message registers 0 and 1, where a message would have brought them.
 * @param tcb any thread's capability
 * @return the number of the task that the question is about; 0 after the last one, where nobody
 * asks, and on seL4, where there is no exam
 */
__attribute__((always_inline)) static inline seL4_Word exam_next(seL4_CPtr tcb, seL4_Word answer) {
    const seL4_Word answer_words = 2, question_words = 3;
    seL4_SetMR(1, answer);
    seL4_MessageInfo_t came = seL4_Call(tcb, seL4_MessageInfo_new(EXAM_LABEL, 0, 0, answer_words));
    return seL4_MessageInfo_get_length(came) == question_words ? seL4_GetMR(2) : 0;
}

/**
 * Has the kernel look at a capability, and write into its account of objects which one it stands
 * for, if any. Takes message register 0. On seL4 the call is refused, and nothing else happens.
 * @param tcb    any thread's capability
 * @param object the capability to look at
 */
__attribute__((always_inline)) static inline void exam_look(seL4_CPtr tcb, seL4_CPtr object) {
    seL4_SetMR(0, object);
    seL4_Call(tcb, seL4_MessageInfo_new(LOOK_LABEL, 0, 0, 1));
}
