"""Builds and boots the root tasks of programs/, each at most once for the same way of booting."""

import tempfile
from functools import cache
from pathlib import Path

import harness

FOLDER = Path(__file__).parent / "programs"


@cache
def boot(name: str, flags: tuple[str, ...] = (), **how) -> harness.Run:
    """One boot of programs/NAME.c; `how` as for harness.boot."""
    with tempfile.TemporaryDirectory(prefix="caplab-program-") as folder:
        image = harness.compile_root_task([FOLDER / f"{name}.c"], Path(folder) / f"{name}.elf",
                                          flags=("-Wextra", "-Werror", *flags))
        return harness.boot(image, **how)


def between(text: str, first: str, last: str) -> list[str]:
    """The lines after the line `first` up to the line `last`."""
    lines = text.splitlines()
    start = lines.index(first) + 1
    return lines[start:lines.index(last, start)]
