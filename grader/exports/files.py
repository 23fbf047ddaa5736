"""The kit as an export carries it: what grades one lab, and nothing else.

Invariants: solutions/ is never in it, only a digest of the answer, which draws the hidden numbers; nor
is what builds and runs leave behind; files come in one
order and with one date, so that an export is the same whenever it is made.
"""

import io
import os
import zipfile
from pathlib import Path
from typing import Callable

from grader.errors import Refusal
from grader.lab import SECRET, Lab
from grader.language import _
from grader.recipe import Kit
from grader.report.files import Files, beside

_DATE = (2020, 1, 1, 0, 0, 0)


def kit_files(kit: Kit, lab: Lab) -> Files:
    """Name, content and whether it can be run, of each file that grading this lab needs."""
    found: Files = {}
    for entry in ("init", "CMakeLists.txt", "kernel", "libs", "grader", f"labs/{lab.name}"):
        top = kit.root / entry
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            name = path.relative_to(kit.root)
            if path.is_file() and not path.is_symlink() and not _left_behind(name):
                found[str(name)] = (path.read_bytes(), os.access(path, os.X_OK))
    found[f"labs/{lab.name}/{SECRET}"] = plain(lab.secret + "\n")
    return found


def _left_behind(name: Path) -> bool:
    """What grading does not need: products, and what makes labs, which has answers in it."""
    return name.parts[:2] == ("grader", "authoring") or any(
        part == "__pycache__" or part.startswith(".") for part in name.parts)


def script(text: str) -> tuple[bytes, bool]:
    """A file that can be run."""
    return text.encode(), True


def plain(text: str) -> tuple[bytes, bool]:
    """A file that is read."""
    return text.encode(), False


def below(folder: str, files: Files) -> Files:
    """The same files in a folder."""
    return {f"{folder}/{name}": file for name, file in files.items()}


def zipped(files: Files) -> bytes:
    """A zip of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (data, runs) in sorted(files.items()):
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if runs else 0o100644) << 16
            archive.writestr(info, data)
    return made.getvalue()


def write_folder(place: Path, files: Files) -> None:
    """A folder with these files, whole or not at all."""
    _appearing(place, lambda folder: _fill(folder, files))


def _fill(folder: Path, files: Files) -> None:
    for name, (data, runs) in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if runs else 0o644)


def _appearing(place: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder of another name, then give it its own."""
    with beside(place) as temporary:
        fill(temporary)
        temporary.chmod(0o755)
        temporary.rename(place)


def whole_points(lab: Lab) -> list[int]:
    """The tasks' points, for a platform that knows only whole numbers."""
    if any(task.points != int(task.points) for task in lab.tasks):
        raise Refusal(_("{name} has tasks with a fraction of a point; this platform counts whole "
                        "points only", name=lab.name))
    return [int(task.points) for task in lab.tasks]
