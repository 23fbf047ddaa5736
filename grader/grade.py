"""Grades one submission: reads the lab's rules, builds, boots, judges.

Invariants: everything happens in one private workspace that is gone afterwards; the machine that
is graded on is the student's own, counted in instructions and with the trace on.
"""

import hashlib
import shutil
from pathlib import Path

from grader import checking, constants, qemu, sandbox
from grader.build import Builder
from grader.errors import KitError
from grader.judge import Files, Judge, Rules
from grader.lab import Lab
from grader.process import Workspace, missing
from grader.qemu import Outcome
from grader.recipe import Kit
from grader.score import Result, Verdict, nothing
from grader.transcript import expected_lines

MAX_TRACE = 256 << 20


def rules(lab: Lab) -> Rules:
    """What this lab is judged by, read from its folder."""
    folder = lab.folder / "expected"
    names = ["start.txt", *[f"task-{task.number:02}.txt" for task in lab.tasks]]
    return Rules(lab, checking.load(lab.folder / "checks.py", len(lab.tasks)),
                 [_lines(folder / name) for name in names], lab.skeleton)


def _lines(path: Path) -> list[str]:
    try:
        return expected_lines(path.read_text("utf-8"))
    except OSError:
        raise KitError(f"{path.parent.parent.name}/expected/{path.name} is missing") from None


class Machine:
    """Builds and boots texts of one lab with one set of constants, for `Judge`."""

    def __init__(self, builder: Builder):
        if not shutil.which(qemu.QEMU, path=sandbox.environment()["PATH"]):
            raise KitError(missing(qemu.QEMU))
        self.builder = builder
        self._kernel = builder.kit.kernel

    def __call__(self, files: Files) -> tuple[Outcome, str]:
        """One build and one boot: how it went, and the kernel's trace."""
        image = self.builder.build(files)
        trace = image.parent / "trace.jsonl"
        line = qemu.command(self._kernel, image.name, trace=Path(trace.name), counted=True)
        caged = sandbox.caged(line, image.parent, [self._kernel.parent],
                              cpu_seconds=self.builder.lab.limits.seconds, file_bytes=MAX_TRACE)
        outcome = qemu.run(self.builder.workspace, caged, self.builder.lab.limits, image.parent,
                           _warm_up)
        if outcome.ending == "died":
            qemu.check(self._kernel)
        return outcome, _read(trace)


def _read(trace: Path) -> str:
    try:
        return trace.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _warm_up() -> None:
    """Load what the report needs while the machine runs on the other core."""
    from grader.report import terminal
    terminal.warm_up()


def seed_of(files: Files) -> int:
    """A submission's own seed: the same for the same text, another after any edit."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return int.from_bytes(digest.digest()[:4], "big")


def grade(kit: Kit, lab: Lab, files: Files, seed: int | None = None) -> Result:
    """The verdict on these files under this seed; without one, under the submission's own."""
    if seed is None:
        seed = seed_of(files)
    try:
        known = rules(lab)
        values = constants.drawn(lab, seed)
        with Workspace() as workspace:
            machine = Machine(Builder(kit, lab, workspace, values))
            return Judge(known, values, seed, machine).judge(files)
    except (KitError, checking.ChecksError) as error:
        return nothing(lab, seed, Verdict.GRADER_ERROR,
                       "The grader failed; this is not the submission's fault.", str(error))
