"""Runs one text of a lab under every seed, and looks at each run from all sides.

Invariant: what is said of an attempt holds in every one of its runs; one run that is not right is
enough to deny it.
"""

from dataclasses import dataclass, field
from typing import Callable

from grader import diagnose, transcript
from grader.checking import Check, Constants, Run, Unmet, no_exam
from grader.constants import Draw
from grader.exam import Question
from grader.lab import Files, Lab
from grader.language import _
from grader.places import Place
from grader.qemu import Outcome
from grader.trace import parse


@dataclass(frozen=True)
class Rules:
    """All that a lab holds to judge by: `transcripts[k]` is what state k shows.

    answer: makes the worked answer's files, or None in a copy of the kit without answers.
    exam: the questions that the kernel asks.
    """

    lab: Lab
    checks: dict[int, Check]
    transcripts: list[list[str]]
    handout: str
    answer: Callable[[], Files | None] = lambda: None
    exam: Callable[[Constants], list[Question]] = no_exam


# So many times the instructions of one run may be used for all that is tried after the first.
TRIALS = 5


class GraderError(Exception):
    """The grader failed, not the submission."""


@dataclass(frozen=True)
class Ran:
    """One boot: how it went, the kernel's trace, and where in the source an instruction stands.

    place: from a thread's name and an address.
    """

    outcome: Outcome
    trace: str
    place: Callable[[str, str], Place | None] = lambda thread, address: None


Boot = Callable[[Files], list[Ran]]


@dataclass
class Look:
    """One run, looked at from all sides.

    unmet: what is missing of each task's evidence.   printed: the states whose output it shows.
    matched: those of them in which it also ended as it should.
    """

    draw: Draw
    ran: Ran
    run: Run
    unmet: dict[int, Unmet | None]
    printed: set[int]
    matched: set[int] = field(default_factory=set)

    @property
    def evidenced(self) -> int:
        """e: how many first tasks have their evidence."""
        return next((number - 1 for number, unmet in self.unmet.items() if unmet),
                    len(self.unmet))

    @property
    def instructions(self) -> int:
        """How many it took, as far as the kernel's trace tells."""
        records = self.run.trace.records
        return records[-1].t or 0 if records else 0

    @property
    def finished(self) -> bool:
        """True if this run shows the whole lab done."""
        return self.evidenced == len(self.unmet) and len(self.unmet) in self.matched


@dataclass
class Attempt:
    """All runs of one text, one a seed."""

    looks: list[Look]

    @property
    def evidenced(self) -> int:
        """How many first tasks have their evidence in every run."""
        return min(look.evidenced for look in self.looks)

    @property
    def matched(self) -> set[int]:
        """The states that every run matches."""
        return set.intersection(*(look.matched for look in self.looks))

    @property
    def finished(self) -> bool:
        """True if every run shows the whole lab done."""
        return all(look.finished for look in self.looks)

    @property
    def runaway(self) -> bool:
        """True if some run had to be stopped."""
        return any(look.ran.outcome.ending in ("time", "flood") for look in self.looks)

    @property
    def worst(self) -> Look:
        """The run that came least far: the one to explain and to show."""
        return min(self.looks, key=lambda look: (look.evidenced, max(look.matched, default=-1)))


class Runner:
    """Runs texts of one lab; `boot` builds a text and boots it once a draw, in their order.

    spent: nothing more is tried, since a run has used up its processor time, or all that came
    after the first one have used up their instructions together.
    """

    def __init__(self, rules: Rules, draws: tuple[Draw, ...], boot: Boot):
        self.rules = rules
        self.draws = draws
        self.boot = boot
        self.spent = False
        self._left: int | None = None

    def attempt(self, files: Files) -> Attempt:
        """What came of these files."""
        runs = self.boot(files)
        attempt = Attempt([self._look(draw, ran) for draw, ran in zip(self.draws, runs)])
        most = self.rules.lab.limits.instructions
        self._left = TRIALS * most if self._left is None else self._left - min(
            most, max(look.instructions for look in attempt.looks))
        self.spent |= self._left <= 0 or any(ran.outcome.ending == "clock" for ran in runs)
        return attempt

    def _look(self, draw: Draw, ran: Ran) -> Look:
        outcome, texts = ran.outcome, self.rules.transcripts
        if outcome.ending == "died":
            raise GraderError(_("QEMU failed: {why}",
                                why=outcome.error[:500] or _("without a message")))
        if outcome.ending == "stalled":
            raise GraderError(_("the machine came to no end, and had not used its processor time "
                                "either: is this host overloaded?"))
        trace = parse(ran.trace)
        if outcome.ending == "idle" and trace.idle is None:
            raise GraderError(_("the kernel's trace does not reach to the end of the run (is the "
                                "disk full?)"))
        run = Run(trace, draw.values, transcript.user_part(outcome.serial), outcome.ending)
        unmet = {number: _evidence(check, run) for number, check in self.rules.checks.items()}
        printed = {state for state, expected in enumerate(texts)
                   if not transcript.difference(run.serial, expected, draw.values)}
        matched = {state for state in printed if honest(run, texts[state])}
        return Look(draw, ran, run, unmet, printed, matched)


def _evidence(check: Check, run: Run) -> Unmet | None:
    """What is missing of a task's evidence, or None."""
    try:
        check.evidence(run)
    except Unmet as unmet:
        return unmet
    except Exception as error:
        raise GraderError(_("the check of task {number} failed: {name}: {error}",
                            number=check.number, name=type(error).__name__, error=error)
                          ) from error
    return None


def honest(run: Run, expected: list[str]) -> bool:
    """True if the run ended as runs do, once, with just the faults that the transcript shows."""
    shown = sum(line.startswith("Caught ") for line in expected)
    halts = any(line.startswith("halting...") for line in expected)
    return (run.ending == ("halt" if halts else "idle") and run.trace.boots <= 1
            and len(diagnose.unhandled(run.trace)) == shown)
