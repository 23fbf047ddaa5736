"""Finds whose the mistake is, where a submission is not right as a whole.

A task's evidence can be spoilt by any other task. So each region is tried on its own in the worked
answer, and the task that failed first is to blame unless it is right there and another one is not.
Invariant: a region that is right on its own, beside no wrong one, is never blamed for what is around
the regions; the blame says then that it is `outside`.
"""

from dataclasses import dataclass, field

from grader.splice import Alone, Splicer


@dataclass(frozen=True)
class Blame:
    """Whose the mistake is.

    first: the first task that is not right as things stand.   culprits: the tasks to mend.
    alone: how those after the first came out on their own.   outside: it is in no single region.
    """

    first: int
    culprits: set[int]
    alone: dict[int, Alone] = field(default_factory=dict)
    outside: bool = False

    @property
    def guilty(self) -> int:
        """The task to mend first."""
        return min(self.culprits)


def blame(splicer: Splicer, first: int) -> Blame:
    """Whose the mistake is, where task `first` is the first that is not right as things stand."""
    touched = splicer.touched()
    later = {number for number in touched if number > first}
    rest_right = bool(later) and splicer.all_right(touched - {first})
    passed = touched - {first} - later
    came = splicer.confirmed({number: Alone.RIGHT for number in later}, passed) if rest_right \
        else splicer.alone(later, passed)
    if first not in touched or rest_right and not splicer.changed_outside() \
            or splicer.alone({first})[first] is not Alone.RIGHT:
        return Blame(first, {first}, came)
    others = {} if rest_right else {**splicer.alone(range(1, first)), **came}
    culprits = {number for number, how in others.items() if how is Alone.WRONG}
    if culprits:
        return Blame(first, culprits, {**came, first: Alone.RIGHT})
    return Blame(first, {first}, came, outside=True)
