"""Judges regions of a submission on their own, put into the worked answer.

One mistake shall cost its own task only: where an early task fails, the later ones cannot show
what they do, but in the worked answer they can. Regions that are right together there, with the
output and all the evidence of finished work, are right. Invariants: only the text of regions is
taken from the submission, and it cannot call the functions of the answer that other tasks are about;
nothing of such a run, nor of its compiler, reaches a report, since the worked answer is in it; a task
that cannot be tried is no worse off than one that nobody tried.
"""

from enum import Enum
from typing import Iterable

from grader import states
from grader.build import BuildError, CompileError
from grader.language import N_
from grader.lab import Files
from grader.runs import Runner

# Runs and compilers that had to be stopped take their whole time, so there is an end to trying.
MAX_RUNAWAYS = 6


class Alone(Enum):
    """How a region comes out in the worked answer."""

    RIGHT = N_("right on its own")
    WRONG = N_("not right on its own either")
    UNBUILT = N_("does not compile on its own")
    UNKNOWN = N_("cannot be tried on its own")


class Splicer:
    """Tries regions of one submission in one worked answer."""

    def __init__(self, runner: Runner, answer: Files | None, files: Files):
        self._runner = runner
        self._answer = answer
        self._main = runner.rules.lab.main
        self._text = files[self._main]
        self._runaways = 0
        self._known: dict[frozenset[int], Alone] = {}

    def touched(self) -> set[int]:
        """The tasks whose regions are not as the handout has them, blanks aside."""
        handout = self._runner.rules.handout
        return {number for number in states.regions(handout)
                if _words(self._text, number) != _words(handout, number)}

    def changed_outside(self) -> bool:
        """True if more than the regions differs from the handout, blanks aside."""
        handout = self._runner.rules.handout
        try:
            bare = states.put(self._text, handout, set(states.regions(handout)))
        except states.RegionError:
            return True
        return bare.split() != handout.split()

    def all_right(self, numbers: Iterable[int]) -> bool:
        """True if these regions together are right."""
        return self._try(frozenset(numbers)) is Alone.RIGHT

    def alone(self, numbers: Iterable[int], passed: Iterable[int] = ()) -> dict[int, Alone]:
        """How each of these comes out; together they take a single run if all are right.

        Those that are right must be so together, the first ones before others. One that does not
        compile beside the answer's regions may use a name from another one that is right, or that
        has passed.
        """
        came = self._halved(sorted(numbers))
        together = self._together([number for number, how in came.items() if how is Alone.RIGHT])
        for number, how in came.items():
            if how is Alone.RIGHT and number not in together:
                came[number] = Alone.WRONG
            elif how is Alone.UNBUILT and self.all_right({*passed, *together, number}):
                came[number] = Alone.RIGHT
                together.add(number)
        return self.confirmed(came, passed)

    def confirmed(self, came: dict[int, Alone], passed: Iterable[int] = ()) -> dict[int, Alone]:
        """The same, but what another task's answer may have done, or hides, is right only without
        that one.
        """
        own = {*passed, *(number for number, how in came.items() if how is Alone.RIGHT)}
        for number in own & came.keys():
            check = self._runner.rules.checks[number]
            others = set(check.done_also_by) - own | set(check.hidden_by)
            if others and not self._without(number, own - others, others):
                came[number] = Alone.WRONG
        return came

    def _without(self, number: int, own: set[int], others: set[int]) -> bool:
        """True if this region has its evidence, with its own ones, where those of the others are holes.

        Where the holes are the last tasks, the output must be that of their state, too.
        """
        if self._runner.spent:
            return False
        rules = self._runner.rules
        holes = states.put(self._answer[self._main], rules.handout, others)
        try:
            text = states.put(holes, self._text, own & states.regions(self._text).keys())
            attempt = self._runner.attempt({**self._answer, self._main: text})
        except (states.RegionError, BuildError):
            return False
        state = min(others) - 1
        in_state = len(others) + state < len(rules.lab.tasks) or state in attempt.matched
        return in_state and not any(look.unmet[number] for look in attempt.looks)

    def _together(self, right: list[int]) -> set[int]:
        """Those of the regions right on their own that are right side by side, too."""
        if not right or self.all_right(right):
            return set(right)
        together: set[int] = set()
        for number in right:
            if self.all_right(together | {number}):
                together.add(number)
        return together

    def _halved(self, tried: list[int]) -> dict[int, Alone]:
        """How each of these comes out with the halves that are right."""
        if not tried:
            return {}
        came = self._try(frozenset(tried))
        if came is Alone.RIGHT or len(tried) == 1:
            return {number: came for number in tried}
        middle = len(tried) // 2
        return self._halved(tried[:middle]) | self._halved(tried[middle:])

    def _try(self, numbers: frozenset[int]) -> Alone:
        if numbers not in self._known:
            self._known[numbers] = self._run(numbers)
        return self._known[numbers]

    def _run(self, numbers: frozenset[int]) -> Alone:
        if self._runaways >= MAX_RUNAWAYS or self._runner.spent:
            return Alone.UNKNOWN
        try:
            answer = self._answer[self._main]
            if states.bends(answer, self._text, numbers):
                return Alone.UNKNOWN
            text = states.put(states.apart(answer, numbers), self._text, set(numbers))
            attempt = self._runner.attempt({**self._answer, self._main: text})
        except states.RegionError:
            return Alone.UNKNOWN
        except CompileError:
            return Alone.UNBUILT
        except BuildError:
            self._runaways += 1
            return Alone.UNKNOWN
        self._runaways += attempt.runaway
        return Alone.RIGHT if attempt.finished else Alone.WRONG


def _words(text: str, number: int) -> list[list[str]] | None:
    """A task's regions word by word; None where they are gone."""
    try:
        return [inside.split() for inside in states.region(text, number)]
    except states.RegionError:
        return None
