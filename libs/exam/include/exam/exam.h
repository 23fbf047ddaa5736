/*
 * The exam: the kernel asks a program about work that never enters the kernel.
 *
 * Whoever reads the kernel's trace sees each question and its answer, and no program can know a
 * question before it is asked. What the questions mean is a matter of the lab: its checks.py writes
 * them, and a frozen part of it puts them to the student's code.
 */
#pragma once

#include <sel4/sel4.h>

typedef struct exam_question {
    seL4_Word task; /* which task it is about; 0: there are no more questions */
    seL4_Word a, b; /* also in message registers 0 and 1, as if a message had brought them */
} exam_question_t;

/**
 * Gives the kernel the answer to the last question, and takes the next one.
 *
 * The answer is two words: message register 0 as it stands, and @p answer, which goes into message
 * register 1. The answer before the first question means nothing.
 * @param tcb any thread's capability
 * @return the next question; one of task 0 after the last, where nobody asks, and on seL4, where
 *         there is no exam
 */
exam_question_t exam_next(seL4_CPtr tcb, seL4_Word answer);
