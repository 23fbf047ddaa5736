"""Writes files and folders whole or not at all.

Invariant: what is written has another name beside its place until it is whole, so that a reader
never sees half of it, also after Ctrl-C, which waits that long, or on a full disk.
"""

import errno
import io
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Iterator

from grader.errors import Refusal
from grader.language import _
from grader.process import undisturbed

# For each name what is in the file, and whether it can be run.
Files = dict[str, tuple[bytes, bool]]


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file that takes this place when the block ends, and leaves nothing if it does not."""
    try:
        with undisturbed():
            handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    yield file
                os.chmod(temporary, mode)
                os.replace(temporary, path)
            except BaseException:
                os.unlink(temporary)
                raise
    except OSError as error:
        raise Refusal(cannot(path, error)) from None


def put(path: Path, data: str | bytes, mode: int = 0o644) -> None:
    """Write one file."""
    with replacing(path, mode) as file:
        file.write(data.encode("utf-8", errors="replace") if isinstance(data, str) else data)


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A folder beside this place, to fill and to rename from; what is left of it goes at the end.
    """
    try:
        with undisturbed():
            temporary = Path(tempfile.mkdtemp(prefix=".caplab-", dir=place.absolute().parent))
            try:
                yield temporary
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise Refusal(cannot(place, error)) from None


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


def tarred(files: Files) -> bytes:
    """A tar.gz: the same files give the same bytes."""
    import gzip
    import tarfile
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, (data, runs) in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o755 if runs else 0o644
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(made.getvalue(), mtime=0)
