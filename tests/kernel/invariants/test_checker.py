"""The checker is a part that the kernel can do without.

That it finds what is wrong is shown by ../fuzz/test_mutants.py.
"""

from pathlib import Path

import pytest

import harness

WORDS = ("idle=exit", "check=7")
CANNOT = "Warning: this kernel cannot check its invariants; check=7 is ignored.\n"
PROGRAM = harness.KIT / "tests" / "kernel" / "machine" / "programs" / "waiting.c"


@pytest.fixture(scope="module", name="image")
def _image(frozen: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root task with threads that talk and wait."""
    return harness.compile_root_task([PROGRAM], tmp_path_factory.mktemp("image") / "waiting.elf")


@pytest.fixture(scope="module", name="bare")
def _bare(frozen: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel from a copy of the kit that has no tests."""
    return harness.build_kernel(harness.copy_kernel(tmp_path_factory.mktemp("bare")))


def test_a_kernel_without_the_checker_says_so_and_runs(image: Path, bare: Path) -> None:
    """One clear line at boot; all else is as ever."""
    asked = harness.boot(image, kernel=str(bare), words=WORDS)
    assert asked.serial.count(CANNOT) == 1
    assert asked.user == harness.boot(image, kernel=str(bare)).user
    assert asked.status == harness.qemu.IDLE_STATUS


def test_a_kernel_with_the_checker_says_nothing(image: Path) -> None:
    """Neither that it cannot nor that something is wrong."""
    run = harness.boot(image, words=WORDS)
    assert "Warning" not in run.serial and "Not so" not in run.serial
    assert run.status == harness.qemu.IDLE_STATUS


def test_checks_take_their_time(image: Path) -> None:
    """With check=1 the kernel looks at everything at every entry, and so takes far longer."""
    took = [last_moment(harness.boot(image, words=words, trace=True, counted=True))
            for words in (("idle=exit",), ("idle=exit", "check=1"))]
    assert took[1] > 2 * took[0]


def last_moment(run: harness.Run) -> int:
    """The time stamp of the last record."""
    return run.records[-1]["t"]
