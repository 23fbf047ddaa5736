"""Builds the frozen part, kernel and libraries, once per machine and shared by every lab.

Invariant: one process builds at a time; others wait for it and then find nothing to do.
"""

import fcntl
import os
import subprocess
from pathlib import Path

from grader.recipe import Kit
from grader.errors import KitError
from grader.language import _
from grader.process import missing

LOCK = ".lock"


def build(kit: Kit, quiet: bool = True, folder: Path | None = None,
          targets: tuple[str, ...] = ()) -> None:
    """Bring the frozen part up to date; a kit that cannot be written to must be built already.

    folder: another place than the kit's build/, for tests of a changed kernel.
    targets: what to build that is not built by itself.
    """
    folder = folder or kit.root / "build"
    if not os.access(kit.root, os.W_OK) and all(path.is_file() for path in kit.products):
        return
    try:
        folder.mkdir(exist_ok=True)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _build(kit.root, folder, quiet, targets)
    except OSError as error:
        raise KitError(_("cannot build in {folder}: {why}", folder=folder,
                         why=_(error.strerror))) from None


def _build(root: Path, folder: Path, quiet: bool, targets: tuple[str, ...]) -> None:
    if not (folder / "build.ninja").is_file():
        _run(["cmake", "-S", str(root), "-B", str(folder), "-G", "Ninja"], quiet=True)
    _run(["ninja", "-C", str(folder), *(["--quiet"] if quiet else []), *targets], quiet)


def _run(command: list[str], quiet: bool) -> None:
    """Run a tool; its words are shown if it fails, or if not quiet."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, check=False,
                              stdout=subprocess.PIPE if quiet else None,
                              stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise KitError(missing(command[0])) from None
    if done.returncode:
        said = (done.stdout or "").strip().splitlines()
        raise KitError("\n".join([_("kernel and libraries do not build ({tool}):", tool=command[0]),
                                  *said[-30:]]))
