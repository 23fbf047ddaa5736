"""What the kernel asks in the rehearsal (frozen/rehearsal.c), and which answers are right.

Invariant: an answer cannot be had without the work: a word that is to be read comes in one register
and goes back in another, one that is to be written comes in another than it goes into.
"""

from grader.checking import _, require, usual
from grader.exam import Dice, answers

from .seen import ENDPOINT, first_object


def questions(const):
    """What the kernel asks, each task some times: to know two answers is not to know the third.

    Of task 12: badges and lengths that differ from the right ones in a single bit, all others too
    well known to be left out, and the right message among them at any place.
    """
    dice = Dice(const.REHEARSAL)
    badge, right = const.EP_BADGE, (12, const.EP_BADGE, 1)
    wrong = [(12, badge ^ 1 << bit, 1) for bit in (0, 1, *(dice.word(6) for _ in range(12)))]
    wrong += [(12, badge, 1 ^ 1 << bit) for bit in range(7)]
    wrong += [(12, other, length) for other in (0, dice.word()) for length in (0, 1, 2)]
    words = {number: [(number, dice.word(), dice.word()) for _ in range(3)]
             for number in (8, 10, 13, 14)}
    return [*words[8], *words[10], *dice.mixed([*wrong, *[right] * 9]), *words[13], *words[14]]


NOT_REHEARSED = usual(
    "the rehearsal is gone",
    lambda run: first_object(run, ENDPOINT) and not run.trace.first("exam"),
    _("The line rehearse(...) in main is gone or was never reached: it is how the kernel sees "
      "this function. Put it back as the handout has it."))


def wrongly_taken(run):
    """The messages other than the right one that is_expected() took, as it was asked about them."""
    return [judged for judged in answers(run.trace, "rehearse", 12)
            if judged.value and (judged.a, judged.b) != (run.const.EP_BADGE, 1)]


def require_answers(run, number, right, expected, seen):
    """Every question of this task was answered, and rightly.

    right(answer): true if it is.   seen(answer): what a wrong one was like.
    """
    came = answers(run.trace, "rehearse", number)
    wrong = next((answer for answer in came if not right(answer)), None)
    require(not wrong, expected=expected, seen=seen(wrong) if wrong else "")
    asked = sum(question[0] == number for question in questions(run.const))
    require(len(came) == asked, expected=expected,
            seen=_("{count} of {asked} questions answered", count=len(came), asked=asked))


def require_read(run, number, function):
    """This function returned message register 0, every time."""
    require_answers(run, number, lambda read: read.value == read.a,
                    _("{function} to return message register 0", function=function),
                    lambda read: _("{function} returning {value:#x}, where {word:#x} was there",
                                   function=function, value=read.value, word=read.a))
