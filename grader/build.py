"""Carries out a lab's recipe for the grader: pristine, caged, limited, and explained.

Invariants: a graded build sees only the frozen part and the named files of the submission; what
no submission goes into is compiled once; what the compiler says reaches the student without this
machine's paths and cut to a length that a person reads.
"""

import errno
import os
import re
from pathlib import Path

from grader import sandbox
from grader.checking import Constants
from grader.constants import HEADER, header
from grader.errors import KitError
from grader.lab import Lab
from grader.process import Workspace
from grader.recipe import GIVEN, Kit, Step, recipe

STEP_SECONDS = 20.0
MAX_MESSAGE_LINES = 40
MAX_OBJECT = 64 << 20
_GRADED = ("-fdiagnostics-color=never", "-fmax-errors=10")


class BuildError(Exception):
    """The submission does not compile or link; the message is for the student."""


class Builder:
    """Builds submissions of one lab in one workspace, each into a folder of its own."""

    def __init__(self, kit: Kit, lab: Lab, workspace: Workspace, values: Constants):
        for product in kit.products:
            if not product.is_file():
                raise KitError(f"the frozen part is not built ({product.name} is missing): "
                               "run ./init --setup in the kit's folder")
        self.kit = kit
        self.lab = lab
        self.workspace = workspace
        self._recipe = recipe(kit, lab)
        self._header = header(lab, values)
        self._count = 0
        self._first: Path | None = None

    def build(self, files: dict[str, str]) -> Path:
        """The image that boots, from these texts of the lab's files."""
        self._count += 1
        folder = self.workspace.folder / f"build-{self._count}"
        (folder / GIVEN).mkdir(parents=True)
        generated = {f"{GIVEN}/{HEADER}": self._header, **self._recipe.generated}
        for name, text in (generated | files).items():
            (folder / name).write_text(text, "utf-8")
        to_do = [step for step in self._recipe.steps if not self._taken_over(step, folder)]
        while to_do:
            made_later = {step.output for step in to_do}
            ready = [step for step in to_do if not made_later & set(step.inputs)]
            self._together(ready, folder)
            to_do = [step for step in to_do if step not in ready]
        self._first = self._first or folder
        return folder / self._recipe.image

    def _taken_over(self, step: Step, folder: Path) -> bool:
        """Frozen parts are the same in every build of this workspace."""
        if not (step.frozen and self._first):
            return False
        os.link(self._first / step.output, folder / step.output)
        return True

    def _together(self, steps: list[Step], folder: Path) -> None:
        """Carry out steps that do not need each other, as many at a time as there are cores."""
        lines = [self._caged(step, folder) for step in steps]
        done = self.workspace.calls(lines, seconds=3 * STEP_SECONDS, folder=folder,
                                    env=sandbox.environment(), at_once=os.cpu_count() or 1)
        for step, (status, said) in zip(steps, done):
            if status and os.strerror(errno.ENOSPC) in said:
                raise KitError(f"no space left to build in {folder.parent}")
            if status and step.frozen:
                raise KitError(f"the lab's own {step.output} does not build: {said[:2000]}")
            if status:
                raise BuildError(clean(said, [folder, self.kit.root])
                                 or f"the compiler stopped: {_why(status)}")

    def _caged(self, step: Step, folder: Path) -> list[str]:
        line = [*step.line, *(_GRADED if step.compiles else ())]
        frozen = self.lab.folder / "frozen"
        readable = [self.kit.root / "libs", self.kit.libraries,
                    *([frozen] if frozen.is_dir() else [])]
        return sandbox.caged(line, folder, readable, cpu_seconds=STEP_SECONDS,
                             file_bytes=MAX_OBJECT)


def _why(status: int) -> str:
    return ("it took too long" if status in (124, *sandbox.OUT_OF_TIME)
            else f"status {status}, without a message")


def clean(said: str, roots: list[Path]) -> str:
    """A compiler's message without the paths of this machine, cut to a readable length."""
    for root in roots:
        said = said.replace(f"{root}/", "")
    said = re.sub(r"/\S*/(?=(?:ld|cc1|as|collect2)\b)", "", said)
    said = re.sub(r"(?m)^(?:/usr\S*/)", "", said)
    said = "".join(c for c in said if c in "\n\t" or c.isprintable())
    lines = [line[:300] for line in said.split("\n") if line.strip()]
    if any("undefined reference to `loader_table'" in line for line in lines):
        return "there is no function main: the program cannot start"
    if len(lines) > MAX_MESSAGE_LINES:
        lines[MAX_MESSAGE_LINES:] = [f"… and {len(lines) - MAX_MESSAGE_LINES} more lines"]
    return "\n".join(lines)
