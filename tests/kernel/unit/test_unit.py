"""The pure parts of the kernel, compiled for this machine with the sanitizers, test by test.

Each `*_test.c` here is one program together with kernel/cap, api/error.c, object/cnode.c,
object/untyped.c and sched/ready.c. It holds functions `TEST(name)`; the program runs the one that is named on its
command line. Nothing of the kernel is copied: fakes.c stands in for the parts below and beside it.
"""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("kernel-unit")  # built once

HERE = Path(__file__).resolve().parent
KERNEL = HERE.parents[2] / "kernel"
SOURCES = [*sorted(KERNEL.glob("cap/*.c")), KERNEL / "api/error.c", KERNEL / "object/cnode.c",
           KERNEL / "object/untyped.c", KERNEL / "sched/ready.c", HERE / "fakes.c"]
FLAGS = ["-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
         "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined",
         "-fno-sanitize=alignment", "-no-pie", "-fno-pie", "-DCONFIG_DEBUG_BUILD",
         # What no test reaches (tracing, mostly) need not be there.
         "-Wl,--unresolved-symbols=ignore-all"]


def names_in(source: Path) -> list[str]:
    """Names of the TEST(...) functions of a file, in order."""
    return re.findall(r"^TEST\((\w+)\)", source.read_text(), re.MULTILINE)


CASES = [(source.stem, name) for source in sorted(HERE.glob("*_test.c"))
         for name in names_in(source)]


def compile_in(folder: Path, *arguments: str | Path) -> None:
    """Run gcc in a folder, with the flags above."""
    done = subprocess.run(["gcc", *FLAGS, f"-I{KERNEL}", f"-I{HERE}", *arguments], cwd=folder,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory):
    """Gives the compiled program of a test file, built at its first use."""
    folder = tmp_path_factory.mktemp("unit")
    compile_in(folder, "-c", *SOURCES)
    kernel = sorted(folder.glob("*.o"))

    def build(stem: str) -> Path:
        binary = folder / stem
        if not binary.exists():
            compile_in(folder, HERE / f"{stem}.c", *kernel, "-o", binary)
        return binary

    return build


@pytest.mark.parametrize(("stem", "name"), CASES, ids=[f"{stem}-{name}" for stem, name in CASES])
def test_unit(program, stem: str, name: str) -> None:
    """One TEST function runs to its end: no failed check, no sanitizer report, no hang."""
    done = subprocess.run([program(stem), name], capture_output=True, text=True, timeout=120,
                          env={"ASAN_OPTIONS": "detect_leaks=0"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_has_tests() -> None:
    """The list above did not shrink unnoticed."""
    assert {stem for stem, _ in CASES} == {
        "delete_test", "derive_test", "lookup_test", "ready_test", "tree_test", "untyped_test"}
    assert len(CASES) >= 40
