"""A disk without room: one clear line, nothing half written, and no points lost."""

import os
import shutil
import subprocess
from pathlib import Path

import corpus
import pytest

from grader.lab import kit_root

KIT = kit_root()


@pytest.fixture
def tiny(tmp_path):
    """A file system of a few pages; needs the right to mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    if not shutil.which("mount") or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)],
            capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let tests mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> None:
    """Leave no byte."""
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


def call(*words, cwd, **env):
    return subprocess.run([str(word) for word in words], cwd=cwd, text=True, capture_output=True,
                          check=False, env={**os.environ, "PYTHONPATH": str(KIT), **env})


def one_line(done):
    assert done.returncode == 2 and "no space left" in done.stderr
    assert done.stderr.count("\n") == 1


def test_scaffold(tiny, frozen):
    fill(tiny)
    one_line(call(KIT / "init", "--tut", "untyped", cwd=tiny))
    assert os.listdir(tiny) == ["filler"]


def grade(tmp_path, out, **env):
    source = tmp_path / "main.c"
    source.write_text(corpus.worked("ipc"))
    return call("/usr/bin/python3", "-m", "grader", "one", "ipc", source, "--out", out,
                cwd=tmp_path, **env)


def test_results(tiny, tmp_path, frozen):
    fill(tiny)
    one_line(grade(tmp_path, tiny / "out"))
    assert not (tiny / "out").exists() or os.listdir(tiny / "out") == []


def test_full_temporary_folder_is_passed_over(tiny, tmp_path, frozen):
    fill(tiny)
    assert grade(tmp_path, tmp_path / "out", TMPDIR=str(tiny)).returncode == 0
    assert os.listdir(tiny) == ["filler"]


def test_room_that_ends_while_building_costs_no_points(tmp_path, tiny, frozen):
    done = grade(tmp_path, tmp_path / "out", TMPDIR=str(tiny))
    assert done.returncode == 2, done.stdout
    assert "no space left" in done.stdout + done.stderr
    assert os.listdir(tiny) == []
