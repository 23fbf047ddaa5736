"""What the kernel asks in the rehearsal (frozen/rehearsal.c), and which answers are right.

Invariant: an answer cannot be had without the work: a word that is to be read comes in one register
and goes back in another, one that is to be written comes in another than it goes into.
"""

from grader.checking import _, require, usual
from grader.exam import Dice, answers

from .seen import ALL_ONES, ENDPOINT, first_object


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


CUT = _("The word is cut to 32 bits on its way: keep it in a seL4_Word, not in an int.")


def answered(run, number):
    """What main answered to the questions of this task, in order."""
    return answers(run.trace, "rehearse", number)


def read(run, number):
    """For each question of a reading task: the word that was there, and the word returned."""
    return [(asked.a, asked.value) for asked in answered(run, number)]


def cut(words):
    """True if each word came out as its low 32 bits, and that made a difference."""
    low = [(word % 2 ** 32, word >> 31 & 1, came) for word, came in words]
    return any(word != came for word, came in words) and all(
        came in (bits, bits + negative * (2 ** 64 - 2 ** 32)) for bits, negative, came in low)


def turned_over(words):
    """True if each word came out with all its bits turned over."""
    return words and all(came == word ^ ALL_ONES for word, came in words)


def wrongly_taken(run):
    """The messages other than the right one that is_expected() took, as it was asked about them."""
    return [judged for judged in answered(run, 12)
            if judged.value and (judged.a, judged.b) != (run.const.EP_BADGE, 1)]


def require_answers(run, number, right, expected, seen):
    """Every question of this task was answered, and rightly.

    right(answer): true if it is.   seen(answer): what a wrong one was like.
    """
    came = answered(run, number)
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


def request_seen(run, made):
    """What a wrong request of make_request() was like."""
    if made.register != run.const.MSG_DATA:
        return _("message register 0 holding {word:#x}", word=made.register)
    return _("the tag {tag:#x}: label {label}, capsUnwrapped {unwrapped}, extraCaps {caps}, "
             "length {count}", tag=made.value, label=made.value >> 12,
             unwrapped=made.value >> 9 & 7, caps=made.value >> 7 & 3, count=made.value & 127)
