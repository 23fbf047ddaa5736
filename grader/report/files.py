"""Writes files whole or not at all.

Invariant: a file is written under another name in the same folder and then renamed over the real
one, so that a reader never sees half of it, also after Ctrl-C or on a full disk.
"""

import errno
import os
import tempfile
from pathlib import Path

from grader.errors import Refusal
from grader.language import _


def put(path: Path, data: str | bytes, mode: int = 0o644) -> None:
    """Write one file."""
    if isinstance(data, str):
        data = data.encode("utf-8", errors="replace")
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise Refusal(cannot(path, error)) from None


def cannot(path: Path | str, error: OSError) -> str:
    """One line for a file that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("no space left to write {path}: free some and run it again", path=path)
    return _("cannot use {path}: {why}", path=path, why=_(error.strerror))


def put_away(folder: Path, files: dict[str, str]) -> None:
    """Write these files into a folder, made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(cannot(folder, error)) from None
    for name, text in files.items():
        put(folder / name, text)
