"""Finds the submissions of a class in a folder: NAME.c, NAME/, NAME.tar.gz, NAME.tgz or NAME.zip.

Invariants: nothing is followed out of the folder; a student has exactly one entry; the same bytes
have the same fingerprint, whatever their dates are; the folder of a student's results has a plain
name, whatever the student is called.
"""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader import intake
from grader.errors import Refusal
from grader.intake import IntakeError
from grader.lab import Lab
from grader.language import _
from grader.report.terminal import plain

ARCHIVES = (".tar.gz", ".tgz", ".zip")


@dataclass(frozen=True)
class Entry:
    """One student's submission: whose, and where it lies."""

    student: str
    path: Path

    @property
    def folder(self) -> str:
        """The name of the folder with this student's results."""
        plain = re.sub(r"[^\w.@+-]", "_", self.student)
        hashed = re.search(r"-[0-9a-f]{10}$", plain)
        if plain == self.student and not plain.startswith(".") and len(plain) <= 60 and not hashed:
            return plain
        digest = hashlib.sha256(self.student.encode()).hexdigest()
        return f"{plain.lstrip('.')[:50]}-{digest[:10]}"


def readable(name: str) -> str:
    """A file name as text; a name that is not UTF-8 still becomes one."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def shown(name: str) -> str:
    """A name for the terminal: one line, and nothing that a terminal obeys."""
    return plain(name).replace("\n", "·")


def find(folder: Path, lab: Lab) -> tuple[list[Entry], list[str]]:
    """The submissions by student, and the names of what is none."""
    found: dict[str, Entry] = {}
    others = []
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise Refusal(f"{folder}: {_(error.strerror)}") from None
    for name in names:
        student = _student(folder / name, lab)
        if student is None:
            others += [readable(name)] * (not name.startswith("."))
        elif student in found:
            raise Refusal(_("{student!r} has two entries, {first} and {second}: keep one of "
                            "them", student=student, first=readable(found[student].path.name),
                            second=readable(name)))
        else:
            found[student] = Entry(student, folder / name)
    return [found[student] for student in sorted(found)], others


def _student(path: Path, lab: Lab) -> str | None:
    """Whose submission this is by its name, or None if it is no submission."""
    name = readable(path.name)
    if name.startswith("."):
        return None
    for suffix in (*ARCHIVES, *([".c"] if len(lab.files) == 1 else [])):
        if name.endswith(suffix) and name != suffix and not path.is_dir():
            return name.removesuffix(suffix)
    return name if path.is_dir() else None


def place(entry: Entry, lab: Lab) -> Path:
    """What is to be taken in: the entry itself, or the one archive in a student's folder."""
    if entry.path.is_symlink():
        raise IntakeError(_("{name} is a link", name=readable(entry.path.name)))
    if entry.path.is_dir() and not os.path.lexists(entry.path / lab.main):
        inside = [path for path in sorted(entry.path.iterdir())
                  if path.name.endswith(ARCHIVES) and stat.S_ISREG(path.lstat().st_mode)]
        if len(inside) == 1:
            return inside[0]
    return entry.path


def take(entry: Entry, lab: Lab) -> dict[str, str]:
    """The submission's files as text."""
    return intake.take(lab, place(entry, lab))


def _parts(path: Path, lab: Lab) -> list[Path]:
    """The files that are read of what is to be taken in."""
    return [intake.located(path, name) for name in lab.files] if path.is_dir() else [path]


def fingerprint(entry: Entry, lab: Lab) -> str:
    """What tells a changed submission from the same one, read without unpacking anything."""
    digest = hashlib.sha256(readable(entry.path.name).encode())
    try:
        for part in _parts(place(entry, lab), lab):
            digest.update(_some_bytes(part))
    except (IntakeError, OSError) as error:
        digest.update(str(error).encode())
    return digest.hexdigest()


def date(entry: Entry, lab: Lab) -> datetime | None:
    """The date of the newest of the files to be taken in; None where there is none."""
    try:
        found = [part.lstat().st_mtime for part in _parts(place(entry, lab), lab)
                 if os.path.lexists(part)]
    except (IntakeError, OSError):
        return None
    return datetime.fromtimestamp(max(found), UTC) if found else None


def _some_bytes(path: Path) -> bytes:
    """Up to one byte more than may be handed in; a file that is none has only its kind."""
    kind = path.lstat().st_mode
    if not stat.S_ISREG(kind):
        return f"kind {stat.S_IFMT(kind)}".encode()
    with path.open("rb") as file:
        return file.read(intake.MAX_ARCHIVE + 1)
