"""Finds the source line of an instruction, by addr2line from the image's own debug information.

That information comes from the student's compile, so it is read in the sandbox and believed
little. Invariant: a line is only named, and its text shown, if it is in a file of the student's;
of anything else only the function's name is, if it looks like one.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader import sandbox
from grader.language import _
from grader.process import PATIENCE, Workspace
from grader.table import C_NAME

TOOL = "addr2line"
SECONDS = 5.0
MAX_TEXT = 100
MAX_SAID = 1 << 16
_AT = re.compile(r"(.*):(\d+)(?: \(discriminator \d+\))?")


@dataclass(frozen=True)
class Place:
    """Where an instruction stands: a line of the student's, or at least a function."""

    function: str = ""
    file: str = ""
    line: int = 0
    text: str = ""

    def __str__(self) -> str:
        if self.file:
            return f"{self.file}:{self.line}: {self.text}"
        return _("in {function}()", function=self.function)


def find(workspace: Workspace, image: Path, address: str, files: dict[str, str]) -> Place | None:
    """The place of this address (0x…) in an image made from these files; None if unknown."""
    line = [TOOL, "-e", image.name, "-f", "-i", address]
    caged = sandbox.caged(line, image.parent, [], cpu_seconds=SECONDS, file_bytes=MAX_SAID)
    status, said = workspace.call(caged, seconds=PATIENCE * SECONDS, folder=image.parent,
                                  env=sandbox.environment())
    return read(said, files) if status == 0 else None


def read(said: str, files: dict[str, str]) -> Place | None:
    """What addr2line said: pairs of a function and FILE:LINE, the innermost first.

    A stub of a library is inlined into its caller, so the first line of the student's counts.
    """
    lines = said.splitlines()
    frames = list(zip(lines[::2], lines[1::2]))
    for function, where in frames:
        found = _AT.fullmatch(where)
        text = _text(files, found) if found else None
        if text is not None:
            return Place(_name(function), PurePosixPath(found[1]).name, int(found[2]), text)
    name = _name(frames[0][0]) if frames else ""
    return Place(name) if name else None


def _text(files: dict[str, str], found: re.Match[str]) -> str | None:
    """The text of this line, if it is one of the student's."""
    name = PurePosixPath(found[1]).name
    lines = files[name].split("\n") if name in files else []  # as the compiler counts them
    number = int(found[2][:9])
    return lines[number - 1].strip()[:MAX_TEXT] if 0 < number <= len(lines) else None


def _name(function: str) -> str:
    return function if C_NAME.fullmatch(function) and len(function) < 64 else ""
