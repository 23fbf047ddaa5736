"""Zip submissions from hostile hands: the same rules as for tar.gz, and zip's own tricks."""

import io
import stat
import struct
import zipfile

import pytest
import toy

from grader import intake
from grader.intake import IntakeError


@pytest.fixture
def lab(tmp_path):
    (tmp_path / "lab").mkdir()
    return toy.lab(tmp_path / "lab")


def packed(path, *members, mode=0, method=zipfile.ZIP_DEFLATED):
    """A zip of (name, content) pairs, each with this Unix mode."""
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = method
            made.writestr(info, content)
    return path


def refused(lab, path, told):
    with pytest.raises(IntakeError, match=told):
        intake.take(lab, path)


@pytest.mark.parametrize("name", ["main.c", "toy/main.c", "toy\\main.c", "./main.c"])
def test_zip_is_taken(lab, tmp_path, name):
    path = packed(tmp_path / "s.zip", ("other.txt", b"junk"), (name, b"int x;\r\n"))
    assert intake.take(lab, path) == {"main.c": "int x;\n"}


@pytest.mark.parametrize("name", ["/main.c", "../main.c", "a/../../main.c", "..\\main.c",
                                  "../../etc/cron.d/x"])
def test_paths_that_leave_the_archive(lab, tmp_path, name):
    refused(lab, packed(tmp_path / "a.zip", ("main.c", b"x"), (name, b"x")), "leaves it")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFDIR])
def test_links_and_devices(lab, tmp_path, kind):
    path = packed(tmp_path / "a.zip", ("main.c", b"/etc/passwd"), mode=kind | 0o777)
    refused(lab, path, "not a regular file")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_coders_that_eat_memory(lab, tmp_path, method):
    path = packed(tmp_path / "a.zip", ("main.c", b"int x;"), method=method)
    refused(lab, path, "not a regular file")


def test_named_file_twice_or_not_at_all(lab, tmp_path):
    refused(lab, packed(tmp_path / "a.zip", ("main.c", b"a"), ("toy/main.c", b"b")), "twice")
    refused(lab, packed(tmp_path / "b.zip", ("x/y/main.c", b"a")), "does not hold main.c")


def test_bombs(lab, tmp_path):
    refused(lab, packed(tmp_path / "a.zip", ("big", bytes(64 << 20))), "unpacks to more")
    many = [(f"f{n}", b"") for n in range(intake.MAX_MEMBERS + 1)]
    refused(lab, packed(tmp_path / "b.zip", *many), "more than")
    refused(lab, packed(tmp_path / "c.zip", ("main.c", bytes(intake.MAX_FILE + 1))), "larger than")


def test_sizes_that_are_lies_do_not_unpack_more(lab, tmp_path):
    """Both headers claim ten bytes; the deflated stream holds sixteen MiB."""
    data = packed(tmp_path / "a.zip", ("main.c", bytes(16 << 20))).read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(struct.pack("<I", 16 << 20),
                                                  struct.pack("<I", 10)))
    refused(lab, tmp_path / "a.zip", "zip archive")


def test_too_large_an_archive(lab, tmp_path):
    (tmp_path / "a.zip").write_bytes(bytes(intake.MAX_ARCHIVE + 1))
    refused(lab, tmp_path / "a.zip", "larger than")


def encrypted():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("main.c", b"int x;")
    data = bytearray(made.getvalue())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\3\4" + bytes(100), encrypted(),
                                  encrypted()[:-30]])
def test_broken_and_encrypted_archives(lab, tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)
    refused(lab, tmp_path / "a.zip", "zip archive")
