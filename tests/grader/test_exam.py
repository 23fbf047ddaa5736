"""The exam: what the command line says of its questions, and what the trace says of its answers."""

import pytest

from grader import exam
from grader.checking import ChecksError, Constants
from grader.exam import Answer, Dice
from grader.machine import _words
from grader.trace import Event, Trace


def asked(n, tcb, said, question):
    return Event({"n": n, "ev": "exam", "tcb": tcb, "said": said, "asked": question})


def test_words_come_in_the_order_of_the_message_registers():
    assert exam.words([(8, 1, 2), (12, 2 ** 64 - 1, 0)]) == ("exam=1,2,8,ffffffffffffffff,0,c",)
    assert exam.words([]) == ()


@pytest.mark.parametrize("questions", [[(1, 0, 0)] * (exam.MOST + 1), [(0, 1, 1)], [(1, -1, 0)],
                                       [(1, 0, 2 ** 64)], [(1, 2)], 7])
def test_what_is_no_exam_is_the_authors_mistake(questions):
    with pytest.raises(ChecksError, match="the exam of checks.py failed"):
        _words(lambda const: questions, Constants())


def test_an_answer_is_that_to_the_question_before():
    trace = Trace([asked(1, "0x1", [9, 9], [10, 11, 8]), asked(2, "0x2", [5, 5], [5, 5, 8]),
                   asked(3, "0x1", [20, 21], [12, 13, 10]), asked(4, "0x1", [22, 23], [14, 15, 8]),
                   asked(5, "0x1", [24, 25], [16, 17, 8])])
    assert exam.answers(trace, "0x1", 8) == [Answer(10, 11, 20, 21), Answer(14, 15, 24, 25)]
    assert exam.answers(trace, "0x1", 10) == [Answer(12, 13, 22, 23)]
    assert exam.answers(trace, None, 8) == []


def test_dice_are_the_same_everywhere():
    one, other = Dice(7), Dice(7)
    assert [one.word() for _ in range(3)] == [other.word() for _ in range(3)]
    assert one.word(6) < 64 and Dice(7).word() != Dice(8).word()
    items = [(1, n, n) for n in range(20)]
    mixed = Dice(7).mixed(items)
    assert mixed != items and sorted(mixed) == items and mixed == Dice(7).mixed(items)
