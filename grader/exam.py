"""The exam: questions that the kernel puts to a program about work that never enters the kernel.

A lab's checks.py may have a function `exam(const)` that gives them in order, each as three numbers:
the task, and two words. They reach the program through message registers 2, 0 and 1 (libs/exam);
a frozen part of the lab calls the student's function with them and answers with message register 0,
as it stands then, and a value. Invariants: the same constants ask the same; what depends on a
hidden constant no program can know before it is asked.

    from grader.exam import Dice, answers

    def exam(const):
        dice = Dice(const.HIDDEN)
        return [(3, dice.word(), dice.word()) for _ in range(3)]
"""

import hashlib
from dataclasses import dataclass
from typing import Iterable, Sequence

from grader.trace import Trace

MOST = 80
Question = tuple[int, int, int]


@dataclass(frozen=True)
class Answer:
    """What came of a question: its two words, message register 0 afterwards, and the value."""

    a: int
    b: int
    register: int
    value: int


class Dice:
    """Numbers that look random and follow from a key, on every machine the same."""

    def __init__(self, key: int):
        self._key = key
        self._rolled = 0

    def word(self, bits: int = 64) -> int:
        """The next number of at most so many bits."""
        self._rolled += 1
        digest = hashlib.sha256(f"{self._key}:{self._rolled}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 64 - bits

    def mixed(self, items: Iterable[Question]) -> list[Question]:
        """These in an order of the dice's choice."""
        return sorted(items, key=lambda _: self.word())


def words(questions: Sequence[Question]) -> tuple[str, ...]:
    """What the kernel's command line says of them."""
    if not questions:
        return ()
    if len(questions) > MOST or not all(
            task > 0 and all(0 <= number < 2 ** 64 for number in (task, a, b))
            for task, a, b in questions):
        raise ValueError(f"an exam has at most {MOST} questions: a task and two words of 64 bits")
    return ("exam=" + ",".join(f"{a:x},{b:x},{task:x}" for task, a, b in questions),)


def answers(trace: Trace, function: str, task: int) -> list[Answer]:
    """What this function answered to the questions of this task, in order.

    function: the global one of a frozen file that holds the calls of exam_next(). What is asked or
    answered by other instructions does not count.
    """
    dialogue = trace.events("exam")
    return [Answer(*now.asked[:2], *then.said) for now, then in zip(dialogue, dialogue[1:])
            if now.asked[2] == task and now.by == then.by == function]
