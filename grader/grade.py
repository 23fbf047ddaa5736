"""Grades one submission: builds, boots, judges.

Invariants: everything happens in one private workspace that is gone afterwards; the compiler begins
first, and what is needed only later is loaded while it works.
"""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from grader import constants
from grader.build import Builder
from grader.errors import KitError
from grader.lab import Files, Lab
from grader.language import _
from grader.process import Workspace
from grader.recipe import Kit

if TYPE_CHECKING:
    from grader.score import Result


def seed_of(files: Files) -> int:
    """A submission's own seed: the same for the same text, another after any edit."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return constants.seed_from(digest.digest())


def grade(kit: Kit, lab: Lab, files: Files, seed: int | None = None, alone: bool = False
          ) -> "Result":
    """The verdict on these files under this seed (without one, the submission's own) and a second.

    alone: under this seed only.
    """
    if seed is None:
        seed = seed_of(files)
    return _graded(kit, lab, files, constants.draws(lab, seed, alone))


def look_over(kit: Kit, lab: Lab, files: Files) -> "Result":
    """What the verdict would be with the lesson's numbers, as the student sees them on the serial.

    What does not compile is not looked into any further: its author waits.
    """
    return _graded(kit, lab, files, (constants.Draw(0, constants.lesson(lab)),), in_parts=False)


def _graded(kit: Kit, lab: Lab, files: Files, draws: tuple[constants.Draw, ...],
            in_parts: bool = True) -> "Result":
    try:
        with Workspace() as workspace:
            builder = Builder(kit, lab, workspace, *(draw.values for draw in draws))
            builder.begin(files)
            return _judged(builder, draws, files, in_parts)
    except KitError as error:
        return _no_verdict(lab, draws, error)


def _judged(builder: Builder, draws: tuple[constants.Draw, ...], files: Files, in_parts: bool
            ) -> "Result":
    """The verdict on files that are being built."""
    from grader.checking import ChecksError
    from grader.judge import Judge
    from grader.machine import Machine, rules
    _load_reports()
    try:
        held = rules(builder.lab)
        machine = Machine(builder, held.exam, trials=True)
        result = Judge(held, draws, machine, in_parts).judge(files)
    except ChecksError as error:
        return _no_verdict(builder.lab, draws, error)
    return replace(result, notes=(*result.notes, *sorted(builder.flags)))


def _no_verdict(lab: Lab, draws: tuple[constants.Draw, ...], error: Exception) -> "Result":
    from grader.score import Verdict, nothing
    return nothing(lab, draws[0].seed, Verdict.GRADER_ERROR,
                   _("The grader failed; this is not the submission's fault."), str(error),
                   tuple(draw.seed for draw in draws))


def _load_reports() -> None:
    """What every caller needs next."""
    from grader.report import gradescope, html, junit, terminal  # noqa: F401
    terminal.warm_up()
