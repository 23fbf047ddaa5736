"""Verdicts: what a task and a whole submission can come out as, and what each one says.

Invariants: points are only ever given for a task that is `passed`; a grader error has no score at
all, so that it can never be taken for a zero.
"""

from dataclasses import dataclass
from enum import Enum

from grader.lab import Lab, Task
from grader.language import N_, _
from grader.transcript import Difference


class Verdict(Enum):
    """How a task, or a whole submission, came out; the value is the word that programs read."""

    PASSED = N_("passed")
    FAILED = N_("failed")
    BLOCKED = N_("blocked")
    SUSPICIOUS = N_("suspicious")
    BUILD_ERROR = N_("build error")
    HANG = N_("hang")
    LOOP = N_("endless loop")
    FAULT = N_("fault")
    PANIC = N_("panic")
    FLOOD = N_("output flood")
    GRADER_ERROR = N_("grader error")

    @property
    def word(self) -> str:
        """The word that people read."""
        return _(self.value)


@dataclass(frozen=True)
class Explanation:
    """Why a task failed: what should have come, what came, and one thing to try.

    state: the number of first tasks whose transcript the difference is to; 0: none was asked for.
    """

    expected: str = ""
    seen: str = ""
    advice: str = ""
    difference: Difference | None = None
    state: int = 0


@dataclass(frozen=True)
class TaskResult:
    """One task's verdict; `note` is one line, `why` the details where it failed."""

    task: Task
    verdict: Verdict
    note: str = ""
    why: Explanation | None = None

    @property
    def points(self) -> float:
        """What the task earned."""
        return self.task.points if self.verdict is Verdict.PASSED else 0


@dataclass(frozen=True)
class Result:
    """What grading one submission came to.

    seeds: all that it was judged under.   seed: the one whose run `serial` and `trace` show.
    """

    lab: Lab
    seed: int
    verdict: Verdict
    headline: str
    tasks: tuple[TaskResult, ...]
    details: str = ""
    notes: tuple[str, ...] = ()
    serial: str = ""
    trace: str = ""
    seeds: tuple[int, ...] = ()

    @property
    def score(self) -> float | None:
        """The points earned; None where the grader itself failed."""
        if self.verdict is Verdict.GRADER_ERROR:
            return None
        return sum(task.points for task in self.tasks)

    @property
    def full(self) -> bool:
        """True for full marks."""
        return self.verdict is Verdict.PASSED

    @property
    def exit_status(self) -> int:
        """0 full marks, 1 not full, 2 could not grade."""
        return 2 if self.score is None else 0 if self.full else 1


def nothing(lab: Lab, seed: int, verdict: Verdict, headline: str, details: str = "",
            seeds: tuple[int, ...] = ()) -> Result:
    """A result where no task could be looked at: each is blocked by what the headline says."""
    why = _("not judged: {verdict}", verdict=verdict.word)
    tasks = tuple(TaskResult(task, Verdict.BLOCKED, why) for task in lab.tasks)
    return Result(lab, seed, verdict, headline, tasks, details, seeds=seeds)
