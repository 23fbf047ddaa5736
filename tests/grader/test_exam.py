"""The exam: what the command line says of its questions, and what the trace says of its answers."""

import pytest

from grader import exam
from grader.checking import ChecksError, Constants
from grader.exam import Answer, Dice
from grader.machine import _words
from grader.trace import Event, Trace


def asked(n, by, said, question):
    return Event({"n": n, "ev": "exam", "by": by, "said": said, "asked": question})


def test_words_come_in_the_order_of_the_message_registers():
    assert exam.words([(8, 1, 2), (12, 2 ** 64 - 1, 0)]) == ("exam=1,2,8,ffffffffffffffff,0,c",)
    assert exam.words([]) == ()


@pytest.mark.parametrize("questions", [[(1, 0, 0)] * (exam.MOST + 1), [(0, 1, 1)], [(1, -1, 0)],
                                       [(1, 0, 2 ** 64)], [(1, 2)], 7])
def test_what_is_no_exam_is_the_authors_mistake(questions):
    with pytest.raises(ChecksError, match="the exam of checks.py failed"):
        _words(lambda const: questions, Constants())


def test_an_answer_is_that_to_the_question_before():
    trace = Trace([asked(1, "try", [9, 9], [10, 11, 8]), asked(2, "try", [20, 21], [12, 13, 10]),
                   asked(3, "try", [22, 23], [14, 15, 8]), asked(4, "try", [24, 25], [0, 0, 0])])
    assert exam.answers(trace, "try", 8) == [Answer(10, 11, 20, 21), Answer(14, 15, 24, 25)]
    assert exam.answers(trace, "try", 10) == [Answer(12, 13, 22, 23)]
    assert exam.answers(trace, "other", 8) == []


@pytest.mark.parametrize("by, counts", [
    (("", "try", "try"), [22]), (("try", "", "try"), []), (("try", "try", ""), [20])])
def test_an_answer_counts_only_if_question_and_answer_went_through_the_function(by, counts):
    trace = Trace([asked(1, by[0], [0, 0], [10, 11, 8]), asked(2, by[1], [20, 21], [12, 13, 8]),
                   asked(3, by[2], [22, 23], [0, 0, 0])])
    assert [answer.register for answer in exam.answers(trace, "try", 8)] == counts


def test_dice_are_the_same_everywhere():
    one, other = Dice(7), Dice(7)
    assert [one.word() for _ in range(3)] == [other.word() for _ in range(3)]
    assert one.word(6) < 64 and Dice(7).word() != Dice(8).word()
    items = [(1, n, n) for n in range(20)]
    mixed = Dice(7).mixed(items)
    assert mixed != items and sorted(mixed) == items and mixed == Dice(7).mixed(items)
