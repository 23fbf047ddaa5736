"""The allocator's arithmetic on the host: a fake kernel below it, sanitisers around it."""

import re
import subprocess
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[2]
HOST = Path(__file__).resolve().parent / "host"
LIBS = KIT / "libs"
CASES = re.findall(r"^    CASE\((\w+)\)", (HOST / "cases.h").read_text("utf-8"), re.M)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case runner, built with the host's compiler and C library."""
    built = tmp_path_factory.mktemp("allocman") / "test_allocman"
    folders = ["libsel4", "utils", "simple", "simple-default", "vka", "allocman", "vspace",
               "sel4utils"]
    sources = [*HOST.glob("*.c"), *(LIBS / "allocman/src").glob("*.c"),
               *(LIBS / "simple-default/src").glob("*.c"), LIBS / "sel4utils/src/mapping.c",
               LIBS / "utils/src/zf_log.c"]
    subprocess.run(
        ["gcc", "-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror",
         "-fsanitize=address,undefined", "-fno-sanitize-recover=all", f"-I{HOST}",
         *(f"-I{LIBS / folder / 'include'}" for folder in folders),
         *map(str, sources), "-o", str(built)], check=True)
    return built


@pytest.mark.parametrize("case", CASES)
def test_allocator(program: Path, case: str) -> None:
    done = subprocess.run([program, case], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_every_case_is_known(program: Path) -> None:
    listed = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    assert listed == CASES and len(set(CASES)) == len(CASES)
