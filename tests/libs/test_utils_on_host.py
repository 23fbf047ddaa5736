"""The utilities on the host: arithmetic, lists, times, under sanitisers."""

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBS = HERE.parents[1] / "libs"


def test_utilities(tmp_path: Path) -> None:
    program = tmp_path / "checks"
    subprocess.run(["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1",
                    "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
                    f"-I{LIBS / 'utils/include'}", f"-I{LIBS / 'libsel4/include'}",
                    str(HERE / "utils/checks.c"), *map(str, (LIBS / "utils/src").glob("*.c")),
                    "-o", str(program)], check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stdout) == (0, "all\n"), done.stdout + done.stderr
