"""What a lab is judged by, and the machine that builds and boots its texts for the judge.

Invariant: the machine that is graded on is the student's own, counted in instructions and with the
trace on.
"""

import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Callable

from grader import checking, places, qemu, sandbox, states, symbols
from grader.build import Builder
from grader.checking import Constants, no_exam
from grader.errors import KitError
from grader.exam import Question, words
from grader.lab import Files, Lab, Limits
from grader.language import _
from grader.process import missing
from grader.runs import Ran, Rules
from grader.transcript import expected_lines

MAX_TRACE = 256 << 20
# QEMU sets aside far more addresses than it uses.
MAX_MEMORY = 4 << 30
TRACE = "trace.jsonl"
# What is tried after the submission itself is parts of it, where a loop in one is met many times.
TRIAL_PART, TRIAL_SECONDS_PART = 1 / 2, 1 / 6


def rules(lab: Lab) -> Rules:
    """What this lab is judged by, read from its folder."""
    folder = lab.folder / "expected"
    names = ["start.txt", *[f"task-{task.number:02}.txt" for task in lab.tasks]]
    checks = checking.load(lab.folder / "checks.py", len(lab.tasks))
    return Rules(lab, checks.of, [_lines(folder / name) for name in names], lab.skeleton,
                 lru_cache(lambda: states.answer(lab)), checks.exam)


def _lines(path: Path) -> list[str]:
    try:
        return expected_lines(path.read_text("utf-8"))
    except OSError:
        raise KitError(_("{lab}/expected/{name} is missing", lab=path.parent.parent.name,
                         name=path.name)) from None


class Machine:
    """Builds and boots texts of one lab, once a draw of its constants, for `Judge`.

    exam: what the kernel asks, by the constants of the draw.   trials: what comes after the first
    text is tried with a part of its limits.
    """

    def __init__(self, builder: Builder, exam: Callable[[Constants], list[Question]] = no_exam,
                 trials: bool = False):
        if not shutil.which(qemu.QEMU, path=sandbox.environment()["PATH"]):
            raise KitError(missing(qemu.QEMU))
        self.builder = builder
        self._kernel = builder.kit.kernel
        self._limits = builder.lab.limits
        self._trials = trials
        self._asked = [_words(exam, values) for values in builder.values]

    def __call__(self, files: Files) -> list[Ran]:
        """One build and one boot a draw, side by side."""
        images = self.builder.build(files)
        outcomes = qemu.run_all(self.builder.workspace,
                                [(self._line(image, asked), image.parent)
                                 for image, asked in zip(images, self._asked)],
                                self.builder.lab.limits)
        if self._trials:
            self._limits = _part(self.builder.lab.limits)
        if any(outcome.ending == "died" for outcome in outcomes):
            qemu.check(self._kernel)
        return [Ran(outcome, self._trace(image.parent, outcome), self._places(image, files))
                for image, outcome in zip(images, outcomes)]

    def _trace(self, folder: Path, outcome: qemu.Outcome) -> str:
        """The trace, in which the exam's records say which function of the first program asked."""
        if outcome.ending in qemu.BY_THE_HOST or not (folder / TRACE).is_file():
            return ""
        text = (folder / TRACE).read_text("utf-8", errors="replace")
        return symbols.named(text, folder / self.builder.programs[0])

    def _line(self, image: Path, asked: tuple[str, ...]) -> list[str]:
        """QEMU's command line in the sandbox."""
        line = qemu.command(self._kernel, image.name, words=("idle=exit", *asked),
                            trace=Path(TRACE), counted=True, limits=self._limits, filtered=True)
        return sandbox.caged(line, image.parent, [self._kernel.parent],
                             cpu_seconds=self._limits.seconds, file_bytes=MAX_TRACE,
                             memory=MAX_MEMORY)

    def _places(self, image: Path, files: Files):
        """Finds the source line of a thread's instruction: threads are named after programs."""
        def find(thread: str, address: str) -> places.Place | None:
            programs = self.builder.programs
            program = f"{thread}.elf" if f"{thread}.elf" in programs else programs[0]
            return places.find(self.builder.workspace, image.parent / program, address, files)
        return lru_cache(find)


def _part(limits: Limits) -> Limits:
    return replace(limits, instructions=int(limits.instructions * TRIAL_PART),
                   seconds=limits.seconds * TRIAL_SECONDS_PART)


def _words(exam: Callable[[Constants], list[Question]], values: Constants) -> tuple[str, ...]:
    """What the kernel's command line says of the exam."""
    try:
        return words(exam(values))
    except Exception as error:
        raise checking.ChecksError(_("the exam of checks.py failed: {name}: {error}",
                                     name=type(error).__name__, error=error)) from error
