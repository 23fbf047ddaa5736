"""Readers of archives and images, and the arithmetic of timers, on the host under the sanitisers."""

import subprocess
from pathlib import Path

import pytest

from archive import cpio

HERE = Path(__file__).resolve().parent
LIBS = HERE.parents[1] / "libs"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case runner, built with the host's compiler and C library."""
    built = tmp_path_factory.mktemp("units") / "test_units"
    folders = ["utils", "libsel4", "sel4utils", "platsupport"]
    sources = [HERE / "host_units/test_units.c", LIBS / "sel4utils/src/cpio.c",
               LIBS / "sel4utils/src/elf_file.c", LIBS / "platsupport/src/timeout.c",
               LIBS / "platsupport/src/pit.c", LIBS / "utils/src/zf_log.c"]
    subprocess.run(
        ["gcc", "-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror",
         "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
         *(f"-I{LIBS / folder / 'include'}" for folder in folders),
         *map(str, sources), "-o", str(built)], check=True)
    return built


@pytest.mark.parametrize("case", [
    "damaged_archives_are_read_safely", "damaged_images_are_read_safely",
    "timeouts_are_due_when_they_should_be", "times_become_ticks_without_overflow"])
def test_unit(program: Path, case: str, tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(program.read_bytes() if "images" in case else
                     cpio({"readme": b"hello", "program": b"no image!", "empty": b""}))
    done = subprocess.run([program, case, path], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
