"""Takes a submission in: a main.c, a folder, a tar.gz or a zip, from hands that may be hostile.

Invariants: only the lab's named files are ever read, as regular files of a bounded size; nothing
is written while reading; what comes out is text with plain line ends, whatever went in.
"""

import os
import stat
import zlib
from pathlib import Path, PurePosixPath

from grader.errors import Refusal
from grader.lab import Lab
from grader.language import _

MAX_FILE = 256 * 1024
MAX_ARCHIVE = 4 * 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024
MAX_MEMBERS = 500


class IntakeError(Refusal):
    """The submission cannot be read; says why and what to hand in."""


def take(lab: Lab, path: Path) -> dict[str, str]:
    """The lab's named files, by name, from a file, a folder or an archive."""
    try:
        kind = path.stat().st_mode
    except OSError as error:
        raise IntakeError(f"{path}: {_(error.strerror)}") from None
    if stat.S_ISDIR(kind):
        found = {name: _read(located(path, name), name) for name in lab.files}
    elif not stat.S_ISREG(kind):
        raise IntakeError(_("{name} is neither a file nor a folder", name=path.name))
    elif path.name.endswith((".tar.gz", ".tgz")):
        found = _from_tar(path, lab.files)
    elif path.name.endswith(".zip"):
        found = _from_zip(path, lab.files)
    elif len(lab.files) == 1:
        found = {lab.files[0]: _read(path, path.name)}
    else:
        raise IntakeError(_("the lab {name} has several files ({names}): hand in their folder, a "
                            "tar.gz or a zip", name=lab.name, names=", ".join(lab.files)))
    return {name: text(name, data) for name, data in found.items()}


def located(folder: Path, name: str) -> Path:
    """Where in a folder this file of the lab lies: at the top, else in the one folder that has it.

    As in an archive; but beside a file at the top copies may lie, since people work there.
    """
    top = folder / name
    if os.path.lexists(top):
        return top
    try:
        below = [entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return top
    found = [path for path in (Path(inside, name) for inside in below) if os.path.lexists(path)]
    if len(found) > 1:
        raise IntakeError(_("{name} lies in {count} folders: hand it in once", name=name,
                            count=len(found)))
    return found[0] if found else top


def _read(path: Path, name: str) -> bytes:
    """A regular file's bytes; links are not followed and nothing is waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise IntakeError(_("{name} is missing", name=name)) from None
    except OSError as error:
        raise IntakeError(_("{name} is a link", name=name) if path.is_symlink() else
                          _("{name} cannot be read: {why}", name=name, why=_(error.strerror))
                          ) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise IntakeError(_("{name} is not a regular file", name=name))
    with os.fdopen(handle, "rb") as file:
        return _bounded(name, file.read(MAX_FILE + 1))


def _bounded(name: str, data: bytes) -> bytes:
    if len(data) > MAX_FILE:
        raise IntakeError(_("{name} is larger than {size} KiB", name=name,
                            size=MAX_FILE // 1024))
    return data


class _Counted:
    """A stream that stops an archive from unpacking to more than it may."""

    def __init__(self, stream):
        self._stream = stream
        self._left = MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        """At most what is left to be unpacked."""
        data = self._stream.read(min(size if size >= 0 else self._left + 1, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise IntakeError(_("the archive unpacks to more than {size} MiB",
                                size=MAX_UNPACKED >> 20))
        return data


class _Found:
    """The lab's files met in an archive so far; every rule that both kinds of archive share."""

    def __init__(self, path: Path, names: tuple[str, ...]):
        self.files: dict[str, bytes] = {}
        self._names = names
        self._count = 0
        if path.stat().st_size > MAX_ARCHIVE:
            raise IntakeError(_("the archive is larger than {size} MiB",
                                size=MAX_ARCHIVE >> 20))

    def wanted(self, member: str, regular: bool) -> str | None:
        """The lab file that this member is, at the top or in one folder; None for others."""
        self._count += 1
        if self._count > MAX_MEMBERS:
            raise IntakeError(_("the archive holds more than {count} entries",
                                count=MAX_MEMBERS))
        path = PurePosixPath(member.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise IntakeError(_("the archive holds a path that leaves it: {path!r}",
                                path=member[:80]))
        if path.name not in self._names or len(path.parts) > 2:
            return None
        if not regular:
            raise IntakeError(_("{name} in the archive is not a regular file", name=path.name))
        if path.name in self.files:
            raise IntakeError(_("the archive holds {name} twice", name=path.name))
        return path.name

    def all(self) -> dict[str, bytes]:
        """The files, if none is missing."""
        for name in self._names:
            if name not in self.files:
                raise IntakeError(_("the archive does not hold {name}", name=name))
        return self.files


def _from_tar(path: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    import gzip
    import tarfile
    found = _Found(path, names)
    try:
        with gzip.open(path) as unpacked, tarfile.open(fileobj=_Counted(unpacked),
                                                       mode="r|") as archive:
            for member in archive:
                if not 0 <= member.size <= MAX_UNPACKED:  # it would be skipped block by block
                    raise IntakeError(_("the archive unpacks to more than {size} MiB",
                                        size=MAX_UNPACKED >> 20))
                name = found.wanted(member.name, member.isreg())
                if name:
                    data = archive.extractfile(member).read(MAX_FILE + 1)
                    found.files[name] = _bounded(name, data)
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError,
            RecursionError) as error:
        raise IntakeError(_("{name} is not a whole tar.gz archive ({error})", name=path.name,
                            error=error)) from None
    return found.all()


def _from_zip(path: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """As a tar.gz; sizes that a zip claims are not believed, so reading is bounded too."""
    import struct
    import zipfile
    found = _Found(path, names)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise IntakeError(_("the archive unpacks to more than {size} MiB",
                                    size=MAX_UNPACKED >> 20))
            for member in archive.infolist():
                name = found.wanted(member.filename, _is_regular(member))
                if name:
                    with archive.open(member) as file:
                        found.files[name] = _bounded(name, file.read(MAX_FILE + 1))
    except (zipfile.BadZipFile, struct.error, EOFError, OSError, zlib.error, ValueError,
            NotImplementedError, RuntimeError, IndexError) as error:
        raise IntakeError(_("{name} is not a whole zip archive ({error})", name=path.name,
                            error=error)) from None
    return found.all()


def _is_regular(member: "zipfile.ZipInfo") -> bool:
    """A plain or deflated file: no link, no device, and no coder that eats memory."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and member.compress_type in (0, 8) and not member.is_dir()


def text(name: str, data: bytes) -> str:
    """The bytes as text: UTF-8, with or without a byte-order mark, lines ending in newline."""
    if b"\0" in data:
        raise IntakeError(_("{name} is not text: it holds zero bytes (save it as UTF-8)",
                            name=name))
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise IntakeError(_("{name} is not UTF-8 text (line {line}): save it as UTF-8",
                            name=name, line=line)) from None
    plain = decoded.replace("\r\n", "\n").replace("\r", "\n")
    return plain if plain.endswith("\n") or not plain else plain + "\n"
