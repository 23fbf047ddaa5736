"""Submissions from hostile hands: what is taken, and what is refused with which word."""

import gzip
import io
import os
import tarfile

import pytest
import toy

from grader import intake
from grader.intake import IntakeError


@pytest.fixture
def lab(tmp_path):
    (tmp_path / "lab").mkdir()
    return toy.lab(tmp_path / "lab")


def archive(path, *members):
    """A tar.gz of (name, content or TarInfo change) pairs."""
    with tarfile.open(path, "w:gz") as made:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if callable(content):
                content(info)
                made.addfile(info)
            else:
                info.size = len(content)
                made.addfile(info, io.BytesIO(content))
    return path


def test_file_folder_and_archive_give_the_same(lab, tmp_path):
    (tmp_path / "main.c").write_text("int x;\n")
    packed = archive(tmp_path / "s.tar.gz", ("toy/main.c", b"int x;\n"))
    flat = archive(tmp_path / "f.tgz", ("main.c", b"int x;\n"), ("other.c", b"junk"))
    for path in (tmp_path / "main.c", tmp_path, packed, flat):
        assert intake.take(lab, path) == {"main.c": "int x;\n"}


def test_files_of_a_folder_may_lie_in_one_folder_in_it(lab, tmp_path):
    outer = tmp_path / "outer"
    (outer / "draft").mkdir(parents=True)
    (outer / "notes").mkdir()
    (outer / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "main.c").write_text("int secret;\n")
    refused(lab, outer, "main.c is missing")
    (outer / "draft" / "main.c").write_text("int x;\n")
    assert intake.take(lab, outer) == {"main.c": "int x;\n"}
    refused(lab, tmp_path / "outer" / "notes", "main.c is missing")
    refused(lab, _nested(tmp_path / "deep", "x/y"), "main.c is missing")
    (outer / "notes" / "main.c").write_text("int y;\n")
    refused(lab, outer, "main.c lies in 2 folders: hand it in once")
    (outer / "main.c").write_text("int z;\n")
    assert intake.take(lab, outer) == {"main.c": "int z;\n"}


def _nested(folder, inside):
    """A folder with main.c so deep in it."""
    (folder / inside).mkdir(parents=True)
    (folder / inside / "main.c").write_text("int x;\n")
    return folder


def test_links_in_a_folder_of_a_folder_are_not_followed(lab, tmp_path):
    (tmp_path / "outer" / "draft").mkdir(parents=True)
    os.symlink("/etc/passwd", tmp_path / "outer" / "draft" / "main.c")
    refused(lab, tmp_path / "outer", "is a link")


def test_any_file_name_will_do_for_a_single_file(lab, tmp_path):
    (tmp_path / "ann.c").write_text("int x;")
    assert intake.take(lab, tmp_path / "ann.c") == {"main.c": "int x;\n"}


@pytest.mark.parametrize("data, text", [
    (b"\xef\xbb\xbfint x;\r\nint y;\r\n", "int x;\nint y;\n"),
    (b"old\rmac\r", "old\nmac\n"),
    ("ü".encode(), "ü\n"),
    (b"", ""),
])
def test_encodings_that_do_no_harm(data, text):
    assert intake.text("main.c", data) == text


@pytest.mark.parametrize("data, told", [
    (b"int x\0;", "zero bytes"), ("int x;\n// ü".encode("latin-1"), "line 2"),
    ("int".encode("utf-16"), "not")])
def test_what_is_not_text_is_refused(data, told):
    with pytest.raises(IntakeError, match=told):
        intake.text("main.c", data)


def refused(lab, path, told):
    with pytest.raises(IntakeError, match=told):
        intake.take(lab, path)


def test_missing(lab, tmp_path):
    refused(lab, tmp_path / "nothing", "No such file")
    (tmp_path / "empty").mkdir()
    refused(lab, tmp_path / "empty", "main.c is missing")


def test_links_are_not_followed(lab, tmp_path):
    os.symlink("/etc/passwd", tmp_path / "main.c")
    refused(lab, tmp_path, "is a link")


def test_folder_in_place_of_the_file(lab, tmp_path):
    (tmp_path / "main.c").mkdir()
    refused(lab, tmp_path, "not a regular file")


def test_pipe_is_not_waited_for(lab, tmp_path):
    os.mkfifo(tmp_path / "main.c")
    refused(lab, tmp_path, "not a regular file")
    refused(lab, tmp_path / "main.c", "neither a file nor a folder")


def test_too_large(lab, tmp_path):
    (tmp_path / "main.c").write_bytes(b"x" * (intake.MAX_FILE + 1))
    refused(lab, tmp_path, "larger than")


@pytest.mark.parametrize("name", ["/etc/cron.d/main.c", "../main.c", "a/../../main.c"])
def test_paths_that_leave_the_archive(lab, tmp_path, name):
    refused(lab, archive(tmp_path / "a.tar.gz", (name, b"x")), "leaves it")


def link(info):
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"


def hard(info):
    info.type, info.linkname = tarfile.LNKTYPE, "other"


def device(info):
    info.type = tarfile.CHRTYPE


@pytest.mark.parametrize("kind", [link, hard, device])
def test_links_and_devices_in_archives(lab, tmp_path, kind):
    refused(lab, archive(tmp_path / "a.tar.gz", ("main.c", kind)), "not a regular file")


def test_named_file_twice(lab, tmp_path):
    path = archive(tmp_path / "a.tar.gz", ("main.c", b"a"), ("toy/main.c", b"b"))
    refused(lab, path, "twice")


def test_archive_without_the_file(lab, tmp_path):
    refused(lab, archive(tmp_path / "a.tar.gz", ("x/y/main.c", b"a")), "does not hold main.c")


def test_bombs(lab, tmp_path):
    with gzip.open(tmp_path / "a.tar.gz", "wb") as bomb:
        info = tarfile.TarInfo("big")
        info.size = 64 << 20
        bomb.write(info.tobuf() + bytes(64 << 20))
    refused(lab, tmp_path / "a.tar.gz", "unpacks to more")
    many = [(f"f{n}", b"") for n in range(intake.MAX_MEMBERS + 1)]
    refused(lab, archive(tmp_path / "b.tar.gz", *many), "more than")


@pytest.mark.parametrize("name", ["big", "main.c"])
def test_member_that_claims_to_be_huge_is_not_skipped_block_by_block(lab, tmp_path, name):
    info = tarfile.TarInfo(name)
    info.size = 2 ** 62
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)))
    refused(lab, tmp_path / "a.tar.gz", "unpacks to more")


@pytest.mark.parametrize("data", [b"", b"not an archive", gzip.compress(b"not a tar" * 100),
                                  gzip.compress(b"x" * 5000)[:-10]],
                         ids=["empty", "text", "no tar inside", "cut off"])
def test_broken_archives(lab, tmp_path, data):
    (tmp_path / "a.tar.gz").write_bytes(data)
    refused(lab, tmp_path / "a.tar.gz", "archive")
